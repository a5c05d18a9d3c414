"""One picture of who gets the favourable outcome: on record, from the original rows, and from the rows made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.audit.figure_text import percent
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.findings.overview import AttributeOverview
from core.findings.stages import ON_RECORD, Stage
from core.report.charts.theme import (
    GROUP_PALETTE,
    PALETTE,
    SHAPES,
    Figure,
    Row,
    chart_of,
    colour,
    largest_groups,
    line_step,
    shape,
    themed_spec,
    visible,
)
from core.report.tables.base import Cell, Table

_WIDTH = 420
_RECORD = (PALETTE["constant"], "diamond")
_MOST = 5
"""Stages of which a group's marks are still told apart; of more, those of models that see the attribute are left to
the table."""
_SEEING = {"original": "triangle-up", "synthetic": "triangle-right"}
_OTHERS = tuple(zip(GROUP_PALETTE, ("triangle-up", "triangle-down", "cross"), strict=False))


def stages_figure(found: AttributeOverview, outcome: str, confidence: float) -> Figure:
    """Plot the rate of each group at each stage, with its interval.

    Args:
        found: The attribute.
        outcome: The favourable outcome as a sentence names it.
        confidence: Level of the intervals.
    """
    return Figure(
        f"Of 100 people, how many get {outcome}, by {found.title}",
        f"Each mark is a group: on record, or as a model decides. Lines are {percent(confidence)} intervals. The "
        "further apart the marks of one kind, the larger the gap between groups.",
        _spec(_drawn(found.stages), outcome),
        _table(found, outcome),
    )


def _drawn(stages: Sequence[Stage]) -> Sequence[Stage]:
    return stages if len(stages) <= _MOST else [one for one in stages if _letter(one) != "A"]


def _letter(stage: Stage) -> str:
    return stage.finding.claim.figure.protocol


def _rates(stages: Sequence[Stage]) -> RecordSet:
    return RecordSet(record for stage in stages for record in stage.rates)


def _spec(stages: Sequence[Stage], outcome: str) -> dict[str, Any]:
    import altair as alt

    groups = visible(largest_groups(_rates(stages)))
    titles = [stage.short for stage in stages]
    rows: list[Row] = [
        {
            "group": groups[str(record.group)],
            "stage": stage.short,
            "value": 100 * (record.value or 0.0),
            "low": 100 * (record.value if record.low is None else record.low or 0.0),
            "high": 100 * (record.value if record.high is None else record.high or 0.0),
        }
        for stage in stages
        for record in stage.rates
        if record.group in groups and record.value is not None
    ]
    looks = [_look(stage, place) for place, stage in enumerate(stages)]
    base = chart_of(rows).encode(
        y=alt.Y("group:N", sort=list(groups.values()), title=None, axis=alt.Axis(labelLimit=160)),
        yOffset=alt.YOffset("stage:N", sort=titles),
        color=colour("stage:N", titles, [look[0] for look in looks]).legend(
            orient="top", columns=1, labelLimit=_WIDTH, title=None
        ),
    )
    axis = f"of 100 people, get {outcome}"
    # An interval that ended where the picture does would look cut off.
    most = max((float(str(row["high"])) for row in rows), default=0.0)
    scale = alt.Scale(domain=[0, 1.04 * most or 1], nice=False)
    across = alt.X("low:Q", title=axis, scale=scale, axis=alt.Axis(tickCount=6))
    lines = base.mark_rule(strokeWidth=2).encode(x=across, x2="high:Q")
    marks = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("value:Q", title=axis), shape=shape("stage:N", titles, [look[1] for look in looks])
    )
    return themed_spec((lines + marks).properties(width=_WIDTH, height=line_step(len(titles), len(groups))))


def _look(stage: Stage, place: int) -> tuple[str, str]:
    """Return colour and shape of a stage: those of its source, triangles where the model sees the attribute."""
    if stage.title == ON_RECORD:
        return _RECORD
    source = stage.finding.claim.figure.source
    if source not in PALETTE:
        return _OTHERS[place % len(_OTHERS)]
    sees = _letter(stage) == "A" and source in _SEEING
    return PALETTE[source], _SEEING[source] if sees else SHAPES[source]


def _table(found: AttributeOverview, outcome: str) -> Table:
    rows = tuple(
        (
            Cell(stage.short),
            Cell(str(record.group)),
            Cell(f"{100 * (record.value or 0.0):.1f}", _interval(record)),
            Cell("" if record.n is None else f"{record.n:,}"),
        )
        for stage in found.stages
        for record in stage.rates
    )
    title = f"Who gets {outcome}, by {found.title}"
    return Table(title, "Rates of groups that are large enough to compare.", ("stage", "group", "of 100", "n"), rows, 2)


def _interval(record: Record) -> str:
    if record.low is None or record.high is None:
        return ""
    return f"[{100 * record.low:.1f}, {100 * record.high:.1f}]"
