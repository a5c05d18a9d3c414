"""Plots of one column's distribution in several tables, and of all pairs of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.audit.display_names import source_name
from core.audit.figure_text import number, percent
from core.data.column import Kind
from core.data.groups import MISSING_GROUP
from core.report.charts.theme import GREY, WIDTH, Figure, Row, chart_of, source_colour, themed_spec
from core.report.tables.base import Cell, Table

if TYPE_CHECKING:
    from core.audit.statistics.marginals import Marginal

_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
_DAY = 86_400_000  # milliseconds
_MAX_COLUMNS = 20
_MIN_TOP = 0.2


def marginal(found: Marginal) -> Figure:
    """Plot how a column is distributed in each source."""
    title = f"Distribution of {found.column.name}"
    scalar = bool((found.bins["label"] == "").any())
    sources = list(dict.fromkeys(found.bins["source"]))
    if scalar:
        beyond = " The outermost steps also hold the few values beyond them." if found.clipped else ""
        caption = (
            "The height of a step is the share of a source's rows in that range. Where two lines run together, the "
            f"sources agree.{beyond}{_gaps(found.bins)}"
        )
        spec = _steps(found, sources)
    else:
        caption = (
            f"A bar is the share of a source's rows with that value; lines are {percent(found.confidence)} intervals. "
            "Bars of one value stand in the order of the legend; where they are of equal length, the sources agree."
        )
        spec = _bars(found.bins, sources)
    return Figure(title, caption, spec, _marginal_table(found, title, caption, sources))


def associations(similarity: Mapping[tuple[str, str], float], source: str) -> Figure | None:
    """Plot how far the joint distribution of each pair of columns lies from the real rows'; ``None`` without a pair.

    Args:
        similarity: Of each pair of headers, 0 to 1, from `core.audit.metrics.fidelity.pair_similarity`.
        source: Whose rows were compared with the real train rows.
    """
    if not similarity:
        return None
    distances = {pair: 1 - value for pair, value in similarity.items()}
    names = list(dict.fromkeys(name for pair in distances for name in pair))
    average = {name: np.mean([value for pair, value in distances.items() if name in pair]) for name in names}
    shown = set(sorted(names, key=lambda name: -average[name])[:_MAX_COLUMNS])
    kept = [name for name in names if name in shown]
    cut = f" Only the {_MAX_COLUMNS} columns that differ most are drawn." if len(names) > len(kept) else ""
    title = f"Pairs of columns, {source_name(source)} against the original"
    caption = (
        "Each square is one pair of columns. The darker it is, the further its joint distribution lies from the "
        "original's (total variation distance: 0 is the same, 1 is without overlap). Chance alone puts pairs with many "
        f"values above 0, so compare with the picture of the test rows.{cut}"
    )
    return Figure(title, caption, _heat(distances, kept), _pair_table(distances, title, caption))


def _bars(bins: pd.DataFrame, sources: list[str]) -> dict[str, Any]:
    import altair as alt

    fields = ("source", "label", "share", "low", "high")
    rows: list[Row] = [dict(zip(fields, row, strict=True)) for row in bins[[*fields]].to_numpy(dtype=object)]
    down = {
        "y": alt.Y("label:N", sort=list(dict.fromkeys(bins["label"])), title=None, axis=alt.Axis(labelLimit=140)),
        "yOffset": alt.YOffset("source:N", sort=sources),
    }
    across = alt.X("share:Q", title="share of rows", axis=alt.Axis(format="%", tickCount=6))
    bars = chart_of(rows).mark_bar(opacity=0.85).encode(x=across, color=source_colour(sources), **down)
    lines = chart_of(rows).mark_rule(color=GREY, strokeWidth=1.5).encode(x=alt.X("low:Q"), x2="high:Q", **down)
    height = alt.Step(max(9, 26 // max(len(sources), 1)))
    return themed_spec((bars + lines).properties(width=WIDTH, height=height))


def _steps(found: Marginal, sources: list[str]) -> dict[str, Any]:
    import altair as alt

    ranges = found.bins[found.bins["label"] == ""]
    in_time = found.column.kind is Kind.DATETIME
    rows: list[Row] = []
    for source in sources:
        mine = ranges[ranges["source"] == source]
        ends = [*mine["left"], mine["right"].iloc[-1]]
        heights = [*mine["share"], mine["share"].iloc[-1]]
        rows += [
            {"x": float(end) * (_DAY if in_time else 1), "share": height, "source": source}
            for end, height in zip(ends, heights, strict=True)
        ]
    scale = alt.Scale(type="utc") if in_time else alt.Scale(zero=False, nice=False)
    x = alt.X("x:T" if in_time else "x:Q", title=None, scale=scale, axis=alt.Axis(tickCount=6))
    y = alt.Y("share:Q", title="share of rows", axis=alt.Axis(format="%", tickCount=5))
    dashes = [_DASHES[place % len(_DASHES)] for place in range(len(sources))]
    dash = alt.StrokeDash("source:N", scale=alt.Scale(domain=sources, range=dashes), title=None)
    line = chart_of(rows).mark_line(interpolate="step-after", strokeWidth=2)
    return themed_spec(
        line.encode(x=x, y=y, color=source_colour(sources), strokeDash=dash).properties(width=WIDTH, height=180)
    )


def _gaps(bins: pd.DataFrame) -> str:
    """Return the sentences on what stands only in the table: missing values and open ends such as 9999-12-31."""
    texts = []
    for label in dict.fromkeys(bins.loc[bins["label"] != "", "label"]):
        parts = [f"{source_name(str(row.source))} {row.share:.1%}" for row in bins[bins["label"] == label].itertuples()]
        what = "Missing" if label == MISSING_GROUP else str(label)
        texts.append(f" {what}, and not drawn: {', '.join(parts)}.")
    return "".join(texts)


def _marginal_table(found: Marginal, title: str, caption: str, sources: list[str]) -> Table:
    size = len(found.bins) // len(sources)
    rows = []
    for place in range(size):
        mine = found.bins.iloc[place::size]
        cells = [
            Cell(number(row.share), "" if np.isnan(row.low) else f"[{number(row.low)}, {number(row.high)}]")  # type: ignore[arg-type]
            for row in mine.itertuples()
        ]
        rows.append((Cell(_range(found, mine.iloc[0])), *cells))
    return Table(title, caption, (found.column.name, *map(source_name, sources)), tuple(rows))


def _range(found: Marginal, row: pd.Series) -> str:
    if row["label"]:
        return str(row["label"])
    left, right = float(row["left"]), float(row["right"])
    if found.column.kind is Kind.DATETIME:
        # pandas' time differences count nanoseconds, which end in 2262; days of NumPy reach every year.
        days = np.floor([left, right]).astype("int64").astype("datetime64[D]")
        return f"{days[0]} to {days[1]}"
    if found.column.kind is Kind.INTEGER:
        first, last = int(left + 0.5), int(right - 0.5)
        return f"{first:,}" if first == last else f"{first:,} to {last:,}"
    return f"{number(left)} to {number(right)}"


def _heat(distances: Mapping[tuple[str, str], float], names: list[str]) -> dict[str, Any]:
    import altair as alt

    rows: list[Row] = [
        {"one": one, "two": two, "distance": value}
        for (one, two), value in distances.items()
        if one in names and two in names
    ]
    top = max(_MIN_TOP, *(row["distance"] for row in rows))
    axis: dict[str, Any] = {"labelLimit": 110, "grid": False, "domain": False, "ticks": False}
    shade = alt.Color(
        "distance:Q",
        title="distance",
        scale=alt.Scale(range=["#FFFFFF", "#08306B"], domain=[0, top], interpolate="rgb"),
        legend=alt.Legend(orient="right", gradientLength=120, tickCount=4),
    )
    chart = chart_of(rows).mark_rect(stroke="#DDDDDD", strokeWidth=0.5)
    chart = chart.encode(
        x=alt.X("one:N", sort=names, title=None, axis=alt.Axis(labelAngle=-60, **axis)),
        y=alt.Y("two:N", sort=names, title=None, axis=alt.Axis(**axis)),
        color=shade,
        tooltip=["one:N", "two:N", alt.Tooltip("distance:Q", format=".3f")],
    )
    return themed_spec(chart.properties(width=alt.Step(20), height=alt.Step(20)))


def _pair_table(distances: Mapping[tuple[str, str], float], title: str, caption: str) -> Table:
    ordered = sorted(distances.items(), key=lambda item: -item[1])
    rows = [(Cell(one), Cell(two), Cell(number(value))) for (one, two), value in ordered]
    return Table(title, caption, ("column", "with", "distance"), tuple(rows), labels=2)
