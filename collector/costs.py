"""What a task costs beside its work: nothing in the ideal, and in a simulation what was measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trips:
    """How often a worker waits for its broker to answer, where the broker is far away: round trips, on the average.

    - `take` is for each message that the worker takes, before the job may begin: ask for it, note that it is taken, and the
      journal's entry before, which has the same connection.
    - `finish` is in the slot after the job, before the slot is free.
    - `first` is before the first message, when connections and scripts are new.
    - `chore` is for what kombu does once a second: it looks for messages that nobody has acknowledged in time.
    """

    take: float = 0.0
    finish: float = 0.0
    first: float = 0.0
    chore: float = 0.0


@dataclass(frozen=True, slots=True)
class Gil:
    """How the threads of a process share its hands: they take turns at the GIL, and chance says who is next.

    - Who finds the hands busy gets nothing for `switch_s`, CPython's switch interval, or for `each_s` for each who wants
      them already, whichever is longer, and costs the hands `hand_over_s` then.
    - `luck` is the standard deviation of the share that each gets of the hands, around 1: 0 where all get on equally. It is
      below 1.
    """

    switch_s: float = 0.0
    each_s: float = 0.0
    hand_over_s: float = 0.0
    luck: float = 0.0


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds that queue, broker, pool and Python take, beside the work itself.

    - `send_s` is between two messages that the producer sends.
    - `take_s` is CPU time of the worker's main process for each message that it takes, `hop_s` the message's way then.
    - `begin_s` and `finish_s` are CPU time in the slot, before and after the job's own.
    - `wake_s` is CPU time in the slot to notice that a wait is over.
    - `ready_s` is from a worker's launch until it takes orders.
    - `gil` says how threads take turns at the hands of their process; where it is None each is served whole, first come,
      first served.
    - `prefetch` is how many messages a worker takes for each slot where nobody says; None where there is no queue.
    - `trip_s` is to the broker and back, beyond what it is next door, and `trips` tells how often.
    """

    send_s: float = 0.0
    take_s: float = 0.0
    hop_s: float = 0.0
    begin_s: float = 0.0
    finish_s: float = 0.0
    wake_s: float = 0.0
    ready_s: float = 0.0
    gil: Gil | None = None
    prefetch: int | None = None
    trip_s: float = 0.0
    trips: Trips = Trips()


NOTHING = Costs()

# Measured on the machine named below. `hand_over_s`: fitted to runs of hands-full with 16 and 32 slots. `each_s`: who
# needs 0.2 ms of the hands beside 1, 2, 4, 8 and 16 threads that never stop has them after 6, 3, 11, 32 and 50 ms, in the
# mean. `luck`: of 8 threads that begin together and need 33 ms each the first is done after about 4 times that, and of 16 with
# 20 ms after 4 to 6 times.
GIL = Gil(0.005, 0.004, 0.00028, 0.8)

# Measured on 2 cores with Python 3.11.7, Celery 5.7.0 and Valkey 9.1 on loopback: empty tasks, hands of 10 ms and waits of 5
# ms on a worker of each pool, two digits; `scripts/bench costs` measures them anew. A plain program has no queue: what it
# costs is in noticing that a wait is over.
COSTS: dict[str, Costs] = {
    "solo": Costs(50e-6, 760e-6, 550e-6, 120e-6, 180e-6, 300e-6, 0.46, prefetch=1, trips=Trips(3.3, 1, 3.1, 3)),
    "threads": Costs(50e-6, 850e-6, 770e-6, 120e-6, 180e-6, 290e-6, 0.46, gil=GIL, prefetch=1, trips=Trips(2.8, 1.5, 3.5, 3)),
    "prefork": Costs(50e-6, 1110e-6, 530e-6, 120e-6, 180e-6, 290e-6, 0.55, prefetch=1, trips=Trips(2.2, 2.2, 13.8, 3)),
    "gevent": Costs(50e-6, 980e-6, 380e-6, 120e-6, 180e-6, 890e-6, 0.57, prefetch=2, trips=Trips(2.2, 2, 4.2, 3)),
    "sequential": Costs(wake_s=130e-6),
    "threading": Costs(wake_s=130e-6, gil=GIL),
    "asyncio": Costs(wake_s=130e-6),
    "multiprocessing": Costs(wake_s=130e-6),
}
