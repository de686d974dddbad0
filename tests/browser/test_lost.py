"""What is lost on its way to the browser: the page says so, and asks again by itself."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import Serves, Visits

# A browser that is offline for a moment, a server that does not answer: seen by the page as these.
LOST = "internetdisconnected"


def lost(times: int) -> tuple[Callable[[Route], None], list[str]]:
    """What lets go of the first so many requests, and those that it let go of."""
    gone: list[str] = []

    def handle(route: Route) -> None:
        if len(gone) >= times:
            route.continue_()
            return
        gone.append(route.request.url)
        route.abort(LOST)

    return handle, gone


@pytest.mark.parametrize("what", ["static/fold.js", "static/main.js", "static/css/shop.css", "api/lab", "api/runs"])
def test_what_does_not_arrive_is_asked_for_again(serve: Serves, visit: Visits, what: str) -> None:
    served, look = serve(), visit()
    handle, gone = lost(2)
    look.page.route(f"**/{what}", handle)

    look.open(served.url)

    look.wait("[...document.querySelectorAll('.shop')].some((shop) => getComputedStyle(shop).borderTopStyle === 'solid')")
    look.wait("globalThis.manyhands?.page.isReady && document.querySelector('#notices')?.textContent === ''")
    assert len(gone) == 2


@pytest.mark.parametrize(("what", "said"), [("static/fold.js", "The page did not arrive whole."), ("api/lab", "lost the lab")])
def test_what_stays_away_is_told_of_until_it_comes(serve: Serves, visit: Visits, what: str, said: str) -> None:
    served, look = serve(), visit()
    handle, gone = lost(1000)
    look.page.route(f"**/{what}", handle)
    look.page.goto(served.url)
    look.wait(f"document.querySelector('#notices')?.textContent.includes({said!r})")
    assert gone

    look.page.unroute(f"**/{what}", handle)
    look.wait("globalThis.manyhands?.page.isReady && document.querySelector('#notices')?.textContent === ''")


def test_a_figure_that_was_lost_is_asked_for_no_more_when_another_run_is_shown(
    serve: Serves, visit: Visits, stored: str, runs: Path
) -> None:
    # Given two runs, and a figure of one of them that is lost on its way
    shutil.copytree(runs / stored, runs / "other")
    served, look = serve(), visit()
    look.page.clock.install()
    handle, gone = lost(1)
    look.page.route("**/api/runs/other/figures/limits.svg*", handle)
    look.open(f"{served.url}/#run=other", "manyhands.page.model?.meta.summary && manyhands.page.isReady")
    look.wait("document.querySelector('[data-figure=limits]').dataset.shown === ''")
    assert len(gone) == 1

    # When the other run is shown before it is asked for again, its own figure stays
    look.ask(f"location.hash = '#run={stored}'")
    look.wait("document.querySelector('[data-figure=limits] svg text')")
    look.page.clock.fast_forward(5000)
    look.wait("document.querySelector('[data-figure=waits] svg text')")
    assert look.ask("document.querySelector('[data-figure=limits]').dataset.shown").startswith(stored)
    assert len([url for url in look.requests if "other/figures/limits" in url]) == 1


def test_a_browser_that_keeps_nothing_shows_the_page(serve: Serves, visit: Visits) -> None:
    look = visit()
    look.page.add_init_script("""for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(globalThis, name, { get: () => { throw new DOMException("no", "SecurityError"); } })""")
    served = serve()
    look.open(served.url)
    look.page.locator("#theme").click()
    look.wait("document.documentElement.dataset.theme === 'dark'")
    look.expect_calm(served.url)
