import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.page.hub import SETTLE_LIMIT_S, Hub
from collector.page.store import Store
from collector.page.tail import News
from tests.unit.builders import RUN, Writer
from workers.journal import Entry

ZERO_S = 1000.0
SHOP = [{"worker": "ana@host", "slots": 2}]


class Stream:
    """What a conductor and a barista say of a run, each entry with its place."""

    def __init__(self, run: str = RUN) -> None:
        self.run = run
        self.conductor, self.ana = Writer(f"conductor of {run}"), Writer(f"ana of {run}")

    def opened(self, **more: Any) -> list[Entry]:
        return [
            self._at(1, self.conductor.entry("opened", run=self.run, workers=SHOP, jobs=2, at=ZERO_S, **more)),
            self._at(2, self.conductor.entry("sent", run=self.run, count=2, first=ZERO_S, at=ZERO_S)),
        ]

    def step(self, **told: Any) -> Entry:
        about = {"run": self.run, "job": "7", "slot": 0, "phase": "wait", "at": ZERO_S + 1}
        return self._at(3, self.ana.entry("step", **{**about, **told}))

    def closed(self) -> Entry:
        return self._at(4, self.conductor.entry("closed", run=self.run))

    def _at(self, place: int, entry: Entry) -> Entry:
        return {**entry, "id": f"{place}-0"}


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(Store(tmp_path))


def test_a_run_that_was_simulated_leaves_the_one_under_way(hub: Hub) -> None:
    async def happen() -> None:
        await hub.hear(News(True, Stream().opened()))
        hub.show("simulated")

    asyncio.run(happen())

    assert hub.current == RUN
    assert [(happening.kind, happening.run) for happening in hub.happenings][-2:] == [
        ("opened", "simulated"),
        ("closed", "simulated"),
    ]


def test_a_run_is_known_by_the_mark_that_it_was_asked_with(hub: Hub) -> None:
    async def happen() -> str:
        asked = asyncio.ensure_future(hub.opened_with("ours"))
        await hub.hear(News(True, Stream("theirs").opened(mark="theirs")))
        await hub.hear(News(True, Stream("mine").opened(mark="ours")))
        return await asyncio.wait_for(asked, 1)

    assert asyncio.run(happen()) == "mine"


@pytest.mark.parametrize("told", [{"head": 40_000}, {"head": "x"}, {"at": float("inf")}, {"slot": []}, {"phase": "magic"}])
def test_what_is_malformed_does_not_deafen(hub: Hub, told: dict[str, Any]) -> None:
    stream = Stream()

    asyncio.run(hub.hear(News(True, [*stream.opened(), stream.step(**told), stream.step()])))

    board = hub.boards[RUN]
    assert (board.spans.start.tolist(), board.missing) == ([1.0], 1)


def test_a_run_that_is_forgotten_while_another_is_heard_does_not_deafen(hub: Hub, tmp_path: Path) -> None:
    for run in ("old", "new"):
        (tmp_path / run).mkdir()
        (tmp_path / run / "manifest.json").write_text("{}")
        (tmp_path / run / "sent.jsonl").write_text("")
    old = Stream("old")

    async def happen() -> None:
        await hub.hear(News(True, [*old.opened(), old.closed()]))
        (tmp_path / "old" / "summary.json").write_text("{}")
        hearing = asyncio.create_task(hub.hear(News(True, Stream("new").opened())))
        await asyncio.sleep(0)
        hub.forget()
        await hearing

    asyncio.run(happen())

    assert list(hub.boards) == ["new"]


def test_jobs_are_named_before_anybody_is_told_of_them(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / RUN).mkdir()
    rows = [json.dumps({"job": "7", "name": "a latte", "sent_s": ZERO_S + 0.5}), "", "{}"]
    (tmp_path / RUN / "sent.jsonl").write_text("\n".join(rows) + "\n")
    stream = Stream()

    asyncio.run(hub.hear(News(True, [*stream.opened(folder=RUN), stream.step()])))

    facts = hub.facts(hub.boards[RUN])
    assert (facts.names, facts.sent_s) == ({"7": "a latte"}, {"7": ZERO_S + 0.5})


@pytest.mark.parametrize("hear", [lambda hub: hub.hear(News(False)), lambda hub: hub.hear(News(True))])
def test_whoever_asks_does_not_wait_where_there_is_nothing_to_wait_for(hub: Hub, hear: Callable[[Hub], Any]) -> None:
    async def happen() -> None:
        await hear(hub)
        await asyncio.wait_for(hub.settle(), SETTLE_LIMIT_S / 10)

    asyncio.run(happen())
