"""What goes wrong through input, said in one line with its cure."""

from collections.abc import Iterable
from difflib import get_close_matches


class BadInputError(Exception):
    """Input that cannot be used. The message is one line: what, where, and the cure."""

    def __init__(self, where: object, what: str, cure: str) -> None:
        self.where = str(where)
        self.what = what
        self.cure = cure
        super().__init__(f"{self.where}: {what}. {cure if cure.endswith('?') else cure + '.'}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A cure for an unknown word: the nearest known one, or the list of all of them."""
    names = sorted(known)
    close = get_close_matches(word, names, n=1)
    return f"Did you mean {close[0]!r}?" if close else "Known: " + ", ".join(names)
