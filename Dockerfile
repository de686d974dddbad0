# Two images of one base: `worker` works, `lab` conducts and shows. A worker carries no plotting and no web dependency.
FROM python:3.13-slim AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:$PATH PYTHONPATH=/app
WORKDIR /app
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin barista

# What is installed changes seldom: it is a layer of its own, made from a lock of names, versions and hashes.
FROM base AS worker-packages
COPY requirements/worker.lock docker/slim /tmp/
RUN python -m venv /opt/venv && pip install --quiet --no-cache-dir --require-hashes -r /tmp/worker.lock && sh /tmp/slim /opt/venv

FROM base AS lab-packages
COPY requirements/lab.lock docker/slim /tmp/
RUN python -m venv /opt/venv && pip install --quiet --no-cache-dir --require-hashes -r /tmp/lab.lock && sh /tmp/slim /opt/venv

FROM base AS worker
COPY --from=worker-packages /opt/venv /opt/venv
COPY docker/healthy-worker docker/make-keys /usr/local/bin/
COPY producer /app/producer
COPY workers /app/workers
# A new volume belongs to whom the folder belongs that it is mounted at.
RUN mkdir /redis-keys /worker-keys /lab-keys && chown barista /*-keys
ENV MANYHANDS_ALIVE_FILE=/tmp/manyhands-alive
USER barista
HEALTHCHECK --interval=2s --timeout=3s --start-period=30s --retries=5 CMD ["healthy-worker"]
# What it holds is finished first: Celery's warm shutdown.
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "workers"]

FROM base AS lab
COPY --from=lab-packages /opt/venv /opt/venv
COPY docker/ /app/docker/
COPY producer /app/producer
COPY workers /app/workers
COPY collector /app/collector
COPY manyhands /app/manyhands
RUN mkdir /runs /flower && chown barista /runs /flower
ENV MANYHANDS_RUNS=/runs MPLCONFIGDIR=/tmp/matplotlib
USER barista
ENTRYPOINT ["python", "-m", "manyhands"]
