"""The command as far as it goes without a broker: its help, its refusals, its exit codes."""

import json
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from collector.folder import RunFolder
from collector.measures import EXIT_CODES
from manyhands import __version__, cli
from manyhands.__main__ import main
from manyhands.plan import Plan
from manyhands.record import Ran
from manyhands.show import end, seconds, show_run, show_table, times
from manyhands.signals import SIGNALS
from producer.errors import BadInputError
from tests.unit.builders import a_ledger, a_summary, write

CONTEXT = click.Context(cli.command)
COMMANDS = cli.command.list_commands(CONTEXT)


def parameters(name: str) -> list[click.Parameter]:
    command = cli.command.get_command(CONTEXT, name)
    assert command is not None
    return command.params


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(cli.command, arguments)


def refusal(*arguments: str) -> str:
    """What is said of arguments that are refused before any broker is started."""
    result = invoke(*arguments)
    assert isinstance(result.exception, BadInputError), result.output
    return str(result.exception)


def test_help_names_every_command() -> None:
    result = invoke("--help")

    assert result.exit_code == 0
    assert {"run", "compare", "demo", "doctor"} <= set(COMMANDS)
    for name in COMMANDS:
        assert f"\n  {name} " in result.output


@pytest.mark.parametrize("option", ["--speed", "--rate", "--cores", "--predict"])
def test_what_is_not_a_number_is_refused(option: str) -> None:
    result = invoke("run", "coffee", "--simulate", option, "nan")

    assert result.exit_code == 2
    assert f"Invalid value for '{option}': 'nan' is not a number." in result.output


def test_who_types_no_command_gets_the_help_as_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["manyhands"])

    assert cli.run_command_line() == cli.USAGE
    assert re.search(r"^  run  +One batch on one pool\.$", capsys.readouterr().err, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_explains_each_option(name: str) -> None:
    result = invoke(name, "--help")

    assert result.exit_code == 0
    assert result.output.startswith("Usage:")
    for parameter in parameters(name):
        if parameter.param_type_name == "option":
            assert parameter.opts[0] in result.output
            assert getattr(parameter, "help", None)


def test_the_version_is_that_of_the_package() -> None:
    assert invoke("--version").output == f"manyhands, version {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "latte"], "work: is 'latte'. Choose coffee or papers"),
        (["compare", "latte"], "work: is 'latte'. Choose coffee or papers"),
        (["run", "coffee", "gone.csv"], "gone.csv: cannot be read (No such file or directory)."),
        (["run", "papers", "gone"], "gone: cannot be read (No such file or directory)."),
        (["run", "coffee", "--menu", "gone.toml"], "gone.toml: cannot be read"),
        (["run", "papers", "--rubric", "gone.toml"], "gone.toml: cannot be read"),
        (["run", "my.module:app/my.task"], "--args: is missing, and nobody knows what to give my.task."),
        (["run", "my.module:app/my.task", "--args", "gone.jsonl"], "gone.jsonl: cannot be read"),
        (["run", "coffee", "--pool", "solo", "--slots", "4"], "--slots: is 4, and solo does one job after another."),
        (["run", "coffee", "--pool", "gevent", "--prefetch", "1"], "--prefetch: is 1, with which Celery's gevent pool stalls."),
        (
            ["compare", "coffee", "--pools", "threads,thread"],
            "--pools: 'thread' is none. Known: sequential, threading,",
        ),
        (["run", "coffee", "--broker", "http://x"], "http://x: is not the URL of a broker."),
        (["run", "coffee", "--workers", "65"], "--workers: is 65, and 64 is the most. Add --simulate, or give fewer."),
        (["run", "coffee", "--cores", "8"], "--cores: are those of simulated machines. Add --simulate, or leave it out."),
        (["compare", "coffee", "--simulate", "--workers", "9999", "--slots", "999"], "--workers: 9999 with 999 slots each are"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_cure_before_anything_is_started(arguments: list[str], said: str) -> None:
    assert refusal(*arguments).startswith(said)


def test_a_bad_order_is_refused_with_its_line(tmp_path: Path) -> None:
    file = write(tmp_path / "o.csv", "order,customer,drink,size,extras\n1,Ada,late,small,\n")

    assert refusal("run", "coffee", str(file)) == f"{file}, line 2: unknown drink 'late'. Did you mean 'latte'?"


@pytest.mark.parametrize(
    "arguments",
    [
        ["brew"],
        ["run"],
        ["run", "coffee", "--orders", "0"],
        ["run", "coffee", "--orders", "many"],
        ["run", "coffee", "--slots", "0"],
        ["run", "coffee", "--workers", "0"],
        ["run", "coffee", "--machines", "0"],
        ["run", "coffee", "--speed", "0"],
        ["run", "coffee", "--rate", "-1"],
        ["run", "coffee", "--pool", "threds"],
        ["run", "papers", "--grader", "nobody"],
        ["run", "coffee", "--unknown"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_refused_as_usage(arguments: list[str]) -> None:
    result = invoke(*arguments)

    assert result.exit_code == cli.USAGE
    assert "Error:" in result.output


def run_line(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["manyhands", *arguments])
    return cli.run_command_line()


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--version"], 0), (["run", "--help"], 0), (["run", "latte"], 2), (["brew"], 2), (["run"], 2)]
)
def test_the_exit_code_tells_usage_from_success(monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int) -> None:
    assert run_line(monkeypatch, *arguments) == code


def test_an_error_is_one_line_on_standard_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run_line(monkeypatch, "run", "coffee", "gone.csv", "--json")
    out, err = capsys.readouterr()

    assert out == ""
    assert err == "manyhands: gone.csv: cannot be read (No such file or directory). Name a CSV file that is there.\n"


def test_what_nobody_expected_is_one_line_that_tells_where_its_traceback_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the roof leaks")

    monkeypatch.setattr("manyhands.commands.doctor.examine", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = run_line(monkeypatch, "doctor")
    (crash,) = tmp_path.iterdir()

    assert code == 1
    assert capsys.readouterr().err == f"manyhands: unexpected RuntimeError: the roof leaks. The full traceback is in {crash}.\n"
    assert "RuntimeError: the roof leaks" in crash.read_text()


@pytest.fixture
def _signals() -> Iterator[None]:
    """`main` sets them for the whole process."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_signals")
@pytest.mark.parametrize("number", SIGNALS)
def test_an_interruption_ends_once_and_as_unknown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    def interrupt(*_: object) -> None:
        signal.raise_signal(number)

    monkeypatch.setattr("manyhands.commands.doctor.examine", interrupt)
    monkeypatch.setattr(sys, "argv", ["manyhands", "doctor"])
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == EXIT_CODES["unknown"]
    # On a terminal ^C stands in a line of its own.
    assert capsys.readouterr().err.strip() == "Interrupted"
    assert all(signal.getsignal(other) is signal.SIG_IGN for other in SIGNALS)


def rans(tmp_path: Path, verdicts: Sequence[str]) -> list[Ran]:
    folder = RunFolder(tmp_path)
    plan = Plan("coffee", [], "threads", 1, 1)
    return [Ran(plan, "r", folder, a_ledger(), summary=a_summary(verdict=verdict)) for verdict in verdicts]


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (["pass"], 0),
        (["fail"], 1),
        (["unknown"], 3),
        (["pass", "unknown", "pass"], 3),
        (["unknown", "fail", "pass"], 1),
        (["fail", "unknown"], 1),
    ],
)
def test_the_worst_verdict_is_the_exit_code(tmp_path: Path, verdicts: list[str], code: int) -> None:
    assert end(rans(tmp_path, verdicts), as_json=False) == code


def test_json_is_the_summary_of_one_run_or_a_list_of_several(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    end(rans(tmp_path, ["pass"]), as_json=True, single=True)
    assert json.loads(capsys.readouterr().out) == a_summary()

    end(rans(tmp_path, ["pass", "fail"]), as_json=True)
    assert [run["verdict"] for run in json.loads(capsys.readouterr().out)["runs"]] == ["pass", "fail"]


def test_a_run_is_shown_with_its_answer_first(capsys: pytest.CaptureFixture[str]) -> None:
    show_run(a_summary(), "runs/latest", 1234.5)
    out = capsys.readouterr().out

    assert out.startswith("pass  5 of 5 done, 0 failed, 0 lost, 0 repeated\n")
    assert out.endswith("runs/latest\n")
    assert re.search(r"completion +10\.00 s", out)
    words = " ".join(out.split())
    assert "The espresso machine was busy 98% of the time: another barista cannot help." in words
    assert "Where the time went: milk (hands free) 30%, idle (nobody left in line) 25%," in words


def cells(line: str) -> list[str]:
    return re.split(r"  +", line.strip())


@pytest.mark.parametrize("columns", ["80", "100"])
def test_several_runs_are_shown_a_line_each_with_no_figure_cut_off(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    longest = a_summary(pool="multiprocessing", workers=3, completion_s=123.4, held_back_by="longest order", verdict="unknown")
    show_table("5 orders", [a_summary(machines=2), longest])
    out = capsys.readouterr().out
    (first,) = (line for line in out.splitlines() if "threads" in line)
    (second,) = (line for line in out.splitlines() if "multiprocessing" in line)

    assert out.startswith("5 orders")
    assert cells(first) == ["threads", "1 × 4", "2", "10.00 s", "3.00 ×", "9.90 s", "1.01 ×", "machine"]
    assert {"multiprocessing", "3 × 4", "123.40 s"} <= set(cells(second))
    assert {"longest", "order", "(unknown)"} <= set(out.split())
    assert "…" not in out


def test_what_is_not_known_is_shown_as_a_dash(capsys: pytest.CaptureFixture[str]) -> None:
    unknown = dict.fromkeys(("completion_s", "ideal_s", "bound_s", "ratio", "speedup", "held_back_by"))
    show_run(a_summary(**unknown, verdict="unknown"), "runs/latest", None)
    show_table("5 orders", [a_summary(**unknown, verdict="unknown")])
    out = capsys.readouterr().out

    assert "None" not in out
    assert "– (unknown)" in out
    assert (seconds(None), times(None), seconds(1.234), times(1.234, 3)) == ("–", "–", "1.23 s", "1.234 ×")
