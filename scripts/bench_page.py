"""The figures of the page and the report: a real Chromium without a window, and the command as a user types it."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
import redis
from playwright.sync_api import Page
from window import served, wait_for, window

from collector.fold import Ledger
from collector.folder import RunFolder
from collector.page.hub import Hub
from collector.page.store import Store
from collector.page.tail import Tail
from collector.reader import JournalReader
from manyhands.broker import NO_BROKER
from manyhands.lab import Lab
from manyhands.progress import Bar
from manyhands.record import Ran, manifest
from manyhands.run import plan_of
from manyhands.watch import Watch
from manyhands.work import coffee
from producer.message import COFFEE_TASK, ENTRIES_FIELD, JOURNAL_KEY
from workers.journal import Entry, Journal

JOBS_OF_A_HUNDRED_THOUSAND = 100_000
JOBS_PER_S = 50
LISTENED_S = 8
# Three hours of an idle lab: the tail looks twice a second, and somebody loads the page every half minute.
LOOKS = 3 * 3600 * 2
VISITS = 360
LINES = 2000
LINES_IN_VIEW = 60
BARS_IN_VIEW = 20_000
FRAMES = 120

# A window in which sixty lanes can be seen, in pixels.
SIXTY_LANES = (1440, 1600)

KINDS = ("hands", "machine_wait", "machine", "wait", "hands")

# A run of so many lanes and bars, made where it is drawn; then frames as time moves and the lanes are scrolled.
FRAME_TIMES = """({ lines, bars, frames }) => {
  const rows = lines * bars, spans = {}, end_s = bars;
  for (const name of ["lane", "job", "kind", "start", "end", "filled", "head"]) spans[name] = new Array(rows);
  for (let row = 0; row < rows; row++) {
    const lane = Math.floor(row / bars), place = row % bars;
    spans.lane[row] = lane; spans.job[row] = row % 1000; spans.kind[row] = [0, 3, 2, 4][(place + lane) % 4];
    spans.start[row] = place; spans.end[row] = place + 0.9; spans.filled[row] = 0.2 + 0.8 * ((place * 7 + lane) % 10) / 10;
    spans.head[row] = -1;
  }
  const jobs = Array.from({ length: 1000 }, (_, job) => String(job));
  manyhands.show({
    run: "bench", title: "bench", state: "closed", work: "coffee", pool: "threads", size: "1 × 2000", machines: 1, jobs: 1000,
    sent: 1000, now_s: end_s, zero_s: 0, after: "0-0", notices: [], summary: null, predicted_s: null, figures: [], files: [],
    workers: [{ worker: "ana@host", name: "Ana", host: "host", pool: "threads", slots: lines, shares_hands: false }],
    lanes: Array.from({ length: lines }, (_, slot) => [0, slot]),
    kinds: ["hands", "hands_wait", "machine", "machine_wait", "milk", "native", "work"],
    spans, job_ids: jobs, names: jobs, jobs_sent: jobs.map(() => 0),
    ends: { job: [], lane: [], start: [], end: [], outcome: [] },
  }, { mode: "replay", isUp: true, at_s: end_s });
  const { rows: laid } = manyhands.shop, scroller = document.querySelector("#scroller");
  const seen = laid.rows.filter((row) => row.type === "slot" && row.y >= laid.head_px && row.y + row.h <= laid.view_px).length;
  const times = [];
  for (let frame = 0; frame < frames; frame++) {
    manyhands.shop.player.time_s = end_s * (1 - frame / frames / 20);
    scroller.scrollTop = frame * 5;
    const before = performance.now();
    manyhands.frame();
    times.push(performance.now() - before);
  }
  return { seen, times };
}"""

# Notes when each job is on the page: after the change is taken in, at the next frame.
LISTEN = """() => {
  const { model } = manyhands.page, apply = model.apply.bind(model);
  globalThis.heard = {};
  model.apply = (delta) => {
    apply(delta);
    requestAnimationFrame(() => {
      for (const [job] of delta.ends ?? []) globalThis.heard[model.jobIds[job]] ??= Date.now() / 1000;
    });
  };
}"""


def entries_of(run: str, jobs: int) -> Iterator[Entry]:
    """What a worker leaves behind of so many orders, in the order that it would."""
    numbers = iter(range(1, 10 * jobs + 10))
    for number in range(jobs):
        at_s = 1e9 + number / 1000 + 0.123456
        job = {"run": run, "job": str(number), "task": COFFEE_TASK, "attempt": 1, "slot": number % 8}
        starts_s = [at_s + step * 0.0123 for step in range(len(KINDS))]
        yield {"kind": "begun", "seq": next(numbers), **job, "at": at_s}
        for kind, start_s in zip(KINDS, starts_s, strict=True):
            yield {"kind": "step", "seq": next(numbers), **job, "phase": kind, "at": start_s}
        cpu = {"hands": 0.0111}
        phases = [[kind, start_s, start_s + 0.0121, cpu.get(kind), None] for kind, start_s in zip(KINDS, starts_s, strict=True)]
        yield {"kind": "done", "seq": next(numbers), **job, "start": at_s, "end": at_s + 0.06, "phases": phases, "result": None}


def fill_journal(broker: redis.Redis, run: str, jobs: int, together: int = 7) -> int:
    """Write what `entries_of` tells into the stream, `together` entries a writing; returns how many."""
    by = {"worker": "ana@host", "host": "host", "pid": 1, "writer": f"host/1/{run}"}
    entries, count = entries_of(run, jobs), 0
    with broker.pipeline(transaction=False) as pipeline:
        while some := list(islice(entries, together)):
            count += len(some)
            pipeline.xadd(JOURNAL_KEY, {ENTRIES_FIELD: json.dumps({"by": by, "entries": some})})
            if len(pipeline) >= 500:
                pipeline.execute()
        pipeline.execute()
    return count


class PageBench:
    """The page of one lab, in which everything is measured."""

    def __init__(self, lab: Lab, broker: redis.Redis, runs: Path) -> None:
        self._lab = lab
        self._broker = broker
        self._runs = runs / "page"
        self._number = 0

    def folder(self) -> Iterator[tuple[str, float]]:
        """Entries from the stream to a run's folder, as the conductor takes them: all of them, none dropped."""
        self._broker.delete(JOURNAL_KEY)
        jobs = 15_000
        run = self._name()
        count = fill_journal(self._broker, run, jobs, together=1)
        with RunFolder.create(self._runs, run) as folder, Bar("bench", jobs) as bar:
            ran = Ran(plan_of(coffee(None, 1), "threads", 1, 8), run, folder, Ledger(run))
            watch, reader = Watch(ran, bar), JournalReader(self._broker, "0")
            before_s = time.perf_counter()
            while entries := reader.read():
                watch.take(entries)
            took_s = time.perf_counter() - before_s
        assert (ran.ledger.done, ran.ledger.missing) == (jobs, 0)
        with (folder.path / "journal.jsonl").open(encoding="utf-8") as lines:
            assert sum(1 for _ in lines) == count
        self._broker.delete(JOURNAL_KEY)
        yield "page-entries", count / took_s

    def page(self) -> Iterator[tuple[str, float]]:
        """First paint, weight, frames, and how long an entry takes to the page."""
        with served(self._runs, self._lab.broker.url) as (url, _), window(*SIXTY_LANES) as page:
            yield from first_look(page, url)
            yield from frames(page)
            yield from self._latency(page, url)

    def memory(self) -> Iterator[tuple[str, float]]:
        """A run of a hundred thousand jobs: what the collector needs when it has passed, and until it is open."""
        self._broker.delete(JOURNAL_KEY)
        with served(self._runs, self._lab.broker.url) as (url, process), window(*SIXTY_LANES) as page:
            page.goto(url)
            wait_for(page, "globalThis.manyhands?.page.isReady")
            run = self._open_run(JOBS_OF_A_HUNDRED_THOUSAND)
            wait_for(page, "manyhands.page.model?.isOpen")
            fill_journal(self._broker, run, JOBS_OF_A_HUNDRED_THOUSAND)
            wait_for(page, f"manyhands.page.model?.ended.length === {JOBS_OF_A_HUNDRED_THOUSAND}", 300)
            before_s = time.perf_counter()
            page.goto(f"{url}/?again#run={run}")
            wait_for(page, f"manyhands.page?.model?.ended.length === {JOBS_OF_A_HUNDRED_THOUSAND}", 300)
            yield "page-opens", time.perf_counter() - before_s
            yield "page-memory", resident_mb(process.pid)
            poll(url, VISITS // 3)
            before_mb = resident_mb(process.pid)
            poll(url, VISITS)
            yield "page-idle-visits", resident_mb(process.pid) - before_mb
        self._broker.delete(JOURNAL_KEY)
        yield "page-idle-looks", self._idle_mb()

    def _idle_mb(self) -> float:
        """What hours of looking at a silent stream leave in memory: as many looks, without the waits between them."""
        hub = Hub(Store(self._runs))
        tail = Tail(self._lab.broker.url, hub.hear, look_s=None, roster_every_s=0)

        async def look(times: int) -> None:
            for _ in range(times):
                await hub.hear(tail.look())

        async def hours() -> float:
            await look(LOOKS // 10)
            before_mb = resident_mb(os.getpid())
            await look(LOOKS)
            return resident_mb(os.getpid()) - before_mb

        gained_mb = asyncio.run(hours())
        tail.close()
        return gained_mb

    def report(self) -> Iterator[tuple[str, float]]:
        """The report of 10,000 simulated orders: made anew, and until it can be read."""
        command = [sys.executable, "-m", "manyhands"]
        where = ["--runs", str(self._runs)]
        asked = ["coffee", "--orders", "10000", "--workers", "4", "--slots", "8", "--simulate"]
        subprocess.run([*command, "run", *asked, *where], check=True, capture_output=True)
        before_s = time.perf_counter()
        subprocess.run([*command, "report", "latest", *where], check=True, capture_output=True)
        yield "report-made", time.perf_counter() - before_s
        with window(*SIXTY_LANES) as page:
            page.goto((self._runs / "latest" / "report.html").resolve().as_uri())
            yield "report-read", painted_ms(page) / 1000

    def _latency(self, page: Page, url: str) -> Iterator[tuple[str, float]]:
        page.goto(f"{url}/?latency")
        wait_for(page, "globalThis.manyhands?.page.isReady")
        run = self._open_run(JOBS_PER_S * LISTENED_S)
        wait_for(page, f"manyhands.page.model?.run === {json.dumps(run)} && manyhands.page.model.isOpen")
        page.evaluate(LISTEN)
        journal = Journal(self._broker, "ana@host")
        written_s: dict[str, float] = {}
        for number in range(JOBS_PER_S * LISTENED_S):
            now_s = journal.clock.now_s()
            job = {"run": run, "job": str(number), "task": COFFEE_TASK, "attempt": 1, "slot": number % 8}
            written_s[str(number)] = time.time()
            phases = [["wait", now_s - 0.01, now_s, None, None]]
            journal.write("done", **job, start=now_s - 0.01, end=now_s, phases=phases, result=None)
            time.sleep(max(0.0, written_s["0"] + (number + 1) / JOBS_PER_S - time.time()))
        wait_for(page, f"Object.keys(heard).length === {len(written_s)}", 30)
        heard_s: dict[str, float] = page.evaluate("heard")
        yield "page-latency", 1000 * quantiles([heard_s[job] - at_s for job, at_s in written_s.items()], n=100)[98]

    def _open_run(self, jobs: int) -> str:
        """A run that is told to be open, of one worker."""
        run = self._name()
        plan = plan_of(coffee(None, 1), "threads", 1, 8)
        with RunFolder.create(self._runs, run) as folder:
            folder.write_json("manifest.json", manifest(Ran(plan, run, folder, Ledger(run)), NO_BROKER))
        journal = Journal(self._broker, "conductor")
        worker = {"worker": "ana@host", "host": "host", "pool": "threads", "slots": 8, "shares_hands": True}
        about = {"title": "bench", "work": "coffee", "pool": "threads", "slots": 8, "all_slots": 8, "processes": 1, "cores": 2}
        more = {"machines": 1, "jobs": jobs, "speed": 1, "seed": 1, "exercise": None, "question": None, "predicted_s": None}
        bounds = {"bounds_s": None, "bound_s": None, "ideal_s": None, "simulated": False}
        workers = [{**worker, "clock_offset_s": 0.0, "computer": "c"}]
        now_s = journal.clock.now_s()
        journal.write("opened", run=run, folder=run, workers=workers, **about, **more, **bounds, at=now_s)
        journal.write("sent", run=run, count=jobs, first=now_s, at=now_s)
        return run

    def _name(self) -> str:
        self._number += 1
        return f"bench-page-{time.time_ns()}-{self._number}"


def first_look(page: Page, url: str) -> Iterator[tuple[str, float]]:
    """The first paint of three visits, and what page, script and style weigh on the line."""
    paints_ms = []
    for number in range(3):
        page.goto(f"{url}/?look={number}")
        wait_for(page, "globalThis.manyhands?.page.isReady")
        paints_ms.append(painted_ms(page))
        if number == 0:
            yield "page-weight", page.evaluate(WEIGHT) / 1024
    yield "page-paint", median(paints_ms)


WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter(({ name, entryType }) => entryType === "navigation" || name.includes("/static/"))
  .reduce((sum, entry) => sum + entry.transferSize, 0)"""


def frames(page: Page) -> Iterator[tuple[str, float]]:
    """Milliseconds a frame takes, with the bars in view that the figure asks for."""
    bars = BARS_IN_VIEW // LINES_IN_VIEW + 1
    told: dict[str, Any] = page.evaluate(FRAME_TIMES, {"lines": LINES, "bars": bars, "frames": FRAMES})
    assert told["seen"] >= LINES_IN_VIEW, f"{told['seen']} lanes in view"
    yield "page-frame", median(told["times"])
    yield "page-frame-p95", quantiles(told["times"], n=20)[18]


def painted_ms(page: Page) -> float:
    """When something could first be seen, in ms after it was asked for."""
    wait_for(page, 'performance.getEntriesByName("first-contentful-paint").length')
    return float(page.evaluate('performance.getEntriesByName("first-contentful-paint")[0].startTime'))


def poll(url: str, times: int) -> None:
    """Pages that come and go while nothing happens: each asks for the lab and the runs, listens for a moment, and leaves."""
    with httpx.Client(base_url=url, timeout=30) as client:
        for _ in range(times):
            client.get("/api/lab").raise_for_status()
            client.get("/api/runs").raise_for_status()
            with client.stream("GET", "/live") as answer:
                next(answer.iter_lines())


def resident_mb(pid: int) -> float:
    """Memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
