from pathlib import Path

import pytest

from producer.errors import BadInputError, did_you_mean
from producer.table import Table
from tests.unit.builders import write

HERE = Path("here.toml")


def test_a_file_is_read_as_a_table(tmp_path: Path) -> None:
    table = Table.read(write(tmp_path / "t.toml", 'title = "Grüße"\n[part]\nweight = 3\n'))

    assert table.text("title") == "Grüße"
    assert table.table("part").number("weight") == 3.0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"^.*gone\.toml: cannot be read \(No such file or directory\)\. Name a file"):
        Table.read(tmp_path / "gone.toml")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"cannot be read \(Is a directory\)"):
        Table.read(tmp_path)


def test_a_file_that_is_not_toml_is_refused_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"t\.toml: is not TOML: .*line 2.*\. Mend that line\.$"):
        Table.read(write(tmp_path / "t.toml", "good = 1\nbad line\n"))


def test_a_key_given_twice_is_not_toml(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="is not TOML"):
        Table.read(write(tmp_path / "t.toml", "key = 1\nkey = 2\n"))


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "t.toml"
    file.write_bytes('title = "Grüße"'.encode("latin-1"))

    with pytest.raises(BadInputError, match=r"t\.toml: is not UTF-8 text\. Save it as UTF-8\.$"):
        Table.read(file)


def test_an_unknown_key_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(BadInputError) as refused:
        Table(HERE, {"hans": 1}, "drinks.latte").only(("hands", "machine", "wait"))

    assert str(refused.value) == "here.toml: drinks.latte.hans is an unknown key. Did you mean 'hands'?"


def test_where_nothing_is_near_all_known_words_are_listed() -> None:
    assert did_you_mean("zzz", ["wait", "hands"]) == "Known: hands, wait"


def test_a_negative_number_is_refused_with_its_key_value_and_range() -> None:
    with pytest.raises(BadInputError) as refused:
        Table(HERE, {"wait": -2}, "drinks.tea").number("wait", most=3600)

    assert str(refused.value) == "here.toml: drinks.tea.wait is -2. Give a number from 0 to 3600."


@pytest.mark.parametrize("value", [True, "3", [3], float("nan"), float("inf"), 1e10])
def test_what_is_no_number_in_range_is_refused(value: object) -> None:
    with pytest.raises(BadInputError, match=r"^here\.toml: weight is .*Give a number"):
        Table(HERE, {"weight": value}).number("weight")


def test_a_missing_number_is_refused_unless_it_has_a_default() -> None:
    with pytest.raises(BadInputError, match=r"weight is missing\. Give a number\.$"):
        Table(HERE, {}).number("weight")
    assert Table(HERE, {}).number("weight", default=7.0) == 7.0


def test_a_default_does_not_excuse_a_bad_value() -> None:
    with pytest.raises(BadInputError, match="weight is 'much'"):
        Table(HERE, {"weight": "much"}).number("weight", default=7.0)


def test_the_ends_of_the_range_are_allowed() -> None:
    table = Table(HERE, {"least": 0, "most": 10})

    assert (table.number("least", most=10), table.number("most", most=10)) == (0.0, 10.0)


def test_a_missing_table_is_refused_with_its_key() -> None:
    with pytest.raises(BadInputError, match=r"^here\.toml: drinks is missing\. Give a table\.$"):
        Table(HERE, {}).table("drinks")


def test_what_is_no_table_is_refused_with_its_value() -> None:
    with pytest.raises(BadInputError, match=r"^here\.toml: drinks is 3\. Give a table\.$"):
        Table(HERE, {"drinks": 3}).table("drinks")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "steps is missing. Give a list of tables."),
        ({"steps": []}, "steps is empty. Give at least one."),
        ({"steps": "wait"}, "steps is 'wait'. Give a list of tables."),
        ({"steps": [{}, 7]}, "steps[2] is 7. Give a table."),
    ],
)
def test_a_list_of_tables_is_one_and_has_some(values: dict[str, object], said: str) -> None:
    with pytest.raises(BadInputError) as refused:
        Table(HERE, values).tables("steps")

    assert str(refused.value) == f"here.toml: {said}"


def test_a_table_in_a_list_knows_where_it_stands() -> None:
    (_, second) = Table(HERE, {"steps": [{"wait": 1}, {"wait": -1}]}, "drinks.tea").tables("steps")

    with pytest.raises(BadInputError, match=r"drinks\.tea\.steps\[2\]\.wait is -1"):
        second.number("wait")


@pytest.mark.parametrize("value", ["", "  ", 3, None])
def test_a_text_says_something(value: object) -> None:
    with pytest.raises(BadInputError, match=r"^here\.toml: title is"):
        Table(HERE, {} if value is None else {"title": value}).text("title")


@pytest.mark.parametrize("value", [[], ["a", " "], ["a", 1], "a"])
def test_a_list_of_texts_has_some_and_none_is_blank(value: object) -> None:
    with pytest.raises(BadInputError, match=r"^here\.toml: phrases is .*Give a list of texts"):
        Table(HERE, {"phrases": value}).texts("phrases")


def test_an_error_is_one_line_of_place_fault_and_cure() -> None:
    error = BadInputError(HERE, "is bad", "Mend it")

    assert (error.where, error.what, error.cure) == ("here.toml", "is bad", "Mend it")
    assert str(error) == "here.toml: is bad. Mend it."
