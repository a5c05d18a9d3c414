"""Plots of the drivers of image classifiers: image or sensitive columns, and where in the image."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.audit.display_names import protocol_name, source_name
from core.audit.figure_text import number, percent
from core.audit.glossary import source_rank
from core.audit.metrics.catalog import column_of, describe, kind_of
from core.audit.record_set import RecordSet
from core.report.charts.column_figures import importance_spec
from core.report.charts.theme import Figure, Row, chart_of, themed_spec
from core.report.tables.base import Cell, Table, by_source

_EFFECT, _DROP = "shuffle_effect", "shuffle_drop"
_MAX_CLASSES = 12
_SIDE, _PER_LINE = 76, 4  # a line fits on a phone
_SHADES = ("#F7FBFF", "#0072B2", "#002B45")


def shuffled(records: RecordSet) -> Figure | None:
    """Plot how far predictions move if image or sensitive columns are shuffled, sources side by side, or ``None``."""
    mine = records.shown.filter(lambda r: kind_of(r.metric) in {_EFFECT, _DROP})
    drawn = mine.filter(lambda r: kind_of(r.metric) == _EFFECT)
    if not drawn:
        return None
    title = f"Drivers of the prediction: {' and '.join(map(source_name, drawn.sources))}"
    caption = (
        "How far the predicted probabilities of the classes move, on average over real test rows, if the image or a "
        "sensitive column is taken from another row (permutation importance). The classifier is trained on each "
        f"source's rows; {protocol_name('A')}. Lines are {percent(drawn.confidence)} intervals over rows. The image "
        "can show the sensitive attribute itself, so a short bar of the attribute does not mean that it plays no part."
    )
    columns = list(dict.fromkeys(column_of(record.metric) for record in drawn))
    table = by_source(
        title,
        caption,
        mine,
        lambda r: (column_of(r.metric), describe(kind_of(r.metric)).label),
        ("column", "figure"),
        split_columns=False,
    )
    return Figure(title, caption, importance_spec(drawn, columns, "mean change of the predicted probabilities"), table)


def occlusion(table: pd.DataFrame) -> list[Figure]:
    """Plot for each source where images of each class decide.

    Args:
        table: Columns ``source``, ``class``, ``image``, ``row``, ``column``, ``fall``: the rows of all sources.
    """
    if table.empty:
        return []
    sources = sorted(dict.fromkeys(table["source"].astype(str)), key=source_rank)
    most = max(float(table[table["image"] == ""]["fall"].max()), 0.0)  # one scale, so that sources compare by shade
    found = []
    for source in sources:
        mine = table[(table["source"] == source) & (table["image"] == "")]
        names = list(dict.fromkeys(mine["class"].astype(str)))
        cut = f" The first {_MAX_CLASSES} of {len(names)} classes are drawn." if len(names) > _MAX_CLASSES else ""
        title = f"Where images decide: classifier trained on {source_name(source)}"
        caption = (
            "One square an outcome: how far the probability of the predicted class falls, on average over real test "
            "images, if that part of the image is covered with the mean colour (occlusion, Zeiler and Fergus 2014). "
            "Darker parts decide more, on one scale for all sources. Parts whose cover raises the probability count 0. "
            f"The map shows where, not whether shape or colour counts there.{cut}"
        )
        found.append(Figure(title, caption, _maps(mine, names[:_MAX_CLASSES], most), _table(mine, title, caption)))
    return found


def _maps(table: pd.DataFrame, names: list[str], most: float) -> dict[str, Any]:
    import altair as alt

    rows: list[Row] = [
        {"class": str(name), "row": int(row), "column": int(column), "fall": max(float(f"{fall:.4g}"), 0.0)}
        for name, row, column, fall in table[["class", "row", "column", "fall"]].itertuples(index=False)
        if str(name) in names
    ]
    scale = alt.Scale(range=list(_SHADES), domain=[0, most or 1])
    squares = (
        chart_of(rows)
        .mark_rect()
        .encode(
            x=alt.X("column:O", axis=None),
            y=alt.Y("row:O", axis=None),
            color=alt.Color(
                "fall:Q", scale=scale, title="fall of the probability", legend=alt.Legend(gradientLength=160)
            ),
        )
    )
    facet = alt.Facet("class:N", sort=names, title=None, header=alt.Header(labelLimit=_SIDE))
    return themed_spec(squares.properties(width=_SIDE, height=_SIDE).facet(facet=facet, columns=_PER_LINE, spacing=10))


def _table(table: pd.DataFrame, title: str, caption: str) -> Table:
    """Return the part that decides most of each class, and how much the whole map holds."""
    rows = []
    for name, part in table.groupby("class", sort=False):
        falls = part["fall"].to_numpy(dtype=float)
        most = int(falls.argmax())
        row, column = (int(part[axis].to_numpy()[most]) + 1 for axis in ("row", "column"))
        place = f"row {row}, column {column}"
        rows.append((Cell(str(name)), Cell(place), Cell(number(falls[most])), Cell(number(falls.mean()))))
    heads = ("class", "part that decides most", "its fall", "mean fall")
    return Table(title, f"{caption} Of 8 x 8 parts, counted from the top left.", heads, tuple(rows), labels=2)
