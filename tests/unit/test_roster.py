import json
from typing import Any

import pytest

from collector.roster import NAMES, read_present
from tests.unit.builders import a_present


def as_said(**changes: Any) -> bytes:
    worker = a_present()
    return json.dumps({**{name: getattr(worker, name) for name in NAMES}, **changes}).encode()


def test_a_worker_is_read_as_it_described_itself() -> None:
    assert read_present(as_said()) == a_present()
    assert read_present(as_said(of_a_later_version=1)) == a_present()


@pytest.mark.parametrize("text", [b"", b"junk", b"[]", b"{}", b"null", b'{"worker": "ana@host"}', b"[" * 100_000])
def test_what_is_no_worker_is_left_out(text: bytes) -> None:
    assert read_present(text) is None


def test_a_worker_has_a_name_and_shares_its_hands_unless_it_forks() -> None:
    assert a_present("ana@host").name == "ana"
    assert a_present(pool="threads").shares_hands
    assert not a_present(pool="prefork").shares_hands
