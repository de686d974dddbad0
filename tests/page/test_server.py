"""The addresses of the page: who may look, what is handed out, what may be started."""

import http.client
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.page.conftest import Served, Serves

PASSWORD = "correct horse battery"


@pytest.fixture
def page(serve: Serves) -> Served:
    return serve()


def raw(page: Served, path: str) -> int:
    """The status of a path that no browser would ask for as it stands."""
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=30)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_simulated_run_is_started_listed_drawn_and_handed_out(page: Served) -> None:
    asked = {
        "work": "coffee",
        "pool": "threads",
        "workers": 2,
        "slots": 4,
        "orders": 10,
        "speed": 60,
        "simulate": True,
        "predicted_s": 5,
    }

    started = page.ask("/api/runs", asked)

    assert started.status_code == 202, started.text
    run = started.json()["started"]
    [row] = page.json("/api/runs")["runs"]
    assert (row["run"], row["size"], row["simulated"], row["predicted_s"], row["report"]) == (run, "2 × 4", True, 5, True)
    snapshot = page.json(f"/api/runs/{run}")
    assert len(snapshot["lanes"]) == 8
    assert len(snapshot["ends"]["job"]) == 10
    assert max(snapshot["spans"]["head"]) == 1
    for figure in snapshot["figures"]:
        drawn = page.get(f"/api/runs/{run}/figures/{figure}.svg?theme=dark")
        assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
    for file in snapshot["files"]:
        assert page.get(f"/runs/{run}/{file}").status_code == 200
    assert page.get(f"/runs/{run}/report.html").headers["content-security-policy"].startswith("sandbox")


def test_what_cannot_be_run_is_told_in_the_words_of_the_command(page: Served) -> None:
    refused = page.ask("/api/runs", {"work": "coffee", "pool": "solo", "slots": 8})

    assert refused.status_code == 400
    assert refused.json()["error"] == {
        "where": "--slots",
        "what": "is 8, and solo does one job after another",
        "cure": "Leave it out, or choose another pool",
    }
    assert page.ask("/api/runs", {"work": "coffee", "orders": 10**9}).status_code == 400
    assert page.ask("/api/runs", {"work": "../x"}).json()["error"]["where"] == "work"
    assert page.ask("/api/runs", [1]).status_code == 400
    assert page.ask("/api/runs", {"work": "x" * 20_000}).json()["error"]["what"] == "is too long"
    assert page.json("/api/runs")["runs"] == []


def test_only_our_own_page_starts_a_run(page: Served) -> None:
    for name, value in (
        ("X-Manyhands-Token", "guessed"),
        ("Origin", "http://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
    ):
        refused = page.ask("/api/runs", {"work": "coffee", "simulate": True}, **{name: value})
        assert refused.status_code == 403
        assert refused.json()["error"]["cure"]
        assert page.ask("/api/runs/stop", {}, **{name: value}).status_code == 403


def a_run(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text("{}")
    (folder / "report.html").write_text("told")
    return folder


def test_nothing_is_handed_out_but_what_is_ours(page: Served) -> None:
    secret = a_run(page.runs.parent / "beside" / "secret")
    a_run(page.runs.parent)
    a_run(page.runs / ".hidden")
    a_run(page.runs / "run")
    (page.runs / "run" / "summary.json").symlink_to(secret / "report.html")
    (page.runs / "run" / "tasks.csv").mkdir()
    (page.runs / "linked").symlink_to(secret)
    (page.runs / "parent").symlink_to(secret.parent)
    (a_run(page.runs / "whole" / "part").parent / "linked").symlink_to(secret)

    # Given that what is ours is handed out, by the very same words
    for path in ("/runs/run/report.html", "/runs/whole.part/report.html", "/static/main.js"):
        assert raw(page, path) == 200, path

    for path in (
        "/runs/run/manifest.json",
        "/runs/run/summary.json",
        "/runs/run/tasks.csv",
        "/runs/linked/report.html",
        "/runs/parent.secret/report.html",
        "/runs/whole.linked/report.html",
        "/runs/.hidden/report.html",
        "/runs/%2e%2e/report.html",
        "/runs/../report.html",
        "/runs/..%2fbeside%2fsecret/report.html",
        "/api/runs/linked",
        "/api/runs/parent.secret",
        "/api/runs/%2e%2e",
        "/api/runs/..%2fbeside%2fsecret",
        "/api/runs/%00",
        f"/api/runs/{'x' * 5000}",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
    ):
        assert raw(page, path) == 404, path


def test_another_name_that_points_here_is_not_ours(page: Served) -> None:
    assert page.get("/", headers={"Host": f"evil.example:{page.port}"}).status_code == 421
    assert page.get("/api/lab", headers={"Host": "evil.example"}).status_code == 421
    assert page.get("/", headers={"Host": f"localhost:{page.port}"}).status_code == 200


def test_every_answer_carries_the_policy(page: Served) -> None:
    for path in ("/", "/api/lab", "/static/main.js", "/static/css/base.css", "/nowhere"):
        headers = page.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert page.get("/static/main.js").headers["content-type"].startswith("text/javascript")


def test_beyond_this_machine_a_password_is_asked_for(serve: Serves) -> None:
    page = serve("--host", "0.0.0.0", MANYHANDS_PAGE_PASSWORD=PASSWORD)  # noqa: S104  # that is what is tried
    page.url = f"http://127.0.0.1:{page.port}"

    for path in ("/", "/api/lab", "/live", "/static/main.js", "/api/runs"):
        answer = page.get(path)
        assert (answer.status_code, "Basic" in answer.headers["www-authenticate"]) == (401, True)
    assert page.get("/api/lab", auth=("anybody", PASSWORD)).status_code == 200
    assert page.get("/api/lab", auth=("anybody", PASSWORD[:-1])).status_code == 401
    assert page.get("/healthz").json() == {"page": "ok", "broker": "ok"}
    assert PASSWORD not in page.said.read_text()


def test_the_secret_of_the_broker_is_never_told(page: Served) -> None:
    lab: dict[str, Any] = page.json("/api/lab")

    assert "***" in lab["broker"]["url"]
    assert lab["broker"]["url"].count("@") == 1
    assert lab["present_only"] is False


def test_a_port_that_is_taken_is_told_with_its_cure(page: Served, serve: Serves) -> None:
    with pytest.raises(IndexError):  # it never says where it is
        serve("--port", str(page.port))

    said = (page.said.parent / "said-1").read_text()
    assert said.startswith(f"manyhands: --port {page.port} on 127.0.0.1: cannot be listened at")
    assert len(said.splitlines()) == 1


def test_a_page_that_is_interrupted_ends_the_run_that_it_started(page: Served) -> None:
    asked = {"work": "coffee", "pool": "threads", "workers": 1, "slots": 2, "orders": 30, "speed": 20}
    started = page.ask("/api/runs", asked).json()["started"]

    page.end()

    # I expect that it did not wait for the thirty orders, and that what is known of them is kept
    manifest = json.loads((page.runs / started / "manifest.json").read_text())
    assert (page.process.returncode, manifest["interrupted"]) == (0, True)
    assert (page.runs / started / "summary.json").is_file()


def test_a_page_that_is_interrupted_ends_whoever_watches(page: Served) -> None:
    with httpx.stream("GET", f"{page.url}/live", timeout=30) as live:
        lines = live.iter_lines()
        next(lines)
        page.end()
        for _ in lines:
            pass

    assert page.process.returncode == 0
