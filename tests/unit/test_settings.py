from pathlib import Path

import pytest

from producer.errors import BadInputError
from tests.unit.builders import write
from workers import settings


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        settings.BROKER_URL_VARIABLE,
        settings.BROKER_URL_FILE_VARIABLE,
        settings.VISIBILITY_TIMEOUT_VARIABLE,
        settings.JOURNAL_VARIABLE,
        settings.WARM_VARIABLE,
        settings.ACKNOWLEDGE_VARIABLE,
    ):
        monkeypatch.delenv(name, raising=False)


def test_a_worker_that_is_told_nothing_uses_the_defaults() -> None:
    assert settings.broker_url() == settings.DEFAULT_BROKER_URL
    assert settings.visibility_timeout_s() == settings.DEFAULT_VISIBILITY_TIMEOUT_S
    assert settings.keeps_journal()
    assert not settings.warms_papers()
    assert settings.acknowledges_late()


def test_a_worker_does_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANYHANDS_BROKER_URL", "redis://:hush@far:1/0")
    monkeypatch.setenv("MANYHANDS_VISIBILITY_TIMEOUT_S", "12.5")
    monkeypatch.setenv("MANYHANDS_JOURNAL", "off")
    monkeypatch.setenv("MANYHANDS_WARM", "papers")
    monkeypatch.setenv("MANYHANDS_ACKNOWLEDGE", "early")

    assert settings.broker_url() == "redis://:hush@far:1/0"
    assert settings.visibility_timeout_s() == 12.5
    assert not settings.keeps_journal()
    assert settings.warms_papers()
    assert not settings.acknowledges_late()


def test_the_brokers_url_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(settings.BROKER_URL_FILE_VARIABLE, str(write(tmp_path / "url", "redis://:secret@redis:6379/0\n")))

    assert settings.broker_url() == "redis://:secret@redis:6379/0"


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(settings.BROKER_URL_FILE_VARIABLE, str(tmp_path / "nowhere"))

    with pytest.raises(BadInputError, match="nowhere: cannot be read"):
        settings.broker_url()
