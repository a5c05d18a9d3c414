"""One colour and one dash a group, for charts with a line for each group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from core.report.charts.theme import GROUP_PALETTE

MAX_LINES: Final = 10
"""Groups that are drawn; more lines cannot be told apart."""
_DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


def group_colour(names: Sequence[str]) -> Any:
    """Return the field ``group`` as colour."""
    import altair as alt

    shades = [GROUP_PALETTE[place % len(GROUP_PALETTE)] for place in range(len(names))]
    return alt.Color("group:N", scale=alt.Scale(domain=list(names), range=shades), title=None, legend=_legend())


def group_dash(names: Sequence[str]) -> Any:
    """Return the field ``group`` as dash of a line."""
    import altair as alt

    dashes = [_DASHES[place % len(_DASHES)] for place in range(len(names))]
    return alt.StrokeDash("group:N", scale=alt.Scale(domain=list(names), range=dashes), title=None, legend=_legend())


def _legend() -> Any:
    """Return a legend that shows pieces of lines: a dashed outline around a dot is a blot."""
    import altair as alt

    return alt.Legend(symbolType="stroke", symbolStrokeWidth=2, symbolSize=300)
