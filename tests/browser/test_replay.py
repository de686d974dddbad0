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


def test_zoomed_in_the_playhead_stays_in_sight(look: Visit) -> None:
    page = look.page
    assert page.locator("#whole").is_hidden()
    page.locator("#scrub").focus()
    page.keyboard.press("Home")
    for _ in range(4):
        page.locator("#closer").click()
    look.wait("!document.querySelector('#whole').hidden")
    whole_s, window = look.ask("manyhands.shop.axisEnd_s"), "manyhands.shop.window"
    assert look.ask(f"{window}[1] - {window}[0]") == pytest.approx(whole_s / 16)

    # Steps go on to the right of what is seen, and it follows
    for _ in range(40):
        page.locator("#next").click()
    look.wait(f"{window}[0] > 0")
    assert look.ask(f"{window}[0] <= {TIME_S} && {TIME_S} <= {window}[1]")
    page.locator("#whole").click()
    look.wait(f"{window} === null")


# Where the middle of the first bar of a job is, on the screen.
BAR = """(job) => {
  const { shop } = manyhands, { model } = manyhands.page, { spans } = model, at = spans.job.data.indexOf(job);
  const row = shop.rows.rows.find((row) => row.type === "slot" && row.lane === spans.lane.data[at]);
  const box = document.querySelector("#lanes").getBoundingClientRect();
  return [box.left + shop.scene().axis.x((spans.start.data[at] + spans.end.data[at]) / 2), box.top + row.y + row.h / 3];
}"""


@pytest.mark.parametrize("by", ["mouse", "touch"])
def test_a_bar_is_read_by_pointing_at_it(serve: Serves, visit: Visits, stored: str, by: str) -> None:
    look = visit(has_touch=by == "touch")
    look.open(f"{serve().url}/#run={stored}", SHOWN)
    page, tip = look.page, look.page.locator("#tip")
    page.locator("#lanes").scroll_into_view_if_needed()
    act = page.mouse.move if by == "mouse" else page.touchscreen.tap
    for job in (0, 5):
        act(*page.evaluate(BAR, job))
        look.wait(
            f"document.querySelector('#tip h3')?.textContent.startsWith(`Order ${{manyhands.page.model.jobIds[{job}]}},`)"
        )
        assert tip.is_visible()
        assert "served at" in tip.inner_text()

    # A second tap, or going away, leaves it
    act(*(page.evaluate(BAR, 5) if by == "touch" else (5, 5)))
    look.wait("document.querySelector('#tip').hidden")


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
