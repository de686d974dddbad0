"""What others use of the cores, worked by hand."""

import time
from pathlib import Path

import pytest

from manyhands.company import Company, others_cores
from workers.host import busy_s

# Three busy seconds in the two from 10 to 12: one and a half cores.
SAMPLES = [(9.0, 98.0), (10.0, 100.0), (11.0, 101.5), (12.0, 103.0), (13.0, 103.0)]


@pytest.mark.parametrize(
    ("start_s", "end_s", "ours_s", "others"),
    [
        (10.0, 12.5, 0.0, 1.5),
        # Of 2.5 s of our CPU time in 2.5 s, 2 s lie between the samples: one core.
        (10.0, 12.5, 2.5, 0.5),
        (10.0, 12.5, 99.0, 0.0),
        (10.5, 11.5, 0.0, None),
        (20.0, 30.0, 0.0, None),
    ],
)
def test_what_is_not_ours_is_others(start_s: float, end_s: float, ours_s: float, others: float | None) -> None:
    assert others_cores(SAMPLES, start_s, end_s, ours_s) == (None if others is None else pytest.approx(others))


def test_busy_seconds_are_all_but_idle_and_waiting_for_disks(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    stat.write_text("cpu  100 200 300 99999 88888 10 20 70 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n")

    assert busy_s(stat) == pytest.approx(7.0)


@pytest.mark.parametrize("text", ["", "cpu\n", "cpu a b c d e f g h\n"])
def test_a_system_that_does_not_tell(text: str, tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    stat.write_text(text)

    assert busy_s(stat) is None
    assert busy_s(tmp_path / "nowhere") is None


def test_company_watches_while_it_is_asked_to(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    stat.write_text("cpu  100 0 0 0 0 0 0 0\n")
    start_s = time.time()

    with Company(stat) as company:
        give_up_s = time.monotonic() + 10
        while company.others_cores(start_s, time.time(), 0.0) is None:
            assert time.monotonic() < give_up_s
            time.sleep(0.02)

    assert company.others_cores(start_s, time.time(), 0.0) == 0.0
