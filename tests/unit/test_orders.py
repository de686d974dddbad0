import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer import orders as module
from producer.errors import BadInputError
from producer.job import Step
from producer.menu import read_menu
from producer.message import COFFEE_TASK
from producer.orders import (
    COLUMNS,
    MORNING_FILE,
    MOST_ORDERS,
    Order,
    make_orders,
    order_jobs,
    read_orders,
)
from tests.unit.builders import write

MENU = read_menu()
HEADER = "order,customer,drink,size,extras\n"


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(BadInputError) as refused:
        read_orders(write(tmp_path / "o.csv", text), MENU)
    return str(refused.value).removeprefix(f"{tmp_path}/")


def test_a_row_is_an_order(tmp_path: Path) -> None:
    file = write(tmp_path / "o.csv", f"{HEADER}7,Ada,latte,large,extra foam + oat milk\n8,,tea,small,\n")

    assert read_orders(file, MENU) == [
        Order("7", "Ada", "latte", "large", ("extra foam", "oat milk")),
        Order("8", "somebody", "tea", "small"),
    ]


def test_columns_may_stand_in_any_order_with_spaces_blank_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    file = write(tmp_path / "o.csv", "\ufeffdrink,order,extras,size,customer\n tea , 1 ,, small , Ada \n\n")

    assert read_orders(file, MENU) == [Order("1", "Ada", "tea", "small")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,Ada,late,small,", "o.csv, line 3: unknown drink 'late'. Did you mean 'latte'?"),
        ("1,Ada,latte,huge,", "o.csv, line 3: unknown size 'huge'. Known: large, medium, small."),
        ("1,Ada,latte,lrge,", "o.csv, line 3: unknown size 'lrge'. Did you mean 'large'?"),
        ("1,Ada,latte,small,extra fom", "o.csv, line 3: unknown extra 'extra fom'. Did you mean 'extra foam'?"),
        ("1,Ada,latte,small,oat milk+extra fom", "o.csv, line 3: unknown extra 'extra fom'. Did you mean 'extra foam'?"),
        ("one,Ada,latte,small,", "o.csv, line 3: order is 'one'. Give a whole number."),
        ("-1,Ada,latte,small,", "o.csv, line 3: order is '-1'. Give a whole number."),
        ("1.5,Ada,latte,small,", "o.csv, line 3: order is '1.5'. Give a whole number."),
        (",Ada,latte,small,", "o.csv, line 3: order is ''. Give a whole number."),
        ("99,Ada,latte,small,", "o.csv, line 3: order '99' stands in line 2 too. Give each its own number."),
        ("1,Ada,latte,small", "o.csv, line 3: has not as many fields as there are columns. Give 5 fields."),
        ("1,Ada,latte,small,,", "o.csv, line 3: has not as many fields as there are columns. Give 5 fields."),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_cure(tmp_path: Path, row: str, said: str) -> None:
    assert refusal(tmp_path, f"{HEADER}99,Ben,tea,small,\n{row}\n100,Cleo,tea,small,\n") == said


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("order,customer,drink,size", "o.csv: has no column 'extras'. Begin with the line order,customer,drink,size,extras."),
        ("order,customer,drnk,size,extras", "o.csv: has no column 'drink'."),
        ("order;customer;drink;size;extras", "o.csv: has no column 'order'."),
        ("order,customer,drink,size,extras,Size", "o.csv: has an unknown column 'Size'. Did you mean 'size'?"),
    ],
)
def test_a_missing_or_unknown_column_is_named(tmp_path: Path, header: str, said: str) -> None:
    assert refusal(tmp_path, f"{header}\n1,Ada,tea,small,\n").startswith(said)


def test_an_empty_file_is_told_from_one_with_only_the_line_of_columns(tmp_path: Path) -> None:
    assert refusal(tmp_path, "") == f"o.csv: is empty. Begin with the line {','.join(COLUMNS)}."
    assert refusal(tmp_path, HEADER).startswith("o.csv: holds no orders. Put a row for each order")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"gone\.csv: cannot be read \(No such file or directory\)\. Name a CSV file"):
        read_orders(tmp_path / "gone.csv", MENU)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_bytes(f"{HEADER}1,Zoë,tea,small,\n".encode("latin-1"))

    with pytest.raises(BadInputError, match=r"o\.csv: is not UTF-8 text\. Save it as UTF-8 CSV\.$"):
        read_orders(file, MENU)


def test_a_quote_that_never_ends_is_no_csv(tmp_path: Path) -> None:
    assert refusal(tmp_path, f'{HEADER}1,"Ada,tea,small,\n').startswith("o.csv: is not CSV (")


@pytest.fixture(scope="module")
def a_long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = (f"{number},Ada,tea,small,\n" for number in range(1, MOST_ORDERS + 2))
    return write(tmp_path_factory.mktemp("long") / "long.csv", HEADER + "".join(rows))


def test_more_orders_than_a_run_takes_are_refused_with_the_cure(a_long_file: Path) -> None:
    with pytest.raises(BadInputError, match=r"long\.csv: has more than 100,000 orders\. Take fewer with --orders N"):
        read_orders(a_long_file, MENU)


def test_the_first_orders_of_a_file_that_is_too_long_can_be_taken(a_long_file: Path) -> None:
    assert [order.order for order in read_orders(a_long_file, MENU, most=3)] == ["1", "2", "3"]


def test_exactly_as_many_orders_as_a_run_takes_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ORDERS", 3)
    rows = [f"{number},Ada,tea,small,\n" for number in range(1, 5)]

    assert len(read_orders(write(tmp_path / "o.csv", HEADER + "".join(rows[:3])), MENU)) == 3
    with pytest.raises(BadInputError, match="has more than 3 orders"):
        read_orders(write(tmp_path / "o.csv", HEADER + "".join(rows)), MENU)


def test_what_comes_after_the_orders_that_are_taken_is_not_looked_at(tmp_path: Path) -> None:
    file = write(tmp_path / "o.csv", f"{HEADER}1,Ada,tea,small,\n2,Ben,nonsense,small,\n")

    assert len(read_orders(file, MENU, most=1)) == 1


def test_the_same_seed_makes_the_same_orders_and_another_makes_others() -> None:
    assert make_orders(50, MENU, seed=7) == make_orders(50, MENU, seed=7)
    assert make_orders(50, MENU, seed=7) != make_orders(50, MENU, seed=8)


def test_fewer_orders_of_a_seed_are_the_first_of_more() -> None:
    assert make_orders(50, MENU, seed=7)[:20] == make_orders(20, MENU, seed=7)


def test_made_orders_are_numbered_from_one_and_are_on_the_menu() -> None:
    made = make_orders(300, MENU, seed=3)

    assert [order.order for order in made] == [str(number) for number in range(1, 301)]
    assert {order.drink for order in made} == MENU.drinks.keys()
    assert {order.size for order in made} == MENU.sizes.keys()
    assert {extra for order in made for extra in order.extras} == MENU.extras.keys()


def test_made_drinks_follow_their_popularity_and_one_in_four_has_an_extra() -> None:
    made = make_orders(4000, MENU, seed=1)
    drinks = Counter(order.drink for order in made)
    weights = sum(drink.popularity for drink in MENU.drinks.values())

    for name, drink in MENU.drinks.items():
        assert drinks[name] / 4000 == pytest.approx(drink.popularity / weights, abs=0.03)
    assert sum(bool(order.extras) for order in made) / 4000 == pytest.approx(0.25, abs=0.03)


names = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from("\",;' \n"), min_size=1, max_size=12)


def write_orders(path: Path, orders: list[Order]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows([order.order, order.customer, order.drink, order.size, "+".join(order.extras)] for order in orders)


some_orders = st.lists(
    st.builds(
        Order,
        order=st.integers(0, 10**6).map(str),
        customer=names.filter(lambda name: name == name.strip()),
        drink=st.sampled_from(list(MENU.drinks)),
        size=st.sampled_from(list(MENU.sizes)),
        extras=st.lists(st.sampled_from(list(MENU.extras)), max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda order: order.order,
)


@given(some_orders)
def test_orders_that_are_written_are_read_again_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, orders: list[Order]
) -> None:
    file = tmp_path_factory.getbasetemp() / "round-trip.csv"
    write_orders(file, orders)

    assert read_orders(file, MENU) == orders


def test_the_shipped_morning_has_two_hundred_orders() -> None:
    morning = read_orders(MORNING_FILE, MENU)

    assert len(morning) == 200
    assert any(order.drink == "caramel macchiato" and "extra foam" in order.extras for order in morning)


def test_an_order_is_said_as_a_barista_would_call_it() -> None:
    assert str(Order("1", "Ada", "latte", "large", ("extra foam", "oat milk"))) == (
        "large latte with extra foam and oat milk for Ada"
    )
    assert str(Order("1", "Ben", "tea", "small")) == "small tea for Ben"


def test_an_order_becomes_a_job_whose_message_says_the_same_as_its_steps() -> None:
    (job,) = order_jobs([Order("7", "Ada", "espresso", "medium")], MENU, speed=10.0, machines=3)

    assert (job.id, job.task, job.arrives_s) == ("7", COFFEE_TASK, 0.0)
    assert job.steps == (Step("hands", 0.5), Step("machine", 2.6), Step("wait", 2.0), Step("hands", 0.2))
    assert job.args == [
        {"order": "7", "steps": [["hands", 0.5], ["machine", 2.6], ["wait", 2.0], ["hands", 0.2]], "machines": 3}
    ]


def test_a_job_knows_what_it_asks_of_each_kind_and_how_long_it_takes_alone() -> None:
    (job,) = order_jobs([Order("7", "Ada", "espresso", "medium")], MENU, speed=1.0, machines=1)

    assert (job.demand_s("hands"), job.demand_s("machine"), job.demand_s("wait"), job.demand_s("native")) == (7, 26, 20, 0)
    assert job.length_s == 53
