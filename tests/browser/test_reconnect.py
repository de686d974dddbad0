"""The collector dies in the middle of a run, and comes back: the page goes on by itself, with the full picture."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from manyhands.lab import Lab, open_lab
from tests.browser.conftest import RUN_LIMIT_S, Serves, Visits
from tests.browser.test_looking import turn
from tests.browser.test_student import OVER, expect_the_lanes_of
from tests.integration.conftest import wait_until
from workers.settings import BROKER_URL_VARIABLE

ORDERS = 30


def test_the_page_comes_back_with_the_full_picture(serve: Serves, visit: Visits, runs: Path) -> None:
    with open_lab(None) as lab:
        served, look = serve(broker_url=lab.broker.url), visit()
        look.open(served.url)
        command = [sys.executable, "-m", "manyhands", "run", "coffee", "--orders", str(ORDERS), "--slots", "4"]
        environment = {**os.environ, BROKER_URL_VARIABLE: lab.broker.url}
        with subprocess.Popen([*command, "--runs", str(runs)], env=environment, stderr=subprocess.DEVNULL) as run:
            look.wait("manyhands.page.model?.isOpen && manyhands.page.model.ended.length > 2", RUN_LIMIT_S)

            # If the collector dies, the page says so, and the run goes on
            served.process.kill()
            served.process.wait()
            look.wait("document.querySelector('#notices')?.textContent.includes('lost the lab')", RUN_LIMIT_S)
            assert run.poll() is None

            # I expect that the notice leaves by itself, and that nothing is missing
            serve(served.port, lab.broker.url)
            look.wait("document.querySelector('#notices')?.textContent === ''", RUN_LIMIT_S)
            look.wait(OVER, RUN_LIMIT_S)
            assert run.wait(RUN_LIMIT_S) == 0
        assert look.ask("manyhands.page.model.ended.length") == ORDERS
        expect_the_lanes_of(look, (runs / "latest").resolve())


def test_a_run_that_opened_while_nobody_looked_is_shown(serve: Serves, visit: Visits, runs: Path, lab: Lab) -> None:
    served, look = serve(broker_url=lab.broker.url), visit()
    look.page.clock.install()
    look.open(served.url)

    # Given a page in a tab behind others, that gave its connection back
    turn(look, hidden=True)
    look.page.clock.fast_forward(31_000)
    look.wait("manyhands.live.source.readyState === EventSource.CLOSED")
    command = [sys.executable, "-m", "manyhands", "run", "coffee", "--orders", "12", "--slots", "4", "--speed", "20"]
    environment = {**os.environ, BROKER_URL_VARIABLE: lab.broker.url}
    with subprocess.Popen([*command, "--runs", str(runs)], env=environment, stderr=subprocess.DEVNULL) as run:
        wait_until(lambda: bool(httpx.get(f"{served.url}/api/lab").json()["current"]), RUN_LIMIT_S)
        current = httpx.get(f"{served.url}/api/lab").json()["current"]
        assert look.ask("manyhands.page.model.run") == ""

        # If it is looked at again, it shows the run that opened meanwhile
        turn(look, hidden=False)
        look.wait(f"manyhands.page.model.run === {current!r} && manyhands.page.model.isOpen", RUN_LIMIT_S)

        # And its table, where it is open, goes on with it: of eight slots, the ninth order is there before the last is over
        look.ask("document.querySelector('#reader').open = true")
        look.wait("manyhands.page.model.isOpen && document.querySelectorAll('#table tbody tr').length > 8", RUN_LIMIT_S)
        assert run.wait(RUN_LIMIT_S) == 0
