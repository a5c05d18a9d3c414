"""Pictures of a score by group: does it come true, does it rank people, and how is it distributed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from core.audit.display_names import attribute_title
from core.audit.figure_text import number, percent
from core.audit.thresholds.score_tables import RELIABILITY, ROC, SHARES
from core.report.charts.group_lines import MAX_LINES, group_colour, group_dash
from core.report.charts.theme import GREY, WIDTH, Figure, Row, chart_of, themed_spec
from core.report.tables.base import Cell, Table

_ROC_ROWS: Final = 10
"""Points of each group that a table lists; the picture has all."""


@dataclass(frozen=True)
class ScoreTables:
    """The tables of `core.audit.thresholds.score_tables`, of all models and attributes.

    Args:
        tables: By ``RELIABILITY``, ``ROC`` and ``SHARES``, with the columns ``model`` and ``attribute``; some may be
            missing.
        positive: The outcome that the scores are of.
        confidence: Level of the bands.
    """

    tables: dict[str, pd.DataFrame]
    positive: str
    confidence: float

    def figures(self) -> list[Figure]:
        """Return every picture, those of one model and attribute beside one another."""
        makers: dict[str, Callable[[pd.DataFrame, ScoreTables], Figure]] = {
            RELIABILITY: reliability,
            ROC: roc,
            SHARES: shares,
        }
        keys = dict.fromkeys(
            key for table in self.tables.values() for key in zip(table["model"], table["attribute"], strict=True)
        )
        found = []
        for model, attribute in keys:
            for kind, make in makers.items():
                table = self.tables.get(kind)
                if table is None:
                    continue
                mine = table[(table["model"] == model) & (table["attribute"] == attribute)]
                if len(mine):
                    found.append(make(mine, self))
        return found


def reliability(bins: pd.DataFrame, scores: ScoreTables) -> Figure:
    """Plot the share with the outcome against the mean score, by group, with bands."""
    import altair as alt

    title = f"Do the chances come true? {_where(bins)}"
    caption = (
        f"Each mark is a tenth of a group's rows by score: across, the mean score; up, the share with "
        f"“{scores.positive}”. Bands are {percent(scores.confidence)} intervals. On the grey diagonal, chances come "
        f"true. Above it the group has the outcome more often than the score says.{_left(bins)}"
    )
    drawn, names = _drawn(bins)
    x = alt.X("score:Q", title="mean score", scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("share:Q", title="share with the outcome", scale=alt.Scale(domain=[0, 1]))
    base = chart_of(drawn).encode(color=group_colour(names))
    layers = [
        chart_of([{"score": 0, "share": 0}, {"score": 1, "share": 1}]).mark_line(color=GREY).encode(x=x, y=y),
        base.mark_area(opacity=0.15).encode(x=x, y=alt.Y("share_low:Q"), y2="share_high:Q"),
        base.mark_line(point=True, strokeWidth=1.5).encode(x=x, y=y, strokeDash=group_dash(names)),
    ]
    rows = [
        (
            Cell(str(row["group"])),
            Cell(f"{number(row['low'])} to {number(row['high'])}"),
            Cell(f"{row['n']:,}"),
            Cell(number(row["score"])),
            Cell(number(row["share"]), f"[{number(row['share_low'])}, {number(row['share_high'])}]"),
        )
        for row in _rows(bins)
    ]
    head = ("group", "score", "n", "mean score", "share with the outcome")
    return Figure(title, caption, _spec(layers), Table(title, caption, head, tuple(rows), labels=2))


def roc(points: pd.DataFrame, scores: ScoreTables) -> Figure:
    """Plot true against false positive rates at every threshold, by group."""
    import altair as alt

    title = f"Whom does each threshold select? {_where(points)}"
    caption = (
        f"Each line is a group (ROC curve). Across: of its people without “{scores.positive}”, the share that a "
        "threshold selects; up: of those with it. The further a line runs above the grey diagonal, the better the "
        "score tells the group's people apart. Where lines lie apart, no threshold for all gives the groups the same "
        f"errors.{_left(points)}"
    )
    drawn, names = _drawn(points[["group", "fpr", "tpr"]].dropna())
    x = alt.X("fpr:Q", title="false positive rate", scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("tpr:Q", title="true positive rate", scale=alt.Scale(domain=[0, 1]))
    layers = [
        chart_of([{"fpr": 0, "tpr": 0}, {"fpr": 1, "tpr": 1}]).mark_line(color=GREY).encode(x=x, y=y),
        chart_of([{**row, "place": place} for place, row in enumerate(drawn)])
        .mark_line(strokeWidth=2)
        .encode(x=x, y=y, color=group_colour(names), strokeDash=group_dash(names), order="place:Q"),
    ]
    rows = [
        (
            Cell(str(row["group"])),
            Cell("nobody" if row["threshold"] == float("inf") else number(row["threshold"])),
            *(Cell("undefined" if pd.isna(row[rate]) else number(row[rate])) for rate in ("fpr", "tpr")),
        )
        for _, mine in points.groupby("group", sort=False)
        for row in _rows(mine.iloc[:: max(len(mine) // _ROC_ROWS, 1)])
    ]
    head = ("group", "selected from", "false positive rate", "true positive rate")
    return Figure(title, caption, _spec(layers), Table(title, caption, head, tuple(rows), labels=2))


def shares(found: pd.DataFrame, scores: ScoreTables) -> Figure:
    """Plot how a score is distributed in each group."""
    import altair as alt

    title = f"Who has which score? {_where(found)}"
    caption = (
        f"The height of a step is the share of a group's rows with a score of “{scores.positive}” in that range. A "
        f"group whose line lies further right has higher scores.{_left(found)}"
    )
    drawn, names = _drawn(found)
    last = [{**row, "left": row["right"]} for row in drawn if row["right"] == float(found["right"].max())]
    x = alt.X("left:Q", title="score", scale=alt.Scale(zero=False, nice=False))
    y = alt.Y("share:Q", title="share of the group", axis=alt.Axis(format="%"))
    line = chart_of([*drawn, *last]).mark_line(interpolate="step-after", strokeWidth=2)
    layers = [line.encode(x=x, y=y, color=group_colour(names), strokeDash=group_dash(names))]
    rows = [
        (
            Cell(str(row["group"])),
            Cell(f"{number(row['left'])} to {number(row['right'])}"),
            Cell(f"{row['n']:,}"),
            Cell(number(row["share"])),
        )
        for row in _rows(found)
        if row["n"]
    ]
    return Figure(
        title,
        caption,
        _spec(layers),
        Table(title, caption, ("group", "score", "n", "share of the group"), tuple(rows), labels=2),
    )


def _where(found: pd.DataFrame) -> str:
    return f"{found['model'].iloc[0]}, {attribute_title(str(found['attribute'].iloc[0]))}"


def _groups(found: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(found["group"]))


def _drawn(found: pd.DataFrame) -> tuple[list[Row], list[str]]:
    """Return the rows of the groups that are drawn, and these groups."""
    names = _groups(found)[:MAX_LINES]
    kept = found[found["group"].isin(names)]
    return [{str(name): value for name, value in row.items()} for row in kept.to_dict("records")], names


def _left(found: pd.DataFrame) -> str:
    beyond = len(_groups(found)) - MAX_LINES
    return f" {MAX_LINES} groups are drawn; {beyond} more are in the table only." if beyond > 0 else ""


def _rows(found: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in found.to_dict("records")]


def _spec(layers: list[Any]) -> dict[str, Any]:
    import altair as alt

    return themed_spec(alt.layer(*layers).properties(width=WIDTH, height=240))
