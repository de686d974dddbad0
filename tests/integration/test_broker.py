"""The embedded broker, and brokers that cannot be used."""

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from collector.folder import RunFolder
from manyhands.broker import embedded_broker
from manyhands.conductor import conduct
from manyhands.fleet import Fleet
from manyhands.guard import Guard
from manyhands.lab import Lab, open_lab
from manyhands.record import conclude
from manyhands.run import plan_of
from manyhands.staffing import refuse_company
from manyhands.work import coffee, papers
from producer.broker import connect
from producer.errors import BadInputError
from tests.integration.conftest import wait_until


def test_it_wants_its_password_and_ends_with_its_context() -> None:
    with Guard() as guard, embedded_broker(guard) as broker:
        port = int(broker.url.rpartition(":")[2].partition("/")[0])
        with pytest.raises(BadInputError, match=r"wants a password.*redis://:PASSWORD@HOST"):
            connect(f"redis://127.0.0.1:{port}/0")
        client = connect(broker.url)
        assert client.config_get("bind")["bind"] == "127.0.0.1"
        client.close()

    with pytest.raises(BadInputError, match="no broker answers there"):
        connect(broker.url)


def test_two_labs_live_side_by_side() -> None:
    with open_lab(None) as one, open_lab(None) as other:
        assert one.broker.url != other.broker.url


def test_what_is_not_redis_is_told_from_redis() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(BadInputError, match=r"not Redis|no broker answers"):
            connect(f"redis://127.0.0.1:{port}/0")
        thread.join()


@pytest.mark.parametrize("url", ["http://127.0.0.1", "nonsense", "redis://127.0.0.1:port/0"])
def test_what_is_no_url_of_a_broker(url: str) -> None:
    with pytest.raises(BadInputError, match="is not the URL of a broker"):
        connect(url)


def test_a_wrong_password_is_not_shown() -> None:
    with Guard() as guard, embedded_broker(guard) as broker:
        port = broker.url.rpartition(":")[2]
        with pytest.raises(BadInputError) as told:
            connect(f"redis://:sesame@127.0.0.1:{port}")
    assert "sesame" not in str(told.value)
    assert "password" in str(told.value)


def test_the_broker_of_another_is_left_as_it_was(broker: Any, tmp_path: object) -> None:
    url = "redis://:{password}@{host}:{port}/0".format(**broker.connection_pool.connection_kwargs)
    with open_lab(url) as lab, RunFolder.create(Path(str(tmp_path)), "run") as folder:
        ran = conduct(plan_of(papers(None, 2, grader="native"), "threads", 1, 2), lab, folder, "run")
        conclude(ran)

    assert ran.summary["verdict"] == "pass"
    ours = [key for key in broker.keys("*") if not key.startswith(b"_kombu.binding")]
    assert ours == [b"manyhands:journal"]


def test_company_on_the_queue_is_refused(broker: Any, tmp_path: object) -> None:
    url = "redis://:{password}@{host}:{port}/0".format(**broker.connection_pool.connection_kwargs)
    with open_lab(url) as lab:
        assert isinstance(lab, Lab)
        refuse_company(url, "threads", set())
        with Fleet(plan_of(coffee(None, 1), "threads", 1, 1), url, Path(str(tmp_path)), lab.guard, "run"):
            wait_until(lambda: bool(broker.xlen("manyhands:journal")))
            with pytest.raises(BadInputError, match=r"ana@\S+ serves the queue 'threads' there already"):
                refuse_company(url, "threads", set())
