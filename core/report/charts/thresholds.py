"""Curves of rates by group over the threshold of a score, with the thresholds at hand and marked points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

from core.audit.display_names import attribute_title
from core.audit.thresholds.curves import Floats
from core.audit.thresholds.explorer import Explorer, Point
from core.report.charts.group_lines import MAX_LINES, group_colour, group_dash
from core.report.charts.theme import WIDTH, Figure, Row, themed_spec
from core.report.tables.threshold_explorer import follow_table

TITLES: Final[Mapping[str, tuple[str, str, str]]] = {
    "favourable": (
        "Who gets the favourable decision",
        "share of the group",
        "the share that gets the favourable decision",
    ),
    "earned": (
        "Who gets it of those who earn it",
        "share of those who earn it",
        "of those who earn the favourable decision, the share that gets it",
    ),
    "accuracy": ("Right decisions", "share of the group", "the share of right decisions"),
}
"""By rate: title, axis, and what a line is."""
_SHAPES = ("diamond", "circle", "square", "triangle-up")
_LINES, _NOW, _MARKS = "lines", "now", "marks"


def figures(found: Explorer, thresholds: Floats, points: Sequence[Point], model: str, attribute: str) -> list[Figure]:
    """Return a picture for each rate that follows the threshold.

    Args:
        found: Curves of one model and one attribute.
        thresholds: Those at hand, one a group, shape (groups,).
        points: The points that are marked.
        model: The model's name.
        attribute: The attribute.
    """
    cuts, rates = found.curves()
    followed = found.follow(thresholds)
    table = follow_table(followed, thresholds, model, attribute)
    drawn = sorted(range(len(found.names)), key=lambda place: -followed.n[place])[:MAX_LINES]
    beyond = len(found.names) - len(drawn)
    left = f" The {MAX_LINES} largest groups are drawn; {beyond} more are in the table only." if beyond else ""
    result = []
    for name, (title, axis, meaning) in TITLES.items():
        lines = _lines(found.names, drawn, cuts, rates[name])
        now = _at(found.names, drawn, thresholds, followed.rates[name])
        marks = [
            row | {"point": point.goal.name}
            for point in points
            for row in _at(found.names, drawn, point.thresholds, found.follow(point.thresholds).rates[name])
        ]
        result.append(
            Figure(
                f"{title}, {model}, {attribute_title(attribute)}",
                f"Each line is a group: {meaning}, for each threshold from which a score selects. Vertical lines and "
                "large dots: the thresholds at hand. Small marks: the thresholds that serve each goal best. All rows, "
                f"without intervals.{left}",
                _spec(lines, now, marks, axis),
                table,
            )
        )
    return result


def _lines(names: Sequence[str], drawn: Sequence[int], cuts: Floats, values: Floats) -> list[Row]:
    return [
        {"x": float(cut), "value": float(value), "group": names[place]}
        for place in drawn
        for cut, value in zip(cuts, values[:, place], strict=True)
        if np.isfinite(value)
    ]


def _at(names: Sequence[str], drawn: Sequence[int], thresholds: Floats, values: Floats) -> list[Row]:
    return [
        {"x": float(thresholds[place]), "value": float(values[place]), "group": names[place]}
        for place in drawn
        if np.isfinite(thresholds[place]) and np.isfinite(values[place])
    ]


def _spec(lines: list[Row], now: list[Row], marks: list[Row], axis: str) -> dict[str, Any]:
    """Return the picture of some rows. All but the rows is made once, since that takes longest."""
    groups = tuple(dict.fromkeys(row["group"] for row in lines))
    goals = tuple(dict.fromkeys(row["point"] for row in marks))
    return {**_empty_spec(groups, goals, axis), "datasets": {_LINES: lines, _NOW: now, _MARKS: marks}}


@lru_cache(maxsize=64)
def _empty_spec(groups: tuple[str, ...], goals: tuple[str, ...], axis: str) -> dict[str, Any]:
    import altair as alt

    colour, dash = group_colour(groups), group_dash(groups)
    mark = alt.Shape(
        "point:N",
        scale=alt.Scale(domain=goals, range=list(_SHAPES[: len(goals)])),
        title=None,
        legend=alt.Legend(orient="bottom", columns=2),
    )
    x = alt.X("x:Q", title="selects from this score on", scale=alt.Scale(zero=False, nice=False))
    y = alt.Y("value:Q", title=axis, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%"))
    lines, now, marks = (alt.Chart(alt.NamedData(name)) for name in (_LINES, _NOW, _MARKS))
    layers = [
        lines.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash),
        now.mark_rule(opacity=0.5).encode(x=x, color=colour),
        now.mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, color=colour),
        marks.mark_point(size=45, opacity=1).encode(x=x, y=y, color=colour, shape=mark),
    ]
    return themed_spec(alt.layer(*layers).properties(width=WIDTH, height=240))
