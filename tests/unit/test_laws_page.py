"""The page of the laws says what the program says."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_worked_number_of_the_page_is_the_programs() -> None:
    spec = spec_from_file_location("laws_page", ROOT / "scripts" / "laws.py")
    assert spec is not None
    assert spec.loader is not None
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    page = script.PAGE.read_text(encoding="utf-8")

    assert {found[2] for found in script.WORKED.finditer(page)} == script.WORK.keys()
    assert script.page(page) == page
