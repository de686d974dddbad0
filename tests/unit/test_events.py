import json

from collector.page.columns import place_of
from collector.page.events import frame


def test_an_event_is_its_name_and_one_line_of_data() -> None:
    assert frame("pulse", {"now_s": 1.5}) == b'event: pulse\ndata: {"now_s":1.5}\n\n'


def test_an_event_says_the_place_in_the_stream_that_it_leads_to() -> None:
    assert frame("delta", {}, place_of("1795539109301-4")).startswith(b"id: 1795539109301-4\nevent: delta\n")


def test_no_text_can_break_out_of_its_line() -> None:
    told = frame("notice", {"what": "a\nb\r\n\nevent: closed\u2028"})

    lines = told.decode().removesuffix("\n\n").splitlines()
    assert len(lines) == 2
    assert json.loads(lines[1].removeprefix("data: ")) == {"what": "a\nb\r\n\nevent: closed\u2028"}
