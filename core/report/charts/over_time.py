"""The picture of rates by group over time."""

from __future__ import annotations

from typing import Any, Final

from core.audit.display_names import attribute_title
from core.audit.figure_text import percent
from core.audit.glossary import OVER_TIME
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.report.charts.theme import (
    GROUP_PALETTE,
    GROUP_SHAPES,
    WIDTH,
    Figure,
    about_groups,
    chart_of,
    colour,
    hollow_if_small,
    largest_groups,
    shape,
    themed_spec,
)
from core.report.tables.base import positive_words
from core.report.tables.over_time import rate_table

MAX_DRAWN: Final = 6
"""Models that are drawn; the others are in the table."""


def rates_over_time(records: RecordSet, sensitive: str) -> list[Figure]:
    """Plot selection rates by group over time, a picture for each model; none without periods."""
    mine = records.where(protocol=OVER_TIME, metric="selection_rate", sensitive=sensitive).of_groups
    models = list(dict.fromkeys(one.source for one in mine))[:MAX_DRAWN]
    return [_of_model(records, mine.where(source=name), sensitive, name) for name in models]


def _of_model(records: RecordSet, mine: RecordSet, sensitive: str, name: str) -> Figure:
    return Figure(
        f"Decisions of {name} over time, {attribute_title(sensitive)}",
        f"Each mark is the share of a group's rows of one period that the model decided is {positive_words(mine)}; "
        f"lines are {percent(mine.confidence)} intervals. Lines that draw apart are a growing gap.{about_groups(mine)}",
        _spec(mine),
        rate_table(records.where(source=name), sensitive),
    )


def _spec(mine: RecordSet) -> dict[str, Any]:
    import altair as alt

    groups = largest_groups(mine)
    periods = list(dict.fromkeys(one.split for one in mine))
    rows = [
        {
            "period": one.split,
            "group": one.group,
            "value": one.value,
            "low": one.low,
            "high": one.high,
            "small": one.status is Status.SMALL_N,
        }
        for one in mine
        if one.group in groups and one.value is not None
    ]
    base = chart_of(rows).encode(
        x=alt.X("period:N", sort=periods, title=None, axis=alt.Axis(labelAngle=-45)),
        color=colour("group:N", groups, GROUP_PALETTE),
    )
    up = alt.Y("value:Q", title="share selected", scale=alt.Scale(domainMin=0))
    lines = base.mark_line(strokeWidth=1).encode(y=up)
    bounds = base.mark_rule(strokeWidth=1.5, opacity=0.6).encode(y=alt.Y("low:Q", title="share selected"), y2="high:Q")
    marks = base.mark_point(filled=True, size=55, opacity=1).encode(
        y=up,
        shape=shape("group:N", groups, GROUP_SHAPES),
        stroke=colour("group:N", groups, GROUP_PALETTE),
        fillOpacity=hollow_if_small(),
    )
    return themed_spec((lines + bounds + marks).properties(width=WIDTH, height=220))
