from pathlib import Path

import pytest

from producer.errors import BadInputError
from producer.job import Step
from producer.menu import Menu, read_menu
from producer.orders import make_orders
from tests.unit.builders import write

SMALL_MENU = """
[sizes]
small = 0.5
large = 2.0

[drinks.espresso]
popularity = 3
steps = [{ hands = 4 }, { machine = 20 }]

[drinks.latte]
steps = [{ hands = 4 }, { machine = 20 }, { wait = 60 }]

[extras.foam]
steps = [{ wait = 30 }, { hands = 2 }]
"""


@pytest.fixture
def menu(tmp_path: Path) -> Menu:
    return read_menu(write(tmp_path / "menu.toml", SMALL_MENU))


def refusal(tmp_path: Path, old: str, new: str) -> str:
    """What is said of the small menu with `old` replaced by `new`."""
    assert old in SMALL_MENU
    with pytest.raises(BadInputError) as refused:
        read_menu(write(tmp_path / "menu.toml", SMALL_MENU.replace(old, new)))
    return str(refused.value).removeprefix(f"{tmp_path}/")


def test_a_drink_is_its_steps_in_order(menu: Menu) -> None:
    assert menu.drinks["latte"].steps == (Step("hands", 4), Step("machine", 20), Step("wait", 60))


def test_popularity_is_one_where_it_is_not_given(menu: Menu) -> None:
    assert (menu.drinks["espresso"].popularity, menu.drinks["latte"].popularity) == (3.0, 1.0)


def test_a_size_changes_the_waits_alone(menu: Menu) -> None:
    assert menu.steps("latte", "large", (), 1.0) == (Step("hands", 4), Step("machine", 20), Step("wait", 120))


def test_an_extra_adds_its_steps_after_the_drink_and_its_waits_grow_with_the_size(menu: Menu) -> None:
    steps = menu.steps("espresso", "small", ("foam",), 1.0)

    assert steps == (Step("hands", 4), Step("machine", 20), Step("wait", 15), Step("hands", 2))


def test_speed_divides_every_step(menu: Menu) -> None:
    assert menu.steps("latte", "small", (), 10.0) == (Step("hands", 0.4), Step("machine", 2.0), Step("wait", 3.0))


def test_a_menu_needs_no_extras(tmp_path: Path) -> None:
    menu = read_menu(write(tmp_path / "menu.toml", SMALL_MENU.partition("[extras.foam]")[0]))

    assert menu.extras == {}
    assert [order.extras for order in make_orders(20, menu, seed=1)] == [()] * 20


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{ hands = 4 }, { machine = 20 }, { wait", "{ hans = 4 }, { wait", "drinks.latte.steps[1].hans is an unknown key"),
        ("{ wait = 60 }", "{ wait = -60 }", "drinks.latte.steps[3].wait is -60. Give a number from 0 to 3600."),
        ("{ wait = 60 }", "{ wait = 4000 }", "drinks.latte.steps[3].wait is 4000. Give a number from 0 to 3600."),
        ("{ wait = 30 }", '{ wait = "long" }', "extras.foam.steps[1].wait is 'long'. Give a number."),
        ("popularity", "popularty", "drinks.espresso.popularty is an unknown key. Did you mean 'popularity'?"),
        ("popularity = 3", "popularity = -3", "drinks.espresso.popularity is -3."),
        ("[sizes]", "[size]", "size is an unknown key. Did you mean 'sizes'?"),
        ("small = 0.5", "small = 0", "sizes.small is 0. Give a number from 0.01 to 100."),
        ("[extras.foam]", "[extras.foam]\nprice = 1", "extras.foam.price is an unknown key."),
        ("steps = [{ wait = 30 }, { hands = 2 }]", "steps = []", "extras.foam.steps is empty. Give at least one."),
        ("steps = [{ wait = 30 }, { hands = 2 }]", "", "extras.foam.steps is missing."),
    ],
)
def test_a_slip_in_the_menu_is_named_with_file_key_and_value(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert refusal(tmp_path, old, new).startswith(f"menu.toml: {said}")


def test_an_unknown_kind_of_step_says_what_was_meant(tmp_path: Path) -> None:
    assert refusal(tmp_path, "{ wait = 60 }", "{ wiat = 60 }").endswith("Did you mean 'wait'?")


@pytest.mark.parametrize("step", ["{ hands = 1, wait = 2 }", "{ }"])
def test_a_step_is_of_one_kind(tmp_path: Path, step: str) -> None:
    said = refusal(tmp_path, "{ wait = 60 }", step)

    assert said.startswith("menu.toml: drinks.latte.steps[3].step is {")
    assert said.endswith("Give one of hands, machine, wait.")


def test_native_work_is_not_on_the_menu(tmp_path: Path) -> None:
    assert "native is an unknown key" in refusal(tmp_path, "{ wait = 60 }", "{ native = 60 }")


@pytest.mark.parametrize(("text", "said"), [("[sizes]\nsmall = 1", "drinks is missing"), ("", "drinks is missing")])
def test_a_menu_without_drinks_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        read_menu(write(tmp_path / "menu.toml", text))


def test_a_menu_of_no_sizes_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, "small = 0.5\nlarge = 2.0\n", "")

    assert said == "menu.toml: sizes is empty. Put at least one on the menu."


def test_a_menu_from_which_nobody_orders_is_refused(tmp_path: Path) -> None:
    # Every popularity is 0: no orders could be made up from it.
    unloved = SMALL_MENU.replace("popularity = 3", "popularity = 0").replace("[drinks.latte]", "[drinks.latte]\npopularity = 0")

    with pytest.raises(BadInputError, match="popularity"):
        read_menu(write(tmp_path / "menu.toml", unloved))


def test_a_drink_that_takes_no_time_at_all_is_refused(tmp_path: Path) -> None:
    assert "espresso" in refusal(tmp_path, "steps = [{ hands = 4 }, { machine = 20 }]\n", "steps = [{ hands = 0 }]\n")


def test_the_shipped_menu_has_six_drinks_and_more_and_a_caramel_macchiato_with_extra_foam() -> None:
    menu = read_menu()

    assert len(menu.drinks) >= 6
    assert {"espresso", "caramel macchiato"} <= menu.drinks.keys()
    assert "extra foam" in menu.extras


def test_on_the_shipped_menu_an_espresso_takes_about_a_minute_and_a_macchiato_with_foam_far_more() -> None:
    menu = read_menu()
    espresso_s = sum(step.seconds for step in menu.steps("espresso", "medium", (), 1.0))
    macchiato_s = sum(step.seconds for step in menu.steps("caramel macchiato", "medium", ("extra foam",), 1.0))

    assert 40 <= espresso_s <= 80
    assert macchiato_s > 3 * espresso_s


def test_every_drink_of_the_shipped_menu_asks_for_hands_and_is_made_in_every_size_with_every_extra() -> None:
    menu = read_menu()

    for drink in menu.drinks:
        for size in menu.sizes:
            for extra in menu.extras:
                steps = menu.steps(drink, size, (extra,), 60.0)
                assert sum(step.seconds for step in steps if step.kind == "hands") > 0
                assert len(steps) == len(menu.drinks[drink].steps) + len(menu.extras[extra])
