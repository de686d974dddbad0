"""Bad input: one clear line with the cure, exit 2, nothing half-done."""

import socket
import subprocess
from collections.abc import Callable

import pytest

from tests.acceptance.conftest import COMMAND, Desk
from workers.rubric import RUBRIC_FILE

HEADER = "order,customer,drink,size,extras\n"
Write = Callable[[str, str | bytes], str]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (HEADER + "1,Ada,late,small,\n", "line 2: unknown drink 'late'. Did you mean 'latte'?"),
        ("order,customer,drink,size\n1,Ada,latte,small\n", "has no column 'extras'"),
        (HEADER + "one,Ada,latte,small,\n", "order is 'one'"),
        (HEADER.encode() + b"1,Ren\xe9,latte,small,\n", "is not UTF-8 text"),
        ("", "is empty"),
        (HEADER + "".join(f"{n},Ada,tea,small,\n" for n in range(100_001)), "has more than 100,000 orders"),
    ],
)
def test_orders_that_cannot_be_made(content: str | bytes, expected: str, desk: Desk, write: Write) -> None:
    write("orders.csv", content)

    refused(desk, expected, "run", "coffee", "orders.csv")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("essays/a.txt", b"\x00\x01", "is not text"),
        ("essays/a.txt", b"x" * 20_000_000, "is longer than 1,000,000 bytes"),
        ("essays/a.txt", b"", "is empty"),
        ("essays/a.pdf", b"%PDF", "holds no papers"),
        ("elsewhere", b"", "No such file or directory"),
    ],
)
def test_papers_that_cannot_be_graded(name: str, content: bytes, expected: str, desk: Desk, write: Write) -> None:
    write(name, content)

    refused(desk, expected, "run", "papers", "essays")


def test_a_menu_with_an_unknown_key(desk: Desk, write: Write) -> None:
    write("menu.toml", "[sizes]\nsmall = 1\n[drinks.tea]\nstep = [{ wait = 1 }]\n")

    refused(desk, "drinks.tea.step is an unknown key. Did you mean 'steps'?", "run", "coffee", "--menu", "menu.toml")


def test_a_menu_with_a_negative_time(desk: Desk, write: Write) -> None:
    write("menu.toml", "[sizes]\nsmall = 1\n[drinks.tea]\nsteps = [{ wait = -1 }]\n")

    refused(desk, "drinks.tea.steps[1].wait is -1. Give a number from 0", "run", "coffee", "--menu", "menu.toml")


def test_a_rubric_whose_weights_make_no_sense(desk: Desk, write: Write) -> None:
    write("rubric.toml", RUBRIC_FILE.read_text().replace("weight = 25", "weight = 95"))

    refused(desk, "the weights add up to 170. Make them add up to 100.", "run", "papers", "--rubric", "rubric.toml")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run", "coffee", "--slots", "0"], "0 is not in the range 1<=x<=1000"),
        (["run", "coffee", "--pool", "thread"], "'thread' is not one of"),
        (["run", "tea"], "Choose coffee or papers"),
        (["run", "coffee", "nowhere.csv"], "No such file or directory"),
        (["compare", "coffee", "--pools", "threads,thread"], "'thread' is none"),
        (["run", "coffee", "--pool", "solo", "--slots", "4"], "solo does one job after another"),
        (["run", "coffee", "--pool", "gevent", "--prefetch", "1"], "gevent pool stalls"),
        (["run", "shop:app/own.nap"], "Name a file with a line of JSON arguments"),
        (["run", "coffee", "--broker", "redis://127.0.0.1:1/0"], "no broker answers there"),
        (["run", "coffee", "--broker", "http://127.0.0.1"], "is not the URL of a broker"),
        (["run", "coffee", "--runs", "/proc/runs"], "cannot be written"),
        (["nonsense"], "No such command"),
    ],
)
def test_what_cannot_be_done(arguments: list[str], expected: str, desk: Desk) -> None:
    refused(desk, expected, *arguments)


def test_a_broker_that_is_not_redis(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        # It takes connections and says nothing.
        refused(desk, "no broker answers there", "run", "coffee", "--broker", f"redis://127.0.0.1:{server.getsockname()[1]}/0")


def test_a_full_disk_stops_the_run_in_one_line(desk: Desk) -> None:
    """A limit on the size of files stands in for a full disk: writing fails in the middle of the run."""
    line = f"ulimit -f 16; exec {COMMAND} run coffee --orders 200 --speed 5000"
    done = subprocess.run(
        ["bash", "-c", line], cwd=desk.folder, env=desk.environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert "cannot be written (File too large). Free some space, or name another folder with --runs DIR." in last
    assert "Traceback" not in done.stderr


def refused(desk: Desk, expected: str, *arguments: str) -> None:
    done = desk.run(*arguments)

    assert done.returncode == 2, (done.stdout, done.stderr)
    assert done.stdout == ""
    said = done.stderr.strip().splitlines()
    assert expected in said[-1]
    assert "Traceback" not in done.stderr
    assert len(said) == 1 or said[0].startswith("Usage")
    # Nothing half-done: no run was begun.
    assert desk.runs == []
    assert list(desk.temporary.iterdir()) == []
