"""The report in a browser: its lanes zoom, and without a script or on paper nothing is missing that is needed to repeat it."""

from pathlib import Path

import pytest

from tests.browser.conftest import Visit, Visits

LOOK = "document.querySelector('figure.lanes canvas')?.toDataURL()"


def go(look: Visit, runs: Path, stored: str) -> None:
    look.page.goto((runs / stored / "report.html").as_uri())


def test_lanes_zoom_move_and_show_all_again(visit: Visits, runs: Path, stored: str) -> None:
    look = visit()
    go(look, runs, stored)
    look.wait("document.querySelector('figure.lanes.live canvas')?.height > 150")
    whole = look.ask(LOOK)
    looks = [whole]
    for act in ("in", "in", "right", "left"):
        look.page.locator(f'#zoom [data-act="{act}"]').click()
        look.wait(f"{LOOK} !== {looks[-1]!r}")
        looks.append(look.ask(LOOK))

    # As it was, in once, in twice, to the right of that, and back
    assert [looks.index(each) for each in looks] == [0, 1, 2, 3, 2]
    look.page.locator('#zoom [data-act="all"]').click()
    look.wait(f"{LOOK} === {whole!r}")
    assert look.wrongs == []


def test_bars_are_read_by_key_and_pointer(visit: Visits, runs: Path, stored: str) -> None:
    look = visit()
    go(look, runs, stored)
    canvas, said = look.page.locator("figure.lanes canvas"), look.page.locator(".said-bar")
    canvas.focus()
    canvas.press("ArrowDown")
    first = said.inner_text()
    canvas.press(".")

    assert " s from " in first
    assert said.inner_text() != first
    canvas.press("Escape")
    assert said.inner_text() == ""
    # The first lane is a group head: busy nearly all the time
    box = canvas.bounding_box()
    assert box
    look.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 45)
    assert "espresso machine head 1" in said.inner_text()


def test_without_a_script_there_are_pictures_and_nothing_that_does_nothing(visit: Visits, runs: Path, stored: str) -> None:
    page = visit(java_script_enabled=False).page
    page.goto((runs / stored / "report.html").as_uri())

    assert page.locator("figure.lanes .picture svg").is_visible()
    assert not page.locator("#zoom").is_visible()
    assert page.locator("canvas").count() == 0


@pytest.mark.parametrize("has_script", [True, False])
def test_on_paper_is_what_is_needed_to_repeat_a_run(visit: Visits, runs: Path, stored: str, has_script: bool) -> None:
    page = visit(width=703, java_script_enabled=has_script).page
    page.emulate_media(media="print")
    page.goto((runs / stored / "report.html").as_uri())
    words = page.locator("body").inner_text()

    for expected in ("manyhands run coffee", "seed", "started", "celery", "ana@simulated", "round trip", "left out on paper"):
        assert expected in words
    assert page.locator("figure.lanes .picture svg").is_visible()
    assert not page.locator("#zoom").is_visible()
