"""What a task costs beside its work: nothing in the ideal, and in a simulation what was measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds that queue, broker, pool and Python take, beside the work itself.

    `send_s` is between two messages that the producer sends. `take_s` is CPU time of the worker's main process for each
    message that it takes; `begin_s` and `finish_s` are CPU time in the slot, before and after the job's own; `step_s` is
    what each step waits before it begins. `ready_s` is from a worker's launch until it takes orders.

    `turns` says that the threads of a process take turns at its hands, as they do at the GIL; else each is served whole,
    first come, first served. `prefetch` is how many messages a worker takes for each slot where nobody says.
    """

    send_s: float = 0.0
    take_s: float = 0.0
    begin_s: float = 0.0
    finish_s: float = 0.0
    step_s: float = 0.0
    ready_s: float = 0.0
    turns: bool = False
    prefetch: int = 1


NOTHING = Costs()
