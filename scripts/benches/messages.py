"""What a message, an execution, an entry and a worker's presence cost the broker: `scripts/bench messages`.

Counted by the broker itself (INFO commandstats, cpu and memory) while real workers do real orders. Caveats. Loopback and
one machine; CPU seconds of the broker include the reading of the journal by the conductor, as every run has it.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import click
import redis

from collector.folder import RunFolder
from manyhands.conductor import conduct
from manyhands.fleet import Fleet
from manyhands.lab import Lab, open_lab
from manyhands.record import Ran
from manyhands.run import plan_of
from manyhands.work import Work, coffee
from producer.broker import connect
from producer.clock import BrokerClock
from producer.job import Job, Step
from producer.message import COFFEE_TASK, JOURNAL_KEY
from producer.send import Counter

QUEUED = 5000
SERVED = 1000
# Orders of some milliseconds: what is counted is the messages, and not the coffee.
SPEED = 5000.0
IDLE_S = 6.0


@click.command()
def main() -> None:
    """Print the figures as a Markdown table."""
    print("| what | value |")
    print("|---|---|")
    with TemporaryDirectory(prefix="manyhands-bench-") as folder, open_lab(None) as lab:
        broker = connect(lab.broker.url)
        for measure in (queued, served, present):
            for what, value in measure(lab, broker, Path(folder)):
                print(f"| {what} | {value} |", flush=True)
        broker.close()


def queued(lab: Lab, broker: redis.Redis, _: Path) -> Iterator[tuple[str, str]]:
    """Memory of the broker for each message that waits."""
    counter = Counter(lab.broker.url, broker, BrokerClock(broker), "bench", "solo", 60)
    counter.connect()
    before_bytes = memory_bytes(broker)
    began_s = time.perf_counter()
    counter.send(counter.prepare(coffee(None, QUEUED).jobs))
    took_s = time.perf_counter() - began_s
    yield "memory of a queued order", f"{(memory_bytes(broker) - before_bytes) / QUEUED:,.0f} bytes"
    yield "sent by one producer", f"{QUEUED / took_s:,.0f} a second"
    broker.delete("solo")
    counter.close()


def served(lab: Lab, broker: redis.Redis, folder: Path) -> Iterator[tuple[str, str]]:
    """Commands, CPU time and journal of a task that is one short wait, and of an order with a pull of the machine."""
    wait = Work("coffee", [a_wait(str(number)) for number in range(SERVED)], 1, None)
    ran, calls, cpu_s = _serve(wait, lab, broker, folder)
    yield "commands of a task", f"{sum(calls.values()):.1f}: " + _named(calls)
    yield "CPU time of the broker for a task", f"{cpu_s * 1e6:.0f} µs"
    yield "a worker's tasks a second, at most", f"{SERVED / (ran.completion_s or 1):,.0f}"
    entries = (ran.folder.path / "journal.jsonl").read_bytes()
    lines, writings = entries.count(b"\n"), broker.xlen(JOURNAL_KEY)
    stream_bytes = cast("int", broker.memory_usage(JOURNAL_KEY, samples=0))
    yield "journal entries of a task", f"{lines / SERVED:.1f} in {writings / SERVED:.1f} writings"
    yield "memory of a task in the journal", f"{stream_bytes / SERVED:,.0f} bytes"
    yield "the same on disk, as JSON", f"{len(entries) / SERVED:,.0f} bytes"
    _, calls, cpu_s = _serve(coffee(None, SERVED, speed=SPEED, machines=8), lab, broker, folder)
    yield "commands of an order with its pulls", f"{sum(calls.values()):.0f}, those of the machine's script included"
    yield "CPU time of the broker for an order with its pulls", f"{cpu_s * 1e6:.0f} µs"


def a_wait(name: str) -> Job:
    """A task that waits for a millisecond."""
    return Job(name, "wait", COFFEE_TASK, [{"steps": [["wait", 0.001]]}], (Step("wait", 0.001),))


def _serve(work: Work, lab: Lab, broker: redis.Redis, folder: Path) -> tuple[Ran, dict[str, float], float]:
    """The run, commands by name, and CPU seconds of the broker, both for each job."""
    before, cpu_s = commands(broker), broker_cpu_s(broker)
    with RunFolder.create(folder, "bench") as made:
        ran = conduct(plan_of(work, "threads", 1, 8), lab, made, made.path.name)
    assert ran.ledger.done == len(work.jobs)
    each = {name: (count - before.get(name, 0)) / len(work.jobs) for name, count in commands(broker).items()}
    return ran, each, (broker_cpu_s(broker) - cpu_s) / len(work.jobs)


def _named(counts: dict[str, float]) -> str:
    often = sorted(((count, name) for name, count in counts.items() if count >= 0.05), reverse=True)
    return ", ".join(f"{name} {count:.1f}" for count, name in often)


def present(lab: Lab, broker: redis.Redis, folder: Path) -> Iterator[tuple[str, str]]:
    """What a worker costs that does nothing."""
    plan = plan_of(coffee(None, 1), "threads", 1, 8)
    cpu_s = broker_cpu_s(broker)
    time.sleep(IDLE_S)
    alone_s = broker_cpu_s(broker) - cpu_s
    with Fleet(plan, lab.broker.url, folder, lab.guard, "bench"):
        before = broker.xlen(JOURNAL_KEY)
        while broker.xlen(JOURNAL_KEY) == before:
            time.sleep(0.01)
        time.sleep(1.0)
        calls, cpu_s, began_s = commands(broker), broker_cpu_s(broker), time.perf_counter()
        time.sleep(IDLE_S)
        after, took_s = commands(broker), time.perf_counter() - began_s
        spent_s = broker_cpu_s(broker) - cpu_s - alone_s
        a_second = {name: (after[name] - calls.get(name, 0)) / took_s for name in after if name not in ("info", "xlen")}
        clients = broker.info("clients")["connected_clients"]
    yield "commands of an idle worker", f"{sum(a_second.values()):.1f} a second: " + _named(a_second)
    yield "CPU time of the broker for an idle worker", f"{spent_s / took_s * 1e6:.0f} µs a second"
    yield "connections of a worker with 8 slots", str(clients - 1)


def commands(broker: redis.Redis) -> dict[str, int]:
    """How often each command was called until now."""
    stats = broker.info("commandstats")
    return {name.removeprefix("cmdstat_"): int(told["calls"]) for name, told in stats.items()}


def broker_cpu_s(broker: redis.Redis) -> float:
    """CPU time of the broker until now."""
    told = broker.info("cpu")
    return float(told["used_cpu_sys"]) + float(told["used_cpu_user"])


def memory_bytes(broker: redis.Redis) -> int:
    """Memory of the broker."""
    return int(broker.info("memory")["used_memory"])


if __name__ == "__main__":
    main()
