"""The paints: ink on paper, and a hue for each resource. Hue says which resource, fill says whether you have it.

Colours belong to data: nothing but steps has a hue. What waits is the resource's own hue, pale and hatched, so that it can
be told without colour. The contrast on `paper` is at least 4.5 for text and 3 for what is drawn, and 3 that of a pattern on
its ground (WCAG 2).
"""

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]

# CSS custom property -> its value in light and in dark.
TOKENS: dict[str, tuple[str, str]] = {
    "paper": ("#fbf8f3", "#1a1512"),
    "track": ("#eee8de", "#272019"),
    "rule": ("#e3d9cb", "#372e27"),
    "rule-2": ("#c9bbaa", "#5b4d42"),
    "ink": ("#2b211a", "#f2e9de"),
    "ink-2": ("#5e5046", "#c4b6a8"),
    "ink-3": ("#6e5f53", "#a39385"),
    "hands": ("#b0461a", "#ea9460"),
    "hands-pale": ("#fae5da", "#3b2418"),
    "hands-line": ("#bd6238", "#b0683f"),
    "machine": ("#1d5876", "#2b789f"),
    "machine-pale": ("#dfedf3", "#142a34"),
    "machine-line": ("#4f8aa5", "#3f819e"),
    "machine-pin": ("#83acc0", "#b6d4e3"),
    "milk": ("#efd08a", "#f1e0b2"),
    "milk-dot": ("#8f6a1e", "#8a6b30"),
    "milk-edge": ("#8f6a1e", "#f1e0b2"),
    "native": ("#7a3b69", "#c58ab4"),
    "native-line": ("#c299b6", "#683d5b"),
    "work": ("#5e5046", "#b3a598"),
    "work-line": ("#b0a399", "#5c5248"),
    "quiet-line": ("#8f8170", "#796c5f"),
    "bad": ("#9b1c31", "#ff9a9f"),
}

SERIF = "'Iowan Old Style', Charter, 'Bitstream Charter', Cambria, Georgia, 'Liberation Serif', serif"
SANS = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', Ubuntu, 'Liberation Sans', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Paint:
    """What a kind of time is filled with: a ground, and lines or dots on it in a tile of `size` px (0: plain)."""

    words: str
    ground: str
    mark: str = ""
    size: float = 0
    path: str = ""
    stroke: float = 1.0
    edge: str = ""


SLASH = "M-2 2 2-2M0 8 8 0M6 10 10 6"
BACKSLASH = "M-2 6 2 10M0 0 8 8M6-2 10 2"
DOTS = "M1 2a1 1 0 1 0 2 0a1 1 0 1 0-2 0M5 6a1 1 0 1 0 2 0a1 1 0 1 0-2 0"

# What a slot can spend its time on, in the order in which it is drawn; the keys are those of `where_time_went_s`.
PAINTS: dict[str, Paint] = {
    "hands": Paint("hands", "hands"),
    "hands_wait": Paint("waiting for hands", "hands-pale", "hands-line", 8, SLASH, edge="hands-line"),
    "machine": Paint("machine", "machine", "machine-pin", 4, "M0 2H4"),
    "machine_wait": Paint("waiting for the machine", "machine-pale", "machine-line", 8, BACKSLASH, edge="machine-line"),
    "wait": Paint("milk (hands free)", "milk", "milk-dot", 8, DOTS, stroke=0, edge="milk-edge"),
    "native": Paint("native code (GIL let go)", "native", "native-line", 6, "M3 0V3"),
    "work": Paint("a task of your own", "work", "work-line", 6, "M0 1.5H3M3 4.5H6"),
    "overhead": Paint("overhead inside a job", "track", "quiet-line", 4, "M0 2H4", edge="quiet-line"),
    "start_up": Paint("start-up", "track", "quiet-line", 8, "M0 0 8 8M8 0 0 8", 0.8, edge="quiet-line"),
    "between_jobs": Paint("between jobs", "track", "quiet-line", 4, "M2 0V4", edge="quiet-line"),
    "idle_tail": Paint("idle (nobody left in line)", "track", edge="quiet-line"),
}

# And what lies beside the slots.
BAR_PAINTS = {**PAINTS, "tray": Paint("taken, not begun", "track", "quiet-line", 8, SLASH, edge="quiet-line")}


def colour(token: str, theme: Theme) -> str:
    """A token as SVG takes it: the page's own value, and that of `theme` where the page has none."""
    return f"var(--{token},{TOKENS[token][theme == 'dark']})"


def pattern(name: str, paint: Paint, theme: Theme) -> str:
    """A paint that is not plain, as an SVG pattern called `name`."""
    mark = colour(paint.mark, theme)
    drawn = f'stroke="{mark}" stroke-width="{paint.stroke:g}"' if paint.stroke else f'fill="{mark}"'
    return (
        f'<pattern id="{name}" width="{paint.size:g}" height="{paint.size:g}" patternUnits="userSpaceOnUse">'
        f'<rect width="{paint.size:g}" height="{paint.size:g}" fill="{colour(paint.ground, theme)}"/>'
        f'<path d="{paint.path}" {drawn}/></pattern>'
    )


def stylesheet(theme: Theme) -> str:
    """The tokens of a theme as CSS declarations."""
    return "".join(f"--{token}:{values[theme == 'dark']};" for token, values in TOKENS.items())
