"""A stored run is looked at: by keyboard alone, on a phone, in the dark."""

import pytest

from tests.browser.conftest import Serves, Visits

SHOWN = "manyhands.page.model?.meta.summary && manyhands.page.isReady"


def test_with_the_keyboard_alone(serve: Serves, visit: Visits, stored: str) -> None:
    served, look = serve(), visit()
    page = look.page
    look.open(f"{served.url}/#run={stored}", SHOWN)
    keys = page.keyboard

    # Everything that can be done is reached by Tab, in the order of the page
    reached = []
    for _ in range(60):
        keys.press("Tab")
        reached.append(look.ask("document.activeElement.id || document.activeElement.dataset.name || ''"))
        if reached[-1] == "lanes":
            break
    assert reached.index("guess") < reached.index("play") < reached.index("lanes")

    # An arrow reads a bar, aloud; Escape leaves it
    keys.press("Home")
    keys.press("ArrowRight")
    look.wait("document.querySelector('#say').textContent !== '' && !document.querySelector('#tip').hidden")
    read = look.ask("document.querySelector('#say').textContent")
    keys.press("ArrowDown")
    look.wait(f"document.querySelector('#say').textContent !== {read!r}")
    keys.press("Escape")
    look.wait("document.querySelector('#tip').hidden")

    # The table holds every order
    page.locator("#reader summary").press("Enter")
    look.wait("document.querySelectorAll('#table tbody tr').length === 12")
    look.expect_calm(served.url)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1920, 1080)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_hangs_over_the_edge(serve: Serves, visit: Visits, stored: str, width: int, height: int, scheme: str) -> None:
    served = serve()
    look = visit(width, height, color_scheme=scheme, has_touch=width < 500, is_mobile=width < 500)
    look.open(f"{served.url}/#run={stored}", SHOWN)
    look.wait("document.querySelectorAll('#answer svg text').length > 0")

    assert look.ask("document.documentElement.scrollWidth") <= width
    assert look.ask("document.querySelector('#lanes').getBoundingClientRect().right") <= width
    paper = look.ask("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(part) for part in paper[4:-1].split(",")) < 384) is (scheme == "dark")
    look.expect_calm(served.url)
