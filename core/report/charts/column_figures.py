"""Plots with a line for each column: what drives a prediction, what reveals a group, what is missing."""

from __future__ import annotations

import json
from typing import Any, Final

from core.audit.display_names import attribute_title, source_name
from core.audit.figure_text import percent
from core.audit.metrics.catalog import column_of, describe, kind_of
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.report.charts.theme import (
    ACCENT,
    GREY,
    WIDTH,
    Figure,
    Row,
    about_groups,
    chart_of,
    hollow_if_small,
    largest_groups,
    source_colour,
    themed_spec,
)
from core.report.tables.base import Table, by_source, figure_cell, missing_table

_SHAP, _SHARE, _PROXY, _MISSING = "shap", "shap_share", "proxy_auc", "missing"
_MAX_COLUMNS = 15
_SENSITIVE: Final = "#A33B00"  # dark enough for small print
_AUC_TICKS = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]


def importances(records: RecordSet) -> Figure | None:
    """Plot mean absolute SHAP values by column, sources side by side; ``None`` if there are none."""
    mine = records.shown.filter(lambda r: _is(r, _SHAP))
    if not mine:
        return None
    title = f"Drivers of the prediction: {' and '.join(map(source_name, mine.sources))}"
    caption = (
        "How far a column moves the predicted probability on average, up or down (mean absolute SHAP value). A "
        "gradient-boosted classifier is trained on each source's rows, sensitive columns included. All are explained "
        f"on the same real test rows, kept aside. Lines are {percent(mine.confidence)} bootstrap intervals over these "
        "rows, not over classifiers. Bars of one column stand in the order of the legend. A column that lost influence "
        f"may act on through another one (a proxy).{_of_sensitive(mine)}"
    )
    columns = _columns_by_size(mine)
    cut = f" Only {_MAX_COLUMNS} of {len(columns)} columns are drawn; the table has all."
    caption += cut if len(columns) > _MAX_COLUMNS else ""
    return Figure(
        title,
        caption,
        importance_spec(mine, columns, "influence on the predicted probability"),
        _importance_table(records, title, caption),
    )


def _of_sensitive(records: RecordSet) -> str:
    """Return how far each sensitive column moves the prediction, by source; it begins with a space, or is empty."""
    mine = records.without(sensitive=None)
    parts = []
    for name in dict.fromkeys(map(_column, mine)):
        moved = [f"{figure_cell(r).plain()} with {source_name(r.source)}" for r in mine if _column(r) == name]
        parts.append(f"{name} (sensitive) moves it by {', '.join(moved)}")
    return f" In bold: {'; '.join(parts)}." if parts else ""


def proxies_of(records: RecordSet, sensitive: str) -> Figure | None:
    """Plot how well single columns reveal an attribute; ``None`` if that was not measured."""
    mine = records.where(sensitive=sensitive).without(value=None).filter(lambda r: _is(r, _PROXY))
    if not mine:
        return None
    mine = mine.sorted(lambda record: (-(record.value or 0),))
    title = f"Columns that reveal {attribute_title(sensitive)}"
    caption = (
        "How well each column alone predicts the group (proxy AUC). At the dashed line it reveals nothing, at 1 "
        f"everything. Lines are {percent(mine.confidence)} intervals. Leaving the attribute out does not leave out "
        "what such a column reveals, and several columns together may reveal more."
    )
    table = by_source(title, caption, mine, lambda r: (_column(r), describe(_PROXY).label), ("column", "figure"))
    return Figure(title, caption, _proxy_spec(mine[:_MAX_COLUMNS]), table)


def missing_by_group(records: RecordSet, sensitive: str) -> Figure | None:
    """Plot the share of missing values of each column that has any, by group; ``None`` if no column has.

    Args:
        records: Of one source and split, e.g. from `core.audit.run.audit_table`.
        sensitive: The attribute.
    """
    mine = records.of_groups.where(sensitive=sensitive).without(value=None).filter(lambda r: _is(r, _MISSING))
    if not mine:
        return None
    title = f"Missing values by group, {attribute_title(sensitive)}"
    caption = (
        "Each mark is the share of a group's rows in which the column above it is empty; lines are "
        f"{percent(mine.confidence)} intervals. "
        "Groups that lie apart are recorded differently, and a model that learns from the column inherits that."
        f"{about_groups(mine)}"
    )
    return Figure(title, caption, _missing_spec(mine), missing_table(mine))


def _is(record: Record, kind: str) -> bool:
    return kind_of(record.metric) == kind and ":" in record.metric


def _column(record: Record) -> str:
    return column_of(record.metric)


def _columns_by_size(records: RecordSet) -> list[str]:
    """Return columns by their importance for the first source; sensitive ones are among the first that are drawn."""
    first = records.sources[0]
    size = {_column(r): r.value or 0 for r in records.where(source=first)}
    names = sorted(dict.fromkeys(map(_column, records)), key=lambda name: -size.get(name, 0))
    sensitive = {_column(r) for r in records if r.sensitive is not None}
    others = [name for name in names if name not in sensitive][: max(_MAX_COLUMNS - len(sensitive), 0)]
    drawn = [name for name in names if name in sensitive or name in others]
    return [*drawn, *(name for name in names if name not in drawn)]


def importance_spec(records: RecordSet, columns: list[str], axis: str) -> dict[str, Any]:
    """Return a bar chart by column, sources side by side.

    Args:
        records: One for each column and source, the column behind the metric's colon.
        columns: In the order in which they are drawn.
        axis: What the bars are long in.
    """
    import altair as alt

    names = records.sources
    sensitive = {_column(r) for r in records if r.sensitive is not None}
    label = {name: f"{name} (sensitive)" if name in sensitive else name for name in columns[:_MAX_COLUMNS]}
    rows: list[Row] = [
        {"label": label[_column(r)], "source": r.source, "value": r.value, "low": r.low, "high": r.high}
        for r in records
        if _column(r) in label and r.value is not None
    ]
    marked = f"indexof({json.dumps([label[name] for name in label if name in sensitive])}, datum.value) >= 0"
    axis_of_columns = alt.Axis(
        labelLimit=160,
        labelFontWeight={"condition": {"test": marked, "value": "bold"}, "value": "normal"},
        labelColor={"condition": {"test": marked, "value": _SENSITIVE}, "value": "black"},
    )
    y = alt.Y("label:N", sort=list(label.values()), title=None, axis=axis_of_columns)
    offset = alt.YOffset("source:N", sort=names)
    across = alt.X("value:Q", title=axis, axis=alt.Axis(tickCount=6))
    bars = chart_of(rows).mark_bar(opacity=0.85).encode(y=y, yOffset=offset, x=across, color=source_colour(names))
    lines = chart_of(rows).mark_rule(color=GREY, strokeWidth=1.5)
    lines = lines.encode(y=y, yOffset=offset, x=alt.X("low:Q"), x2="high:Q")
    height = alt.Step(max(8, 26 // max(len(names), 1)))
    return themed_spec((bars + lines).properties(width=WIDTH, height=height))


def _importance_table(records: RecordSet, title: str, caption: str) -> Table:
    mine = records.shown.filter(lambda r: _is(r, _SHAP) or _is(r, _SHARE))
    return by_source(
        title,
        caption,
        mine,
        lambda r: (_column(r), describe(kind_of(r.metric)).label),
        ("column", "figure"),
        split_columns=False,
    )


def _proxy_spec(records: RecordSet) -> dict[str, Any]:
    import altair as alt

    rows: list[Row] = [{"label": _column(r), "value": r.value, "low": r.low, "high": r.high} for r in records]
    y = alt.Y("label:N", sort=[row["label"] for row in rows], title=None, axis=alt.Axis(labelLimit=160))
    least = min(0.47, *(row["low"] if row["low"] is not None else row["value"] for row in rows))
    scale = alt.Scale(domain=[least, 1], nice=False)
    across = alt.X(
        "value:Q", title=f"{describe(_PROXY).label} (one column alone)", scale=scale, axis=alt.Axis(values=_AUC_TICKS)
    )
    base = chart_of(rows)
    lines = base.mark_rule(color=ACCENT, strokeWidth=1.5).encode(y=y, x=alt.X("low:Q", scale=scale), x2="high:Q")
    marks = base.mark_point(filled=True, size=55, opacity=1, color=ACCENT).encode(y=y, x=across)
    nothing = chart_of([{"x": 0.5}]).mark_rule(strokeDash=[6, 4], color=GREY).encode(x=alt.X("x:Q", scale=scale))
    return themed_spec((nothing + lines + marks).properties(width=WIDTH, height=alt.Step(20)))


def _missing_spec(records: RecordSet) -> dict[str, Any]:
    import altair as alt

    groups = largest_groups(records)
    found = {(_column(r), str(r.group)): r for r in records}
    # A row for each group under a row for its column. Its name stands behind a place of its own, as names come again.
    places: list[str] = []
    rows: list[Row] = []
    for name in dict.fromkeys(map(_column, records)):
        places.append(f"column {len(places)}|{name}")
        for group in groups:
            record = found.get((name, group))
            if record is not None:
                places.append(f"group {len(places)}|{group}")
                small = record.status is Status.SMALL_N
                figures = {"value": record.value, "low": record.low, "high": record.high, "small": small}
                rows.append({"label": places[-1], **figures})
    weight = {"condition": {"test": "datum.value[0] === 'c'", "value": "bold"}, "value": "normal"}
    axis = alt.Axis(
        labelExpr="slice(datum.value, indexof(datum.value, '|') + 1)",
        labelFontWeight=weight,
        labelLimit=170,
        ticks=False,
    )
    base = chart_of(rows).encode(y=alt.Y("label:N", scale=alt.Scale(domain=places), title=None, axis=axis))
    title = "share of rows that are missing"
    across = alt.X("low:Q", title=title, scale=alt.Scale(domainMin=0), axis=alt.Axis(format="%", tickCount=5))
    lines = base.mark_rule(strokeWidth=1.5, color=ACCENT).encode(x=across, x2="high:Q")
    marks = base.mark_point(filled=True, size=55, opacity=1, color=ACCENT, stroke=ACCENT)
    marks = marks.encode(x=alt.X("value:Q", title=title), fillOpacity=hollow_if_small())
    return themed_spec((lines + marks).properties(width=WIDTH, height=alt.Step(16)))
