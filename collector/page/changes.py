"""Changes: what is new after one place of the stream and up to another, of bars and of ends. No clock, no I/O."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from collector.page.columns import Place


@dataclass(slots=True)
class Changes:
    """Bars in the order in which they came or changed; and how many changes and ends there were up to each marked place."""

    latest: Place = 0
    bars: "array[int]" = field(default_factory=lambda: array("i"))
    _places: "array[int]" = field(default_factory=lambda: array("q"))
    _bars_at: "array[int]" = field(default_factory=lambda: array("i"))
    _ends_at: "array[int]" = field(default_factory=lambda: array("i"))

    def come_to(self, place: Place, ends: int) -> None:
        """News from this place of the stream: what came so far, with so many ends, is all there is up to the place before."""
        if place <= self.latest:
            return
        is_changed = not self._places or (self._bars_at[-1], self._ends_at[-1]) != (len(self.bars), ends)
        if is_changed and self.latest:
            self._places.append(self.latest)
            self._bars_at.append(len(self.bars))
            self._ends_at.append(ends)
        self.latest = place

    def reach(self, place: Place, most: int) -> Place:
        """The place up to which no more than `most` bars changed after `place`; always a later one, if there is one."""
        mark = bisect_right(self._places, place)
        changes = self._bars_at[mark - 1] if mark else 0
        last = max(mark, bisect_right(self._bars_at, changes + most) - 1)
        return self._places[last] if last < len(self._places) and len(self.bars) > changes + most else self.latest

    def between(self, place: Place, until: Place, ends: int) -> tuple[Sequence[int], range]:
        """Of bars that came or changed, and of the `ends` so far, those after a place and up to another.

        They may be told again, which changes nothing for who has them.
        """
        if place >= self.latest:
            return [], range(0)
        (first_bar, first_end), (last_bar, last_end) = self._counts_at(place, ends), self._counts_at(until, ends)
        return sorted(set(self.bars[first_bar:last_bar])), range(first_end, last_end)

    def _counts_at(self, place: Place, ends: int) -> tuple[int, int]:
        """How many changes and ends there were, at least, up to a place."""
        if place >= self.latest:
            return len(self.bars), ends
        mark = bisect_right(self._places, place) - 1
        return (self._bars_at[mark], self._ends_at[mark]) if mark >= 0 else (0, 0)
