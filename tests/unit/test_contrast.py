"""What is read or told apart on the page has the contrast of WCAG 2.2 AA, in both themes, computed from its tokens."""

import re
from pathlib import Path

import pytest

from collector.figures.paints import PAINTS
from collector.page import app

TOKENS = (Path(app.__file__).parent / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
THEMES = dict(zip(("light", "dark"), re.findall(r":root[^{]*\{([^}]*)\}", TOKENS), strict=True))

# Words (4.5), and what only has to be seen, such as a bar or its hatch (3): what, and on what.
WORDS = [(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "track")]
SEEN = [
    *((kind, ground) for kind in ("hands", "machine", "native", "work", "quiet-line") for ground in ("paper", "track")),
    # Milk is light on purpose: its dots and its edge tell it from what is beside it.
    ("milk-edge", "paper"),
    ("milk-edge", "track"),
    ("milk-dot", "track"),
    # Kinds differ by their pattern too, so that nobody needs the hue.
    *((paint.mark, paint.ground) for paint in PAINTS.values() if paint.mark),
]


def tokens(theme: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", THEMES[theme]))


def luminance(hexed: str) -> float:
    """Relative luminance as WCAG 2 defines it: 0 of black, 1 of white."""
    parts = [int(hexed[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_the_most_there_is() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
def test_words_can_be_read(theme: str) -> None:
    known = tokens(theme)
    pairs = [*WORDS, ("bad", "paper"), ("bad", "track"), ("on-machine", "machine"), ("paper", "ink")]
    assert {
        pair: contrast(known[pair[0]], known[pair[1]]) for pair in pairs if contrast(known[pair[0]], known[pair[1]]) < 4.5
    } == {}


@pytest.mark.parametrize("theme", THEMES)
def test_bars_and_their_hatches_can_be_seen(theme: str) -> None:
    known = tokens(theme)
    found = {pair: contrast(known[pair[0]], known[pair[1]]) for pair in SEEN}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 3} == {}
