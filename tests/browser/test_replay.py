"""A stored run is played again: pause, step, pace, another beside it, and calmly for who asks for that."""

import pytest

from tests.browser.conftest import Serves, Visit, Visits

SHOWN = "manyhands.page.model?.meta.summary && manyhands.page.isReady"
TIME_S = "manyhands.shop.player.time_s"


def played_s(look: Visit) -> float:
    """How many seconds of the run one second of ours plays."""
    told: list[float] = look.ask(f"""new Promise((done) => {{
      const from_ms = performance.now(), from_s = {TIME_S};
      setTimeout(() => done([{TIME_S} - from_s, (performance.now() - from_ms) / 1000]), 800);
    }})""")
    return told[0] / told[1]


@pytest.fixture
def look(serve: Serves, visit: Visits, stored: str) -> Visit:
    look = visit()
    look.open(f"{serve().url}/#run={stored}", SHOWN)
    return look


def test_play_pause_and_step(look: Visit) -> None:
    page = look.page
    end_s = look.ask(TIME_S)
    assert end_s == look.ask("manyhands.page.model.end_s")

    # Play begins anew; pause holds the moment
    page.locator("#play").click()
    look.wait(f"{TIME_S} > 0.2 && {TIME_S} < {end_s}")
    page.locator("#play").click()
    held_s = look.ask(TIME_S)
    assert page.locator("#play").get_attribute("aria-label") == "Play"

    # A step goes to where something changes, and back
    page.locator("#next").click()
    next_s = look.ask(TIME_S)
    assert next_s > held_s
    page.locator("#back").click()
    assert look.ask(TIME_S) < next_s
    assert look.ask(f"manyhands.shop.player.change({next_s} - 1e-5, 1)") == pytest.approx(next_s)

    # The counts of a moment add up to all that were sent
    counts = [int(page.locator(f"#n-{each}").inner_text()) for each in ("line", "air", "done")]
    assert sum(counts) == 12


def test_the_pace_is_what_was_asked_for(look: Visit) -> None:
    paces = look.page.locator("#pace option").evaluate_all("(options) => options.map((option) => Number(option.value))")
    assert (paces[0], paces[-1]) == (0.25, 16)
    for pace in paces:
        look.page.locator("#pace").select_option(str(pace).removeprefix("0"))
        look.ask("manyhands.shop.player.replay(1000, { at_s: 0, playing: true })")
        assert played_s(look) == pytest.approx(pace, rel=0.35)


def test_two_runs_stand_on_one_axis(look: Visit, visit: Visits, stored: str) -> None:
    # Given the run beside itself, as it is addressed
    base = look.page.url.partition("#")[0]
    beside = visit()
    beside.open(f"{base}#run={stored}&versus={stored}", f"{SHOWN} && manyhands.shop.versus")
    assert beside.ask("manyhands.shop.models.length") == 2
    rows = beside.ask("manyhands.shop.rows.rows.filter((row) => row.type === 'slot').length")
    assert rows == 2 * beside.ask("manyhands.page.model.lanes.length")
    beside.page.locator("#play").click()
    beside.wait(f"{TIME_S} > 0.2")
    assert beside.wrongs == []


def test_who_asks_for_less_motion_gets_four_frames_a_second(serve: Serves, visit: Visits, stored: str) -> None:
    look = visit(reduced_motion="reduce")
    look.open(f"{serve().url}/#run={stored}", SHOWN)
    look.page.locator("#pace").select_option(".25")
    look.page.locator("#play").click()
    moments = look.ask(f"""new Promise((done) => {{
      const seen = new Set(), until_ms = performance.now() + 1500;
      const look = () => (seen.add({TIME_S}), performance.now() < until_ms ? requestAnimationFrame(look) : done(seen.size));
      look();
    }})""")
    assert 2 <= moments <= 8
