"""Plots of rates and of fairness against utility, each with a title, a caption and its table."""

from __future__ import annotations

from typing import Any

from core.audit.display_names import attribute_title, protocol_name, source_name
from core.audit.figure_text import percent
from core.audit.glossary import MODEL, source_rank
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import ACCURACY, BALANCED_ACCURACY, CHANCE_LIMIT, PARITY_RATIO
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.report.charts.theme import (
    PALETTE,
    WIDTH,
    Figure,
    Row,
    about_groups,
    chart_of,
    hollow_if_small,
    largest_groups,
    line_step,
    source_colour,
    source_shape,
    source_stroke,
    themed_spec,
    visible,
)
from core.report.tables.base import base_rate_table, fairness_table, group_table, positive_words

# Whose chance limits are drawn, and how, so that they are told apart without colour.
_LIMIT_DASHES = {"original": [2, 3], "synthetic": [8, 3, 2, 3]}


def figures(records: RecordSet) -> list[Figure]:
    """Return all pictures that these records allow.

    Args:
        records: Those shown, of one polarity.
    """
    found: list[Figure | None] = []
    for sensitive in records.attributes:
        found += [base_rates(records, sensitive), *of_classifiers(records, sensitive)]
    return [figure for figure in found if figure is not None]


def of_classifiers(records: RecordSet, sensitive: str) -> list[Figure]:
    """Return the pictures of what classifiers make of the rows, for one attribute."""
    found = [selection_rates(records, sensitive, protocol) for protocol in ("A", "B", MODEL)]
    return [*(figure for figure in found if figure is not None), *planes(records, sensitive)]


def base_rates(records: RecordSet, sensitive: str) -> Figure | None:
    """Plot base rates by group; ``None`` if there are none."""
    mine = _first_split(records.where(metric="base_rate", protocol="data", sensitive=sensitive))
    if not mine:
        return None
    return Figure(
        f"Share with {positive_words(mine)} by group, {attribute_title(sensitive)}",
        f"Each mark is the share of a group's rows with {positive_words(mine)} (base rate); lines are "
        f"{percent(mine.confidence)} intervals. The further apart the groups of one source, the larger the gap in the "
        f"data.{about_groups(mine)}",
        rates_spec(mine, f"share with {positive_words(mine)}"),
        base_rate_table(records, sensitive),
    )


def selection_rates(records: RecordSet, sensitive: str, protocol: str) -> Figure | None:
    """Plot selection rates by group under one protocol; ``None`` if there are none."""
    mine = records.where(metric="selection_rate", protocol=protocol, sensitive=sensitive).without(source="constant")
    if not mine:
        return None
    own = " Decisions are the method's own, not a classifier's." if any(r.source == "decisions" for r in mine) else ""
    whose = (
        f"that a model decided is {positive_words(mine)}"
        if protocol == MODEL
        else f"kept aside, that a classifier trained on the source's rows predicts as {positive_words(mine)}"
    )
    rows = "rows" if protocol == MODEL else "real test rows,"
    return Figure(
        f"Share predicted {positive_words(mine)} by group, {attribute_title(sensitive)}, {protocol_name(protocol)}",
        f"Each mark is the share of a group's {rows} {whose} (selection rate). Lines are {percent(mine.confidence)} "
        f"intervals.{own}{about_groups(mine)}",
        rates_spec(mine, f"share predicted {positive_words(mine)}"),
        group_table(records, protocol, sensitive),
    )


def planes(records: RecordSet, sensitive: str) -> list[Figure]:
    """Plot fairness against utility for one attribute, in every way that there are figures of."""
    wanted = (("A", ACCURACY), ("A", BALANCED_ACCURACY), ("B", ACCURACY))
    found = (plane(records, sensitive, protocol, utility) for protocol, utility in wanted)
    return [figure for figure in found if figure is not None]


def plane(records: RecordSet, sensitive: str, protocol: str, utility: str) -> Figure | None:
    """Plot fairness against utility: ``utility`` across, the parity ratio up; ``None`` if no source has both."""
    points = []
    limits = []
    for source in records.sources:
        ratio = records.at(PARITY_RATIO, source=source, protocol=protocol, sensitive=sensitive)
        useful = records.at(utility, source=source, protocol=protocol)
        if ratio is None or useful is None or ratio.value is None or useful.value is None:
            continue
        points.append(_point(source, ratio, useful))
        limit = records.at(CHANCE_LIMIT, source=source, protocol=protocol, sensitive=sensitive)
        if source in _LIMIT_DASHES and limit is not None and limit.value is not None:
            limits.append({"y": limit.value, "source": source})
    constant = records.at(utility, source="constant", protocol=protocol)
    if not points:
        return None
    return Figure(
        f"Fairness against {describe(utility).label}, {attribute_title(sensitive)}, {protocol_name(protocol)}",
        f"Right: a higher {describe(utility).label}. Up: nearer to equal rates (demographic parity ratio, DPR). "
        f"Crossed lines are {percent(records.confidence)} intervals. Level lines are chance limits, dotted for the "
        "original and dash-dotted for the synthetic source; above one a gap may be chance. Grey dashes: an "
        "always-the-same guess, whose parity ratio is mostly undefined; parity beside or left of it is trivial.",
        _plane_spec(points, limits, constant, utility),
        fairness_table(records, sensitive),
    )


def rates_spec(records: RecordSet, axis: str) -> dict[str, Any]:
    """Return marks with intervals by group, sources side by side.

    Args:
        records: One for each group and source.
        axis: What the marks are.
    """
    import altair as alt

    groups = visible(largest_groups(records))
    rows = [
        {
            "group": groups[str(r.group)],
            "value": r.value,
            "low": r.low,
            "high": r.high,
            "source": r.source,
            "small": r.status is Status.SMALL_N,
        }
        for r in sorted(records, key=lambda r: source_rank(r.source))
        if r.group in groups and r.value is not None
    ]
    names = list(dict.fromkeys(str(row["source"]) for row in rows))
    base = chart_of(rows).encode(
        y=alt.Y("group:N", sort=list(groups.values()), title=None, axis=alt.Axis(labelLimit=140)),
        yOffset=alt.YOffset("source:N", sort=names),
        color=source_colour(names),
    )
    across = alt.X("low:Q", title=axis, scale=alt.Scale(domainMin=0), axis=alt.Axis(tickCount=6))
    lines = base.mark_rule(strokeWidth=1.5).encode(x=across, x2="high:Q")
    marks = base.mark_point(filled=True, size=55, opacity=1).encode(
        x=alt.X("value:Q", title=axis),
        shape=source_shape(names),
        stroke=source_stroke(names),
        fillOpacity=hollow_if_small(),
    )
    return themed_spec((lines + marks).properties(width=WIDTH, height=line_step(len(names), len(groups))))


def _plane_spec(points: list[Row], limits: list[Row], constant: Record | None, utility: str) -> dict[str, Any]:
    import altair as alt

    names = [point["source"] for point in points]
    x_title, y_title = describe(utility).label, "parity ratio (lowest over highest rate)"
    base = chart_of(points).encode(color=source_colour(names))
    ends = [end for point in points for end in (point["y"], point["y_low"]) if end is not None]
    ends += [limit["y"] for limit in limits]
    lowest = max(int(min(ends) * 10 - 0.5) / 10, 0.0)
    x = alt.X("x:Q", title=x_title, scale=alt.Scale(zero=False, padding=12), axis=alt.Axis(tickCount=6))
    y = alt.Y("y:Q", title=y_title, scale=alt.Scale(domain=[lowest, 1.02], nice=False), axis=alt.Axis(tickCount=6))
    layers = [
        base.mark_rule().encode(x=alt.X("x_low:Q", title=x_title), x2="x_high:Q", y=y),
        base.mark_rule().encode(x=x, y=alt.Y("y_low:Q", title=y_title), y2="y_high:Q"),
        base.mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, shape=source_shape(names)),
    ]
    if limits:
        scale = alt.Scale(domain=list(_LIMIT_DASHES), range=list(_LIMIT_DASHES.values()))
        dash = alt.StrokeDash("source:N", scale=scale, title=None, legend=None)
        layers.append(chart_of(limits).mark_rule().encode(y="y:Q", color=source_colour(names), strokeDash=dash))
    if constant is not None and constant.value is not None:
        trivial = chart_of([{"x": constant.value, "text": source_name("constant")}])
        layers.append(trivial.mark_rule(strokeDash=[6, 4], color=PALETTE["constant"]).encode(x="x:Q"))
        label = trivial.mark_text(align="left", baseline="bottom", dx=4, dy=-3, color="#555555")
        layers.append(label.encode(x="x:Q", y=alt.value("height"), text="text:N"))
    return themed_spec(alt.layer(*layers).properties(width=WIDTH, height=260))


def _point(source: str, ratio: Record, useful: Record) -> Row:
    return {
        "x": useful.value,
        "x_low": useful.low,
        "x_high": useful.high,
        "y": ratio.value,
        "y_low": ratio.low,
        "y_high": ratio.high,
        "source": source,
    }


def _first_split(records: RecordSet) -> RecordSet:
    """Return for each source the records of one split: all rows, else train rows before others."""
    chosen: dict[str, str] = {}
    for record in records:
        if record.source not in chosen or record.split == "train":
            chosen[record.source] = record.split
    return records.filter(lambda record: record.split == chosen[record.source])
