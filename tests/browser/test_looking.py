"""A stored run is looked at: by keyboard alone, on a phone, in the dark."""

import subprocess
import sys
from pathlib import Path

import pytest

from manyhands.lab import LAB_VARIABLE
from manyhands.serve import FLOWER_PORT_VARIABLE
from tests.browser.conftest import Serves, Visit, Visits

# All that can be used, as places among the elements of the page.
CONTROLS = """[...document.querySelectorAll("*")].flatMap((node, at) =>
  node.matches("a[href], button, input, select, summary, [tabindex='0']") && !node.disabled && node.checkVisibility()
    ? [at] : [])"""

SHOWN = "manyhands.page.model?.meta.summary && manyhands.page.isReady"

# All figures of a run are there, each with its words.
FIGURES = """["limits", "went", "waits"].every((name) => document.querySelector(`[data-figure=${name}] svg text`))"""

# What of the answer is not within the margins of the page; and on a phone, what does not use its width.
OUTSIDE = """[...document.querySelectorAll("#answer > :not([hidden], .facedown)")].filter((box) => {
  const { left, right } = box.getBoundingClientRect(), page = box.parentNode.getBoundingClientRect();
  return left < page.left - 1 || right > page.right + 1 || (innerWidth < 500 && right - left < page.width - 1);
}).map((box) => box.className)"""


def test_with_the_keyboard_alone(serve: Serves, visit: Visits, stored: str) -> None:
    served, look = serve(), visit()
    page = look.page
    look.open(f"{served.url}/#run={stored}", SHOWN)
    keys = page.keyboard

    # Everything that can be done is reached by Tab, in the order of the page
    there = look.ask(CONTROLS)
    reached = []
    for _ in there:
        keys.press("Tab")
        reached.append(look.ask("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert reached == there
    assert len(there) > 20

    # An arrow reads a bar, aloud; Escape leaves it
    page.locator("#lanes").focus()
    keys.press("Home")
    keys.press("ArrowRight")
    look.wait("document.querySelector('#say').textContent !== '' && !document.querySelector('#tip').hidden")
    read = look.ask("document.querySelector('#say').textContent")
    keys.press("ArrowDown")
    look.wait(f"document.querySelector('#say').textContent !== {read!r}")

    # Above the first slot are the group heads, pull by pull
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    look.wait("document.querySelector('#say').textContent.startsWith('Head ')")
    read = look.ask("document.querySelector('#say').textContent")
    keys.press("ArrowLeft")
    look.wait(f"document.querySelector('#say').textContent !== {read!r}")
    assert look.ask("document.querySelector('#say').textContent").split(".")[0] == read.split(".")[0]
    keys.press("Escape")
    look.wait("document.querySelector('#tip').hidden")

    # The table holds every order
    for _ in there:
        keys.press("Tab")
        if look.ask("document.activeElement.localName") == "summary":
            break
    keys.press("Enter")
    look.wait("document.querySelectorAll('#table tbody tr').length === 12")
    look.expect_calm(served.url)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1920, 1080)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_hangs_over_the_edge(serve: Serves, visit: Visits, stored: str, width: int, height: int, scheme: str) -> None:
    served = serve()
    look = visit(width, height, color_scheme=scheme, has_touch=width < 500, is_mobile=width < 500)
    look.open(f"{served.url}/#run={stored}", SHOWN)
    look.wait(FIGURES)
    assert look.ask(OUTSIDE) == []

    assert look.ask("document.documentElement.scrollWidth") <= width
    assert look.ask("document.querySelector('#lanes').getBoundingClientRect().right") <= width
    paper = look.ask("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(part) for part in paper[4:-1].split(",")) < 384) is (scheme == "dark")
    look.expect_calm(served.url)


# What can be pressed or typed into, and is lower or narrower than a finger needs.
TOO_SMALL = """[...document.querySelectorAll('a, button, select, input, summary')]
  .map((each) => [each.id || each.dataset.name || each.textContent, each.getBoundingClientRect()])
  .filter(([, { width, height }]) => height > 1 && (height < 23.9 || width < 23.9)).map(([name]) => name)"""


def test_on_a_phone_a_finger_hits_what_it_is_to_hit(serve: Serves, visit: Visits, stored: str) -> None:
    look = visit(390, 844, has_touch=True, is_mobile=True)
    look.open(f"{serve().url}/#run={stored}", SHOWN)

    assert look.ask(TOO_SMALL) == []


def test_where_the_system_chooses_the_colours_the_play_button_has_an_edge(serve: Serves, visit: Visits, stored: str) -> None:
    look = visit(forced_colors="active")
    look.open(f"{serve().url}/#run={stored}", SHOWN)
    styles = (("#play", "backgroundColor"), ("#play", "borderTopColor"), ("#play", "borderTopWidth"), ("#play svg", "fill"))
    ground, edge, width, icon = (look.ask(f"getComputedStyle(document.querySelector('{at}')).{name}") for at, name in styles)

    assert width == "1px"
    assert ground not in (edge, icon)


# Where on the canvas the first order of the last slot is, when all is scrolled to the end: x, y, and what it is.
LAST_SLOT = """(() => {
  const { shop } = manyhands, scene = shop.scene(), { spans, lanes, jobIds } = shop.main;
  const row = scene.layout.rows.filter(({ type }) => type === "slot").at(-1);
  const first = lanes[row.lane].list.data[0];
  const x = scene.axis.x((spans.start.data[first] + spans.end.data[first]) / 2);
  return [x, row.y + row.h / 3 - scene.scroll_px, jobIds[spans.job.data[first]]];
})()"""


def test_beside_many_group_heads_every_slot_can_be_read(serve: Serves, visit: Visits, runs: Path) -> None:
    command = [sys.executable, "-m", "manyhands", "run", "coffee", "--orders", "200", "--workers", "10", "--slots", "8"]
    subprocess.run([*command, "--machines", "100", "--simulate", "--runs", str(runs)], check=True, capture_output=True)
    served, look = serve(), visit()
    look.open(f"{served.url}/#run={(runs / 'latest').resolve().name}", SHOWN)
    look.ask("document.querySelector('#scroller').scrollTop = 1e6")
    look.wait("manyhands.shop.scene().scroll_px > 1000")

    x, y, job = look.ask(LAST_SLOT)
    assert 0 < y < look.ask("manyhands.shop.rows.view_px")
    look.page.locator("#lanes").hover(position={"x": x, "y": y})
    look.wait(f"document.querySelector('#tip h3')?.textContent.startsWith('Order {job}')")
    look.expect_calm(served.url)


def test_a_window_may_be_as_narrow_as_a_pixel(serve: Serves, visit: Visits, stored: str) -> None:
    served, look = serve(), visit()
    look.open(f"{served.url}/#run={stored}", SHOWN)
    for width in (1, 1280):
        look.page.set_viewport_size({"width": width, "height": 800})
        look.wait(f"innerWidth === {width} && manyhands.shop.frame.width === document.querySelector('#stage').clientWidth")
        look.ask("manyhands.frame()")
    look.expect_calm(served.url)


# Each kind as it is painted, in one ink on one ground, on as many pixels as all patterns repeat in.
PAINTED = """Promise.all(["patterns", "kinds"].map((name) => import(`/static/${name}.js`)))
  .then(([{ kindTile }, { BAR_KINDS, KINDS }]) => BAR_KINDS.map((name) => {
    const { side, pixels } = kindTile(name, (token) => (token === KINDS[name].bg ? "#fff" : "#000"), 1);
    return Array.from({ length: 48 * 48 }, (_, at) => pixels[(Math.floor(at / 48) % side) * side + (at % 48) % side]).join();
  }))"""


def test_the_kinds_of_steps_differ_by_their_pattern_alone(serve: Serves, visit: Visits) -> None:
    look = visit()
    look.open(serve().url)
    painted = look.ask(PAINTED)

    assert len(painted) == len(set(painted)) == 7


def test_there_is_a_way_to_flower_where_there_is_one(serve: Serves, visit: Visits) -> None:
    look = visit()
    look.open(serve(**{FLOWER_PORT_VARIABLE: "5599", LAB_VARIABLE: "yes"}).url)
    assert look.page.locator("#flower").get_attribute("href") == "http://127.0.0.1:5599"
    assert look.page.locator("#flower").is_visible()

    look.open(serve().url)
    assert look.page.locator("#flower").is_hidden()


def test_a_page_that_nobody_looks_at_gives_its_connection_back(serve: Serves, visit: Visits) -> None:
    """A browser keeps six connections to one lab: a seventh page would never open."""
    look = visit()
    look.page.clock.install()
    look.open(serve().url)
    is_listening = "manyhands.live.source.readyState !== EventSource.CLOSED"
    look.wait(is_listening)

    turn(look, hidden=True)
    look.page.clock.fast_forward(29_000)
    assert look.ask(is_listening)
    look.page.clock.fast_forward(2_000)
    look.wait(f"!({is_listening})")

    turn(look, hidden=False)
    look.wait(is_listening)
    look.wait("document.querySelector('#notices').textContent === ''")


def turn(look: Visit, *, hidden: bool) -> None:
    """Another tab is in front, or this one again."""
    look.ask(f"Object.defineProperty(document, 'hidden', {{ configurable: true, value: {str(hidden).lower()} }})")
    look.ask("document.dispatchEvent(new Event('visibilitychange'))")
