"""An order made: its steps, one after the other, each at its station."""

from typing import Any, Protocol

from producer.job import Step
from producer.menu import MENU_KINDS
from workers.stations import hands, wait


class UnreadableError(Exception):
    """The message cannot be understood as a job. Send what `producer` makes."""


class Machine(Protocol):
    """An espresso machine, wherever its group heads are kept."""

    def pull(self, seconds: float) -> None:
        """Queue for a group head, hold it for `seconds`, give it back."""


def read_steps(order: dict[str, Any]) -> list[Step]:
    """The steps of an order as it comes in a message.

    Raises:
        UnreadableError: something else came.
    """
    try:
        steps = [Step(kind, float(seconds)) for kind, seconds in order["steps"]]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UnreadableError(f"the order has no readable steps ({error!r})") from None
    for step in steps:
        if step.kind not in MENU_KINDS or not 0 <= step.seconds < float("inf"):
            raise UnreadableError(f"the order has a step that nobody can do: {step.kind!r}, {step.seconds!r} s")
    return steps


def read_heads(order: dict[str, Any]) -> int:
    """How many group heads the order's machine has.

    Raises:
        UnreadableError: not a whole number from 1.
    """
    heads = order.get("machines", 1)
    if not isinstance(heads, int) or heads < 1:
        raise UnreadableError(f"the order has a machine with {heads!r} group heads")
    return heads


def make(steps: list[Step], machine: Machine) -> None:
    """Do the steps of an order."""
    for step in steps:
        match step.kind:
            case "hands":
                hands(step.seconds)
            case "machine":
                machine.pull(step.seconds)
            case "wait":
                wait(step.seconds)
