"""A plan: one batch, and the fleet or the program that it is given to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from collector.shape import Shape, size
from producer.job import Job
from producer.message import POOLS, Pool
from workers.settings import GEVENT_PREFETCH

Twin = Literal["sequential", "threading", "asyncio", "multiprocessing"]
TWINS: tuple[Twin, ...] = get_args(Twin)

# Pools and programs that do one job after another.
SINGLE = ("sequential", "solo")

OUR_APP = "workers"

# The orders of a barista who faints wait at least this long; where nobody knows how long a job takes, ten minutes.
LEAST_VISIBILITY_TIMEOUT_S = 10.0
UNKNOWN_VISIBILITY_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run.

    `shelf` holds what the jobs look up (the class's fingerprints), by key. `prefetch` is how many messages a worker
    takes for each slot. `settings` go to the manifest as they are.

    Where workers are there already, `workers` of them are used that have `slots` slots: all of them under `everyone`,
    whatever slots they have under `any_slots`. `each` tells the slots of each where they differ, `may_hold_s` their
    visibility timeout.

    `simulated` plans are run by the model, on `cores` cores together, and with a broker that is `away_s` further away than
    next door, in s one way.

    `exercise` and `question` tell what the run is to show, `predicted_s` what somebody expected it to take. Where nothing
    `acknowledges_late` the jobs of a worker that dies are lost: only an exercise wants that.
    """

    work: str
    jobs: Sequence[Job]
    pool: Pool | Twin
    workers: int
    slots: int
    machines: int = 1
    cores: float = 1.0
    seed: int | None = None
    prefetch: int | None = None
    shelf: Mapping[str, str] = field(default_factory=dict)
    app: str = OUR_APP
    settings: Mapping[str, object] = field(default_factory=dict)
    everyone: bool = False
    any_slots: bool = False
    each: tuple[int, ...] = ()
    may_hold_s: float | None = None
    acknowledges_late: bool = True
    exercise: str | None = None
    question: str | None = None
    predicted_s: float | None = None
    simulated: bool = False
    away_s: float = 0.0

    def as_simulated(self, cores: float | None = None) -> "Plan":
        """The same plan for the model, on so many cores together where that is said."""
        return replace(self, simulated=True, cores=cores or self.cores)

    @property
    def is_own(self) -> bool:
        """Whether the task is the user's own, in an app of theirs."""
        return self.app != OUR_APP

    @property
    def is_twin(self) -> bool:
        """Whether it is a plain program, with no queue."""
        return self.pool not in POOLS

    @property
    def shape(self) -> Shape:
        """The fleet in numbers."""
        forks = self.pool in ("prefork", "multiprocessing")
        one_thread = self.pool in ("gevent", "asyncio")
        return Shape(self.workers, self.slots, forks, self.cores, self.machines, self.each, one_thread)

    @property
    def size(self) -> str:
        """Workers and their slots: `2 × 8`, or `8 + 4` where they differ."""
        return size(list(self.shape.slots_each))

    @property
    def title(self) -> str:
        """How tables and pictures call it."""
        about = ""
        if self.work == "coffee":
            about = f", {self.machines} group head" + ("s" if self.machines > 1 else "")
        elif "how" in self.settings:
            about = f", {self.settings['how']}"
        elif "grader" in self.settings:
            about = f", {self.settings['grader']} grader"
        return f"{self.work}, {self.pool} {self.size}{about}" + (", simulated" if self.simulated else "")

    def visibility_timeout_s(self) -> float:
        """How long a message may be held before another worker gets it: well above what any job can take here.

        In the worst case all others in the air are in front at each station, and a prefetched message waits for as many
        whole jobs as are prefetched for its slot. Twice that is left for what nobody foresees.
        """
        if self.may_hold_s is not None:  # workers that are there have it from whoever started them
            return self.may_hold_s
        longest_s = max((job.length_s for job in self.jobs), default=0.0)
        if not longest_s:
            return UNKNOWN_VISIBILITY_TIMEOUT_S
        busy_s = max((job.demand_s("hands") + job.demand_s("native") for job in self.jobs), default=0.0)
        machine_s = max((job.demand_s("machine") for job in self.jobs), default=0.0)
        shape = self.shape
        in_line_s = shape.all_slots * (busy_s / min(shape.processes, self.cores) + machine_s / self.machines)
        in_front = 1 + (self.prefetch or GEVENT_PREFETCH)
        return max(LEAST_VISIBILITY_TIMEOUT_S, 2 * in_front * (longest_s + in_line_s))
