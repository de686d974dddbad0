"""The canvas that every figure is drawn on: matplotlib's SVG, then our paints, fonts and ids in place of its own.

matplotlib wants numbers for colours. Each token and each paint has a number of its own here, and is put back when the
SVG is written: so one file serves light and dark, and patterns too.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from threading import Lock
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from collector.figures.paints import PAINTS, SANS, SERIF, TOKENS, Theme, colour, pattern

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SVG = "{http://www.w3.org/2000/svg}"

# At this resolution one unit of the picture is one CSS pixel.
DPI = 72

CODES = {
    name: f"#{number:06x}" for number, name in enumerate([*TOKENS, *(f"paint {paint}" for paint in PAINTS)], start=0x01F001)
}
NAMES = {code: name for name, code in CODES.items()}

# matplotlib's settings are for all threads: one figure at a time.
DRAWING = Lock()

TEXT_PX = 13
SMALL_PX = 12
TITLE_PX = 18

# Names stand so far from what they name, and from each other.
NEAR_PX, APART_PX = 5, 10


class Canvas:
    """A picture of `width_px × height_px`; y grows downwards. Nothing of matplotlib's own look is left in it."""

    def __init__(self, width_px: float, height_px: float) -> None:
        from matplotlib.figure import Figure  # noqa: PLC0415  # loading it takes longer than the command's help

        self.width_px, self.height_px = width_px, height_px
        self._figure = Figure(figsize=(width_px / DPI, height_px / DPI), dpi=DPI)
        self._figure.patch.set_visible(False)
        self._sheet = self._figure.add_axes((0, 0, 1, 1), xlim=(0, width_px), ylim=(height_px, 0), zorder=3)
        self._sheet.set_axis_off()

    def rect(self, left: float, top: float, width: float, height: float, paint: str) -> None:
        """A rectangle, filled with a token or, where it is called `paint ...`, with a paint."""
        from matplotlib.patches import Rectangle  # noqa: PLC0415

        self._sheet.add_patch(Rectangle((left, top), width, height, facecolor=CODES[paint], edgecolor="none", clip_on=False))

    def dot(self, x: float, y: float, radius: float = 4.5) -> None:
        """A ring of ink on paper."""
        from matplotlib.patches import Circle  # noqa: PLC0415

        look = {"facecolor": CODES["paper"], "edgecolor": CODES["ink"], "linewidth": 2, "clip_on": False}
        self._sheet.add_patch(Circle((x, y), radius, zorder=5, **look))

    def line(self, points: list[tuple[float, float]], paint: str = "ink", width_px: float = 1.0, dash: str = "") -> None:
        """A line through points; `dash` is matplotlib's: `--`, `:`."""
        draw_line(self._sheet, points, paint, width_px, dash)

    def text(self, x: float, y: float, words: str, **look: Any) -> None:
        """Words whose baseline begins at a place; see `draw_text` for their look."""
        draw_text(self._sheet, x, y, words, **look)

    def title(self, words: str, note: str = "") -> None:
        """A finding at the top, in as many lines as `title_height` left room for."""
        y = -2.0
        for line in wrap(words, self.width_px, TITLE_PX):
            y += TITLE_PX * 1.3
            self.text(0, y, line, size=TITLE_PX, paint="ink", serif=True)
        y += 2
        for line in wrap(note, self.width_px, TEXT_PX):
            y += TEXT_PX * 1.4
            self.text(0, y, line)

    def axes(self, left: float, top: float, width: float, height: float, **limits: Any) -> "Axes":
        """Real axes in a part of the canvas, without a frame."""
        box = (left / self.width_px, 1 - (top + height) / self.height_px, width / self.width_px, height / self.height_px)
        axes = self._figure.add_axes(box, zorder=2, **limits)
        axes.patch.set_visible(False)
        axes.spines[:].set_visible(False)
        axes.tick_params(left=False, bottom=False, labelsize=SMALL_PX, labelcolor=CODES["ink-3"], pad=6)
        return axes

    def svg(self, label: str, theme: Theme) -> str:
        """The picture as SVG text, called `label` for those who cannot see it."""
        import matplotlib as mpl  # noqa: PLC0415
        from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415

        text = StringIO()
        with DRAWING, mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "manyhands", "path.simplify": True}):
            none = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            FigureCanvasSVG(self._figure).print_svg(text, metadata=none)  # type: ignore[no-untyped-call]
        return rewrite(text.getvalue(), self.width_px, self.height_px, label, theme)


def draw_line(
    axes: "Axes", points: list[tuple[float, float]], paint: str = "ink", width_px: float = 1.0, dash: str = ""
) -> None:
    """A line in the units of `axes`."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    axes.plot(xs, ys, color=CODES[paint], linewidth=width_px, linestyle=dash or "-", clip_on=False, scalex=False, scaley=False)


def draw_text(
    axes: "Axes",
    x: float,
    y: float,
    words: str,
    *,
    size: float = TEXT_PX,
    paint: str = "ink-2",
    bold: bool = False,
    serif: bool = False,
    align: str = "left",
) -> None:
    """Words in the units of `axes`. Serif is for what people say, sans for what is measured."""
    weight, family = ("bold" if bold else "normal"), ("serif" if serif else "sans-serif")
    axes.text(
        x,
        y,
        words,
        fontsize=size,
        color=CODES[paint],
        weight=weight,
        family=family,
        horizontalalignment=align,
        parse_math=False,
    )


def wrap(words: str, width_px: float, size_px: float) -> list[str]:
    """Words in lines that fit a width, for a font whose letters are about half as wide as high."""
    lines: list[str] = []
    most = max(8, int(width_px / (size_px * 0.5)))
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


NARROW, WIDE = frozenset("fijlrtI.,:;'|()[]! "), frozenset("mwMWÜ%@÷×–—")


def text_px(words: str, size_px: float = TEXT_PX, *, bold: bool = False) -> float:
    """About as wide as words will be in whichever sans the reader has: nobody knows before it is shown."""
    widths = (0.3 if letter in NARROW else 0.85 if letter in WIDE else 0.68 if letter.isupper() else 0.55 for letter in words)
    return sum(widths) * size_px * (1.06 if bold else 1.0)


def places(at_px: list[float], wide_px: list[float], width_px: float) -> list[float]:
    """Where names begin that are so wide and stand at these places, from left to right.

    Each is to the right of its place, or to the left of it where the next stands in its way, and all are inside of `width_px`
    and apart from each other as long as all of them fit.
    """
    lefts: list[float] = []
    end = 0.0
    for number, (at, wide) in enumerate(zip(at_px, wide_px, strict=True)):
        following = at_px[number + 1] if number + 1 < len(at_px) else width_px + APART_PX
        is_left = at + NEAR_PX + wide + APART_PX > following and at - NEAR_PX - wide >= end
        lefts.append(at - NEAR_PX - wide if is_left else max(end, at + NEAR_PX))
        end = lefts[-1] + wide + APART_PX
    most = width_px
    for number in reversed(range(len(lefts))):
        lefts[number] = max(0.0, min(lefts[number], most - wide_px[number]))
        most = lefts[number] - APART_PX
    return lefts


def title_height(words: str, note: str, width_px: float) -> float:
    """The room in px that a title and its note take, and a gap under them; 0 for none."""
    if not words:
        return 0.0
    return len(wrap(words, width_px, TITLE_PX)) * TITLE_PX * 1.3 + len(wrap(note, width_px, TEXT_PX)) * TEXT_PX * 1.4 + 20


def rewrite(text: str, width_px: float, height_px: float, label: str, theme: Theme) -> str:
    """The SVG of matplotlib as ours: flat, without its styles and ids."""
    used: dict[str, None] = {}
    root = ET.fromstring(text)  # noqa: S314  # made a moment ago
    words = "".join(_texts(root, theme))
    # Under the words stands their outline in the paper's colour. (With `paint-order` Chromium loses words now and then.)
    outline = f'<g stroke="{colour("paper", theme)}" stroke-width="3" stroke-linejoin="round" aria-hidden="true">{words}</g>'
    body = "".join(_shapes(root, theme, used)) + outline + words
    own = f"f{sha256((body + label).encode()).hexdigest()[:8]}"
    patterns = "".join(pattern(f"{own}-{name}", PAINTS[name], theme) for name in used)
    defs = f"<defs>{patterns}</defs>" if patterns else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px:g} {height_px:g}" role="img" '
        f'aria-label={quoteattr(label)} font-family="{SANS}">{defs}{body.replace("url(#", f"url(#{own}-")}</svg>'
    )


def _shapes(root: ET.Element, theme: Theme, used: dict[str, None]) -> Iterator[str]:
    for path in root.iter(f"{SVG}path"):
        if path.get("style"):
            yield f'<path d="{_shorter(str(path.get("d")))}" {_attributes(str(path.get("style")), theme, used)}/>'


def _texts(root: ET.Element, theme: Theme) -> Iterator[str]:
    for text in root.iter(f"{SVG}text"):
        place = f'x="{float(str(text.get("x"))):.1f}" y="{float(str(text.get("y"))):.1f}"'
        yield f"<text {place} {_attributes(str(text.get('style')), theme, {})}>{escape(text.text or '')}</text>"


def _attributes(style: str, theme: Theme, used: dict[str, None]) -> str:
    """A style as attributes, which any Content-Security-Policy lets pass."""
    made = {}
    for name, value in (part.split(": ", 1) for part in style.split("; ") if part):
        if name == "font-family":
            if "DejaVu Serif" in value:
                made[name] = SERIF
        elif name == "font-weight" and value in ("normal", "400"):
            continue
        elif value in NAMES:
            made[name] = _paint(NAMES[value], theme, used)
        elif name != "stroke-dashoffset" or value != "0":
            made[name] = value
    return " ".join(f'{name}="{value}"' for name, value in made.items())


def _paint(name: str, theme: Theme, used: dict[str, None]) -> str:
    kind = name.removeprefix("paint ")
    if kind == name:
        return colour(name, theme)
    if not PAINTS[kind].size:
        return colour(PAINTS[kind].ground, theme)
    used[kind] = None
    return f"url(#{kind})"


def _shorter(path: str) -> str:
    """A path with a tenth of a pixel at most, and no more spaces than it needs."""
    path = re.sub(r"-?\d+\.\d+(?:e-\d+)?", lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), " ".join(path.split()))
    return re.sub(r" ?([A-Za-z]) ?", r"\1", path)
