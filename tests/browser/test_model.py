"""What the page's script makes of what it is told: its modules, asked in the browser itself."""

from typing import Any

import pytest

from tests.browser.conftest import Serves, Visit, Visits

# A run of one job that was executed twice, in two lanes.
TWICE = {
    "run": "r",
    "state": "closed",
    "work": "coffee",
    "machines": 0,
    "summary": None,
    "jobs": 1,
    "now_s": 9,
    "workers": [{"worker": "ana@here"}],
    "lanes": [[0, 0], [0, 1]],
    "kinds": ["hands"],
    "job_ids": ["7"],
    "names": ["latte"],
    "spans": {
        "lane": [0, 1],
        "job": [0, 0],
        "kind": [0, 0],
        "start": [1, 2],
        "end": [2, 3],
        "filled": [1, 1],
        "head": [-1, -1],
    },
}
ENDS = {"job": [0, 0], "lane": [0, 1], "start": [1, 2], "end": [2, 3]}

TOLD = """(snapshot) => Promise.all(["fold", "table", "reading"].map((name) => import(`/static/${name}.js`)))
  .then(([{ Model }, { tableRows }, { tell }]) => {
    const model = new Model(snapshot), [row] = tableRows(model);
    return { outcome: model.jobs.outcome[0], lane: model.jobs.lane[0], ended: model.jobs.ended[0], done: model.ended.count(9),
             row: row.slot - 1, sent: model.jobs.sent[0] ?? null,
             read: [0, 1].map((index) => tell({ model, index }, 9).about) };
  })"""

# A run that is told bar by bar, some of it late and some again: the sums and the strip that grow with it, against those of
# a model that is told all of it at once.
GROWN = """Promise.all(["fold", "measures", "bars"].map((name) => import(`/static/${name}.js`)))
  .then(([{ Model }, { handsBusy_s, held_s }, { handsLevels }]) => {
    const kinds = ["hands", "hands_wait", "machine", "machine_wait", "milk", "native", "work"];
    const names = ["lane", "job", "kind", "start", "end", "filled", "head"];
    const columns = (rows) => Object.fromEntries(names.map((name, at) => [name, rows.map((row) => row[at])]));
    const about = { run: "r", state: "open", work: "coffee", machines: 2, jobs: 90, now_s: 0, summary: null, kinds,
                    workers: [{ worker: "ana", slots: 3 }], lanes: [[0, 0], [0, 1], [0, 2]],
                    job_ids: [], names: [], jobs_sent: [], ends: columns([]) };
    const told = (rows) => new Model({ ...about, spans: columns(rows) });
    const far = (model, whole) => [7, 60].flatMap((moment_s) => [
      handsBusy_s(model, 0, moment_s) - handsBusy_s(whole, 0, moment_s),
      held_s(model, 1, moment_s) - held_s(whole, 1, moment_s),
    ]);
    const frame = { from_s: 0, until_s: 60, perSecond: 5 }, lanes = [0, 1, 2];
    const model = told([]), strip = new Float32Array(300), rows = [], clock_s = [0, 0, 0], late = [];
    let worst = 0, grown = 0;
    const check = (isFirst) => {
      const isAnew = isFirst || lanes.some((lane) => model.lanes[lane].isRedrawn);
      grown += !isAnew;
      handsLevels(strip, model, lanes, frame, isAnew);
      const whole = told(rows), wanted = new Float32Array(300);
      handsLevels(wanted, whole, lanes, frame, true);
      wanted.forEach((level, at) => (worst = Math.max(worst, Math.abs(level - strip[at]))));
      worst = Math.max(worst, ...far(model, whole).map(Math.abs));
    };
    const tell = (spans) => (model.apply({ spans: spans.map((row) => [...row]) }), check());
    check(true);
    for (let job = 0; job < 90; job++) {
      const lane = job % 3, bars = [];
      for (const [at, kind] of [0, 2, 0].entries()) {
        if (at) bars[at - 1][4] = clock_s[lane];
        bars.push([lane, job, kind, clock_s[lane], null, kind === 0 ? null : 1, kind === 2 ? job % 2 : -1]);
        rows.push(bars[at]);
        tell(bars.slice(-2));
        clock_s[lane] += 0.1 + ((job * 7 + at * 3) % 5) / 10;
      }
      bars[2][4] = clock_s[lane];
      const fill = () => bars.forEach((bar) => bar[2] === 0 && (bar[5] = 0.25 + (job % 3) / 4));
      if (job % 10 === 3) late.push(() => (fill(), tell(bars)));
      else fill();
      tell(bars);
      if (job % 10 === 5) tell(bars);
      if (job % 20 === 19) late.shift()();
    }
    return { worst, grown };
  })"""

PRESENT = {
    "workers": [
        {"worker": f"{name}@here", "host": "here", "pool": "threads", "queues": ["threads"], "slots": 2}
        for name in ("ana", "ben")
    ]
}
BATCH = """([lab, snapshot, asked]) => import("/static/batch.js").then(({ batchOf, blank, request }) => {
  const batch = { ...batchOf(lab, snapshot), ...asked };
  return { request: request(lab, null, batch), lanes: blank(lab, null, batch).lanes.length };
})"""


@pytest.fixture
def look(serve: Serves, visit: Visits) -> Visit:
    look = visit()
    look.open(serve().url)
    return look


@pytest.mark.parametrize(
    ("outcomes", "outcome", "lane", "ended"),
    [(["done", "failed"], "done", 0, 2), (["failed", "done"], "done", 1, 3), (["failed", "failed"], "failed", 0, 2)],
)
def test_of_a_job_that_was_done_twice_the_end_that_the_table_of_the_run_tells_counts(
    look: Visit, outcomes: list[str], outcome: str, lane: int, ended: float
) -> None:
    """The first end stands, but done stands over failed: as `collector.fold` has it."""
    told: dict[str, Any] = look.page.evaluate(TOLD, {**TWICE, "jobs_sent": [None], "ends": {**ENDS, "outcome": outcomes}})

    assert (told["outcome"], told["lane"], told["ended"], told["done"]) == (outcome, lane, ended, 1)
    assert (told["row"], told["sent"]) == (lane, None)
    assert ["Another time" in read for read in told["read"]] == [lane != 0, lane != 1]
    assert not any("-" in read for read in told["read"])


def test_what_grows_with_a_run_is_what_the_whole_of_it_comes_to(look: Visit) -> None:
    told = look.ask(GROWN)

    assert told["worst"] < 1e-5
    assert told["grown"] > 250


def test_a_run_again_is_the_same_batch(look: Visit) -> None:
    about = {"workers": [{"slots": 4}], "seed": 0, "speed": 0.5, "machines": 3, "jobs": 12, "rate": 2.5, "prefetch": 4}
    coffee = look.page.evaluate(BATCH, [{"workers": []}, {"work": "coffee", "pool": "gevent", **about}, {}])["request"]
    papers = look.page.evaluate(BATCH, [{}, {"work": "papers", "pool": "prefork", **about, "grader": "native"}, {}])["request"]

    size = {"workers": 1, "slots": 4, "seed": 0, "rate": 2.5, "prefetch": 4}
    assert coffee == {"work": "coffee", "pool": "gevent", "orders": 12, "machines": 3, "speed": 0.5, **size}
    assert papers == {"work": "papers", "pool": "prefork", "papers": 12, "grader": "native", **size}


def test_who_is_present_works_no_simulated_batch(look: Visit) -> None:
    snapshot = {"work": "coffee", "pool": "threads", "workers": [{"slots": 16}], "jobs": 40}
    real = look.page.evaluate(BATCH, [PRESENT, snapshot, {"workers": 2}])
    simulated = look.page.evaluate(BATCH, [PRESENT, {**snapshot, "simulated": True}, {"workers": 5}])

    assert ("slots" in real["request"], real["lanes"]) == (False, 4)
    assert (simulated["request"]["slots"], simulated["request"]["workers"], simulated["lanes"]) == (16, 5, 80)
