# A worker whose clock runs ahead of all others: its wall clock, as everybody in the container sees it.
ARG WORKER
FROM ${WORKER}
USER root
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libfaketime >/dev/null && rm -rf /var/lib/apt/lists/*
USER barista
ARG AHEAD_S
ENV LD_PRELOAD=/usr/\$LIB/faketime/libfaketime.so.1 FAKETIME=+${AHEAD_S}s FAKETIME_DONT_FAKE_MONOTONIC=1
