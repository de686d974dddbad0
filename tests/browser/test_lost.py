"""What is lost on its way to the browser: the page says so, and asks again by itself."""

from collections.abc import Callable

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
