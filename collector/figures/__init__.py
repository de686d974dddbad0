"""Figures: pure data first, then SVG in one family style. The page and the report draw the same ones.

`*_data` are pure and light. `*_svg` load matplotlib when they are first called, and return SVG text to be put into a page
as it is: with a `viewBox`, text as text, colours as CSS custom properties (`--ink`, `--hands`, ...) that fall back to the
values of `theme`, ids of its own, and no reference to anything outside.
"""

from collector.figures.limits import Limits, limits_data, limits_svg
from collector.figures.pools import Pools, pools_data, pools_svg
from collector.figures.scaling import Scaling, scaling_data, scaling_svg
from collector.figures.waits import Waits, waits_data, waits_svg
from collector.figures.went import Went, went_data, went_svg

__all__ = [
    "Limits",
    "Pools",
    "Scaling",
    "Waits",
    "Went",
    "limits_data",
    "limits_svg",
    "pools_data",
    "pools_svg",
    "scaling_data",
    "scaling_svg",
    "waits_data",
    "waits_svg",
    "went_data",
    "went_svg",
]
