"""What a lab of containers says of itself, where the environment tells that it is one."""

from pathlib import Path

import pytest

from manyhands.lab import LAB_VARIABLE, PAGE_PORT_VARIABLE, SCALE_VARIABLE, place_of, reach, scale_command
from producer.errors import BadInputError

RUN = Path("/runs/morning")
NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def in_lab(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv(LAB_VARIABLE, "1")
    return monkeypatch


def test_a_pool_is_scaled_by_what_manages_the_containers(in_lab: pytest.MonkeyPatch) -> None:
    assert scale_command("threads", 4) == "docker compose up -d --scale threads=4 threads"

    in_lab.setenv(SCALE_VARIABLE, "docker service scale lab_{pool}={count}")
    assert scale_command("threads", 4) == "docker service scale lab_threads=4"


def test_a_run_is_looked_at_by_the_page_where_its_folder_is_in_a_container(in_lab: pytest.MonkeyPatch) -> None:
    assert place_of(RUN) == "/runs/morning/report.html"

    in_lab.setenv(PAGE_PORT_VARIABLE, "8081")
    assert place_of(RUN) == "http://127.0.0.1:8081/runs/morning/report.html"


@pytest.mark.usefixtures("in_lab")
def test_a_lab_whose_broker_is_gone_is_started_as_it_was() -> None:
    with pytest.raises(BadInputError, match=r"no broker answers there\. Start the lab: docker compose up -d"):
        reach(NOBODY)


def test_elsewhere_a_broker_is_the_users_own() -> None:
    with pytest.raises(BadInputError, match="or leave --broker out"):
        reach(NOBODY)
    assert place_of(RUN) == "/runs/morning/report.html"
