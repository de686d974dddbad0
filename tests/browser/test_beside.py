"""Another run beside the one that is shown: of another pool, chosen on the page, and kept in its address."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import Serves, Visit, Visits

SHOWN = "manyhands.page.model?.meta.summary && manyhands.page.isReady"
BESIDE = "manyhands.shop.versus?.run ?? null"


@pytest.fixture
def other(stored: str, runs: Path) -> str:
    """The same orders on another pool, after those of `stored`."""
    assert (runs / stored).is_dir()
    command = [sys.executable, "-m", "manyhands", "run", "coffee", "--orders", "12", "--workers", "1", "--slots", "3"]
    subprocess.run([*command, "--pool", "prefork", "--simulate", "--runs", str(runs)], check=True, capture_output=True)
    return (runs / "latest").resolve().name


@pytest.fixture
def look(serve: Serves, visit: Visits, stored: str, other: str) -> Visit:
    look = visit()
    look.open(f"{serve().url}/#run={stored}&at=0.5", SHOWN)
    look.wait(f"document.querySelector('#versus option[value=\"{other}\"]')")
    return look


def test_two_pools_stand_on_one_axis(look: Visit, stored: str, other: str) -> None:
    # When another run is chosen, the moment that is shown stays
    look.page.locator("#versus").select_option(other)
    look.wait(f"({BESIDE}) === {other!r}")
    assert look.ask("manyhands.shop.player.time_s") == 0.5

    # Both are there, each with its own lanes, and the axis is long enough for both
    told = look.ask("manyhands.shop.models.map((model) => [model.run, model.meta.pool, model.lanes.length, model.end_s])")
    assert [each[:3] for each in told] == [[stored, "threads", 8], [other, "prefork", 3]]
    rows = look.ask("""manyhands.shop.models.map((model) =>
      manyhands.shop.rows.rows.filter((row) => row.type === "slot" && row.model === model).length)""")
    assert rows == [8, 3]
    assert look.ask("manyhands.shop.scene().axis.to_s") >= max(each[3] for each in told)
    look.page.locator("#play").click()
    look.wait("manyhands.shop.player.time_s > 0.7")

    # Who opens the address again sees the same, and may leave it
    assert look.ask("location.hash") == f"#run={stored}&versus={other}"
    look.page.reload()
    look.wait(f"globalThis.manyhands?.page.isReady && ({BESIDE}) === {other!r}")
    assert look.page.locator("#versus").input_value() == other
    look.page.locator("#versus").select_option("")
    look.wait(f"({BESIDE}) === null")
    assert look.ask("location.hash") == f"#run={stored}"
    assert look.wrongs == []


def test_the_one_that_was_chosen_last_is_shown(look: Visit, other: str) -> None:
    # Given a run that is slow to come
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    look.page.route(f"**/api/runs/{other}", hold)
    look.page.locator("#versus").select_option(other)
    look.wait(f"manyhands.page.beside === {other!r}")

    # When nothing is chosen before it is there, nothing stands beside
    look.page.locator("#versus").select_option("")
    with look.page.expect_response(f"**/api/runs/{other}"):
        held[0].continue_()
    look.ask("new Promise((done) => setTimeout(done, 200))")
    assert look.ask(BESIDE) is None


def test_links_to_a_part_of_the_page_leave_the_address(look: Visit, stored: str) -> None:
    before = look.ask("location.hash")
    for part in ("shop", "runs"):
        look.page.locator(f'a[href="#{part}"]').focus()
        look.page.keyboard.press("Enter")
        look.wait(f"document.activeElement.id === {part!r}")
        assert look.ask("location.hash") == before
    assert stored in before

    # And a run that is played by the keyboard is the next to be read
    look.page.locator("#runlist a", has_text="replay").first.focus()
    look.page.keyboard.press("Enter")
    look.wait("document.activeElement.id === 'shop' && manyhands.shop.player.playing")
