"""Coffee orders: read from a CSV file, or made up from a seed."""

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

from producer.errors import BadInputError, did_you_mean
from producer.job import Job, Step
from producer.menu import Menu
from producer.message import COFFEE_TASK

MORNING_FILE = Path(__file__).with_name("data") / "morning.csv"
COLUMNS = ("order", "customer", "drink", "size", "extras")
EXTRAS_SEPARATOR = "+"
MOST_ORDERS = 100_000
CUSTOMERS = (
    *("Ada", "Ben", "Chidi", "Dana", "Emil", "Farah", "Goran", "Hana", "Ines"),
    *("Jun", "Kofi", "Lena", "Mateo", "Noor", "Olga", "Priya", "Quinn", "Rosa"),
    *("Sami", "Tara", "Uma", "Viktor", "Wanda", "Ximena", "Yusuf", "Zoe"),
)


@dataclass(frozen=True, slots=True)
class Order:
    """What one customer wants."""

    order: str
    customer: str
    drink: str
    size: str
    extras: tuple[str, ...] = ()

    def __str__(self) -> str:
        with_extras = f" with {' and '.join(self.extras)}" if self.extras else ""
        return f"{self.size} {self.drink}{with_extras} for {self.customer}"


def read_orders(path: Path, menu: Menu, most: int | None = None) -> list[Order]:
    """The orders of a CSV file with the columns `order,customer,drink,size,extras`; only the first `most` of them.

    Raises:
        BadInputError: the file is missing, empty, not UTF-8 or too long, a column is missing, or a row does not fit the menu.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            orders = list(islice(_read_rows(path, lines, menu), most))
    except OSError as error:
        raise BadInputError(path, f"cannot be read ({error.strerror})", "Name a CSV file that is there") from None
    except UnicodeDecodeError:
        raise BadInputError(path, "is not UTF-8 text", "Save it as UTF-8 CSV") from None
    except csv.Error as error:
        raise BadInputError(path, f"is not CSV ({error})", "Save it as UTF-8 CSV") from None
    if not orders:
        raise BadInputError(path, "holds no orders", "Put a row for each order under the line of columns")
    return orders


def _read_rows(path: Path, lines: Iterable[str], menu: Menu) -> Iterator[Order]:
    rows = csv.DictReader(lines, strict=True)
    _check_columns(path, rows.fieldnames)
    seen: dict[str, int] = {}
    for row in rows:
        where = f"{path}, line {rows.line_num}"
        if len(seen) == MOST_ORDERS:
            raise BadInputError(path, f"has more than {MOST_ORDERS:,} orders", "Take fewer with --orders N, or split the file")
        order = _read_order(where, row, menu)
        if order.order in seen:
            raise BadInputError(
                where, f"order {order.order!r} stands in line {seen[order.order]} too", "Give each its own number"
            )
        seen[order.order] = rows.line_num
        yield order


def _check_columns(path: Path, columns: Iterable[str] | None) -> None:
    found = list(columns or ())
    if not found:
        raise BadInputError(path, "is empty", f"Begin with the line {','.join(COLUMNS)}")
    for column in COLUMNS:
        if column not in found:
            raise BadInputError(path, f"has no column {column!r}", f"Begin with the line {','.join(COLUMNS)}")
    for column in found:
        if found.count(column) > 1:
            raise BadInputError(path, f"has the column {column!r} twice", "Leave one of them out")
        if column not in COLUMNS:
            raise BadInputError(path, f"has an unknown column {column!r}", did_you_mean(column, COLUMNS))


def _read_order(where: str, row: dict[str, str | None], menu: Menu) -> Order:
    if None in row or None in row.values():
        raise BadInputError(where, "has not as many fields as there are columns", f"Give {len(COLUMNS)} fields")
    fields = {column: (row[column] or "").strip() for column in COLUMNS}
    if not fields["order"].isdecimal():
        raise BadInputError(where, f"order is {fields['order']!r}", "Give a whole number")
    extras = tuple(extra.strip() for extra in fields["extras"].split(EXTRAS_SEPARATOR) if extra.strip())
    choices: list[tuple[str, str, Collection[str]]] = [
        ("drink", fields["drink"], menu.drinks),
        ("size", fields["size"], menu.sizes),
        *(("extra", extra, menu.extras) for extra in extras),
    ]
    for what, name, known in choices:
        if name not in known:
            raise BadInputError(where, f"unknown {what} {name!r}", did_you_mean(name, known))
    return Order(fields["order"], fields["customer"] or "somebody", fields["drink"], fields["size"], extras)


def make_orders(count: int, menu: Menu, seed: int) -> list[Order]:
    """`count` made-up orders, the same for the same seed and menu: drinks by popularity, one in four with an extra."""
    random = Random(seed)
    drinks = list(menu.drinks.values())
    weights = [drink.popularity for drink in drinks]
    sizes, extras = list(menu.sizes), list(menu.extras)
    return [
        Order(
            order=str(number),
            customer=random.choice(CUSTOMERS),
            drink=random.choices(drinks, weights)[0].name,
            size=random.choice(sizes),
            extras=(random.choice(extras),) if extras and random.random() < 0.25 else (),
        )
        for number in range(1, count + 1)
    ]


def pick_orders(picks: Iterable[tuple[int, str, tuple[str, ...]]], menu: Menu, seed: int, shuffled: bool) -> list[Order]:
    """Orders of chosen drinks, `(how many, drink, extras)` each, in that order or shuffled; sizes and customers by seed."""
    random = Random(f"picked {seed}")
    chosen = [(drink, extras) for count, drink, extras in picks for _ in range(count)]
    if shuffled:
        random.shuffle(chosen)
    sizes = list(menu.sizes)
    return [
        Order(str(number), random.choice(CUSTOMERS), drink, random.choice(sizes), extras)
        for number, (drink, extras) in enumerate(chosen, start=1)
    ]


def order_jobs(orders: Iterable[Order], menu: Menu, speed: float, machines: int) -> list[Job]:
    """Jobs for `coffee.make`: each order's steps in real seconds, and the number of group heads they share."""

    # The same drinks share their steps: a million orders are some hundreds of them.
    @cache
    def brew(drink: str, size: str, extras: tuple[str, ...]) -> tuple[tuple[Step, ...], list[list[object]]]:
        steps = menu.steps(drink, size, extras, speed)
        return steps, [[step.kind, step.seconds] for step in steps]

    return [_order_job(order, *brew(order.drink, order.size, order.extras), machines) for order in orders]


def _order_job(order: Order, steps: tuple[Step, ...], told: list[list[object]], machines: int) -> Job:
    args = [{"order": order.order, "steps": told, "machines": machines}]
    return Job(id=order.order, name=str(order), task=COFFEE_TASK, args=args, steps=steps)
