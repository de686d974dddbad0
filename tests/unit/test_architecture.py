"""How the house is built, read off the code itself: imports point down, and each contract has one place."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import producer

ROOT = Path(producer.__file__).parents[1]
PACKAGES = ("producer", "workers", "collector", "manyhands")

# From the journal to the picture everything is computed from what is given: no clock, no network, no processes.
PURE = (
    *("clockwork", "cores", "costs", "ends", "fits", "fold", "hands", "ideal", "intake", "lanes", "laws", "line"),
    *("measures", "model", "turns"),
    *("scaling", "shape", "svg", "tables", "trace", "why"),
    *("account", "differences", "panels", "told", "viewer"),
    *("figures/limits", "figures/went", "figures/waits", "figures/pools", "figures/scaling", "figures/paints"),
    *("page/board", "page/changes", "page/columns", "page/snapshot"),
)
IMPURE_MODULES = {"time", "datetime", "os", "socket", "subprocess", "redis", "celery", "random", "threading", "pathlib"}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of ours by its path, parsed."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def imported(tree: ast.Module) -> set[str]:
    """The packages that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they point"
            found.add(str(node.module).partition(".")[0])
    return found


def called(tree: ast.Module) -> set[str]:
    """The names of the methods and functions that a module calls."""
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        call.attr if isinstance(call, ast.Attribute) else call.id
        for call in calls
        if isinstance(call, ast.Attribute | ast.Name)
    }


def named(tree: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def literals(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def who_calls(*names: str) -> set[str]:
    return {path for path, tree in modules().items() if called(tree) & set(names)}


def test_all_modules_are_looked_at() -> None:
    assert {"producer/send.py", "workers/twins/shop.py", "collector/fold.py", "manyhands/cli.py"} <= modules().keys()


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("producer", {"producer"}),
        ("workers", {"producer", "workers"}),
        ("collector", {"producer", "workers", "collector"}),
        ("manyhands", set(PACKAGES)),
    ],
)
def test_imports_point_down_the_list_only(package: str, allowed: set[str]) -> None:
    for path, tree in modules().items():
        if path.startswith(f"{package}/"):
            assert imported(tree) & {*PACKAGES, "tests"} <= allowed, path


def test_one_module_writes_to_the_queue() -> None:
    assert who_calls("publish", "send_task", "apply_async", "delay", "as_task_v2") == {"producer/send.py"}


def test_one_module_reads_the_journal_and_one_writes_it() -> None:
    assert who_calls("xread", "xrange", "xrevrange", "xreadgroup") == {"collector/reader.py"}
    assert who_calls("xadd") == {"workers/journal.py"}
    users = {path for path, tree in modules().items() if "JOURNAL_KEY" in named(tree)}
    assert users == {"producer/message.py", "workers/journal.py", "collector/reader.py"}


def test_every_redis_key_is_written_in_one_file() -> None:
    keys = {path for path, tree in modules().items() if any(text.startswith("manyhands:") for text in literals(tree))}

    # An error message of the command begins like a key.
    assert keys - {"manyhands/cli.py"} == {"producer/message.py"}


def test_every_environment_variable_of_a_worker_is_read_in_one_file() -> None:
    readers = {path for path, tree in modules().items() if path.startswith("workers/") and "getenv" in called(tree)}
    environment = {
        path
        for path, tree in modules().items()
        if path.startswith("workers/")
        and any(isinstance(node, ast.Attribute) and node.attr == "environ" for node in ast.walk(tree))
    }

    assert readers | environment == {"workers/settings.py"}


@pytest.mark.parametrize("name", PURE)
def test_between_journal_and_picture_everything_is_pure(name: str) -> None:
    tree = modules()[f"collector/{name}.py"]

    assert not imported(tree) & IMPURE_MODULES
    assert not called(tree) & {"open", "print", "read_text", "write_text"}


@pytest.mark.parametrize("name", ["sequential", "threads", "coroutines", "processes"])
def test_a_plain_twin_is_short_enough_to_be_read_in_class(name: str) -> None:
    assert len((ROOT / "workers" / "twins" / f"{name}.py").read_text(encoding="utf-8").splitlines()) < 60


def test_every_module_says_what_it_is() -> None:
    assert [path for path, tree in modules().items() if not ast.get_docstring(tree)] == []
