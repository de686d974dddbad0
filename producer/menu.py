"""The menu: what each drink asks of hands, machine and time, in real-life seconds."""

from dataclasses import dataclass
from pathlib import Path

from producer.job import Kind, Step
from producer.table import Table

MENU_FILE = Path(__file__).with_name("menu.toml")

# What a drink can ask for.
MENU_KINDS: tuple[Kind, ...] = ("hands", "machine", "wait")

# No drink takes longer than an hour, or nothing at all: such a menu is a slip of the pen.
LONGEST_STEP_S = 3600.0


@dataclass(frozen=True, slots=True)
class Drink:
    """A drink of the menu; `popularity` is its weight among the others when orders are made up."""

    name: str
    popularity: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Menu:
    """Drinks, sizes (a factor on the waits) and extras (further steps)."""

    drinks: dict[str, Drink]
    sizes: dict[str, float]
    extras: dict[str, tuple[Step, ...]]

    def steps(self, drink: str, size: str, extras: tuple[str, ...], speed: float) -> tuple[Step, ...]:
        """The steps of one order in real seconds, at `speed` coffee-seconds a real second."""
        factor = self.sizes[size]
        steps = [*self.drinks[drink].steps, *(step for extra in extras for step in self.extras[extra])]
        return tuple(Step(step.kind, step.seconds * (factor if step.kind == "wait" else 1.0) / speed) for step in steps)


def read_menu(path: Path = MENU_FILE) -> Menu:
    """The menu in `path`.

    Raises:
        BadInputError: an unknown key, a negative time, or nothing to drink.
    """
    return menu_in(Table.read(path))


def menu_in(table: Table) -> Menu:
    """The menu in a table of any file.

    Raises:
        BadInputError: as `read_menu`.
    """
    table.only(("drinks", "sizes", "extras"))
    drinks, sizes = table.table("drinks"), table.table("sizes")
    extras = table.table("extras") if "extras" in table.values else Table(table.path, {})
    for part, name in ((drinks, "drinks"), (sizes, "sizes")):
        if not part.values:
            raise table.error(name, "is empty", "Put at least one on the menu")
    menu = {name: _read_drink(name, drinks.table(name)) for name in drinks.values}
    if not any(drink.popularity for drink in menu.values()):
        raise table.error("drinks", "are never ordered", "Give at least one a popularity above 0")
    return Menu(
        drinks=menu,
        sizes={name: sizes.number(name, least=0.01, most=100) for name in sizes.values},
        extras={name: _read_extra(extras.table(name)) for name in extras.values},
    )


def _read_drink(name: str, table: Table) -> Drink:
    table.only(("popularity", "steps"))
    steps = _read_steps(table)
    if not any(step.seconds for step in steps):
        raise table.error("steps", "take no time at all", "Give at least one of them some seconds")
    return Drink(name, table.number("popularity", most=1e6, default=1.0), steps)


def _read_extra(table: Table) -> tuple[Step, ...]:
    table.only(("steps",))
    return _read_steps(table)


def _read_steps(table: Table) -> tuple[Step, ...]:
    return tuple(_read_step(step) for step in table.tables("steps"))


def _read_step(table: Table) -> Step:
    table.only(MENU_KINDS)
    if len(table.values) != 1:
        raise table.error("step", f"is {table.values!r}", "Give one of " + ", ".join(MENU_KINDS))
    kind: Kind = next(kind for kind in MENU_KINDS if kind in table.values)
    return Step(kind, table.number(kind, most=LONGEST_STEP_S))
