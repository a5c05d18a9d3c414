"""The search for a repair level: fairness against accuracy on validation rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.audit import display_names, repair_level
from core.audit.display_names import attribute_title, protocol_name
from core.audit.figure_text import number, percent
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import CHANCE_LIMIT
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.audit.repair_level import Candidate, Goal, candidates, goal_of, parity_metric, source_name
from core.report.charts.theme import (
    ACCENT,
    GREY,
    GROUP_PALETTE,
    PALETTE,
    WIDTH,
    Figure,
    Row,
    chart_of,
    colour,
    shape,
    themed_spec,
)
from core.report.tables.base import UTILITY, Cell, Table, count_cell, figure_cell, interval_caption

TITLE, TRIED = "Trade-off", "Amounts of repair tried"
CHOSEN, MEETS, BELOW, NOTHING = "chosen", "meets target", "misses target", "no better than guessing"
_MARKS = {
    CHOSEN: (ACCENT, "square"),
    MEETS: (GROUP_PALETTE[1], "circle"),
    BELOW: (GROUP_PALETTE[0], "triangle-down"),
    NOTHING: (PALETTE["constant"], "cross"),
}
INK = "#1b1f23"


def reason(records: RecordSet) -> str:
    """Return why the repair level was chosen, in sentences; empty without a search."""
    chosen = _search_record(records, repair_level.CHOSEN)
    return "" if chosen is None else chosen.note


def choice_table(records: RecordSet) -> Table:
    """Return the target and the repair level that was chosen."""
    own = [
        found
        for metric in (repair_level.TARGET, repair_level.TOLERANCE, repair_level.CHOSEN)
        if (found := _search_record(records, metric)) is not None
    ]
    return Table(
        "Target and amount of outcome repair",
        "The parity ratio or the difference of rates that was asked for, and the amount of repair (repair level) of "
        "the synthetic rows.",
        ("figure", "synthetic"),
        tuple((Cell(describe(record.metric).label), replace(figure_cell(record), note="")) for record in own),
    )


def table(records: RecordSet) -> Table:
    """Return every repair level that was tried, under protocols A and B, and the constant predictor."""
    mine = records.where(protocol=tuple(repair_level.PROTOCOLS.values()))
    names = list(dict.fromkeys(record.sensitive for record in mine if record.sensitive is not None))
    metrics = [name for name in (parity_metric(records), CHANCE_LIMIT) if mine.first(metric=name) is not None]
    heads = [head for name in names for head in _parity_heads(metrics, name, alone=len(names) == 1)]
    rows = []
    for letter, protocol in repair_level.PROTOCOLS.items():
        found = mine.where(protocol=protocol).by("source", "metric", "sensitive")
        changed = {r.source: r for r in mine.where(metric="labels_changed")} if letter == "A" else {}
        words = _choices(records, protocol)
        for source in sorted({str(source) for source, _, _ in found} - {"synthetic"}, key=_by_amount):
            cells = [figure_cell(found.get((source, metric, None))) for metric in UTILITY]
            for name in names:
                cells += [figure_cell(found.get((source, metric, name))) for metric in metrics]
            named = (Cell(protocol_name(letter)), Cell(display_names.source_name(source)), Cell(words.get(source, "–")))
            rows.append(
                (*named, count_cell(found.get((source, "accuracy", None))), *cells, figure_cell(changed.get(source)))
            )
    return Table(
        TRIED,
        "Classifiers are trained on rows of each amount of repair (repair level) and tested on validation rows, drawn "
        "from the train rows. Figures are means over draws. A parity ratio above the chance limit may be chance. "
        f"{interval_caption(mine)}",
        (
            "test setup",
            "source",
            "choice",
            "n",
            *(describe(metric).label for metric in UTILITY),
            *heads,
            describe("labels_changed").label,
        ),
        tuple(rows),
        labels=2,
    )


def plane(records: RecordSet, letter: str = "A") -> Figure | None:
    """Plot the worst parity figure of any attribute against accuracy, under A or B; ``None`` without a search."""
    protocol = repair_level.PROTOCOLS[letter]
    tried = [one for one in candidates(records, protocol) if one.parity is not None]
    goal = goal_of(records)
    if goal is None or not tried:
        return None
    words = _choices(records, protocol)
    points = [_point(one, words[source_name(one.repair_level)]) for one in tried]
    constant = records.first(source="constant", metric="accuracy", protocol=protocol)
    return Figure(
        f"Parity against accuracy on validation rows, {protocol_name(letter)}",
        "Each mark is one amount of outcome repair (repair level). Right: more accurate. "
        f"{'Up' if goal.is_ratio else 'Down'}: nearer to equal rates. The {describe(goal.metric).label} ({goal.name}) "
        f"is the worst of any attribute. Crossed lines are {percent(records.confidence)} intervals; marks whose lines "
        f"overlap much can differ by chance. Solid level line: {'the target' if goal.is_ratio else 'what suffices'}. "
        f"{'Dotted: the chance limit; above it a gap may be chance. ' if goal.is_ratio else ''}"
        "Grey: an always-the-same guess.",
        _spec(points, goal, _chance_limit(tried, records), constant),
        table(records),
    )


def _parity_heads(metrics: Sequence[str], name: str, *, alone: bool) -> list[str]:
    end = "" if alone else f", {attribute_title(name)}"
    return [f"{describe(metric).label}{end}" for metric in metrics]


def _choices(records: RecordSet, protocol: str) -> dict[str, str]:
    """Return the result of each repair level, by source."""
    goal, chosen = goal_of(records), _search_record(records, repair_level.CHOSEN)
    if goal is None or chosen is None or chosen.value is None:
        return {}
    found = {}
    for one in candidates(records, protocol):
        word = MEETS if one.meets(goal) else BELOW if one.usable else NOTHING
        found[source_name(one.repair_level)] = CHOSEN if one.repair_level == chosen.value else word
    return found


def _chance_limit(tried: Sequence[Candidate], records: RecordSet) -> float | None:
    """Return the chance limit at the chosen repair level, or at the highest."""
    chosen = _search_record(records, repair_level.CHOSEN)
    level = None if chosen is None else chosen.value
    one = next((one for one in tried if one.repair_level == level), tried[-1])
    return None if one.null_p10 is None else one.null_p10.value


def _search_record(records: RecordSet, metric: str) -> Record | None:
    return records.first(protocol=repair_level.PROTOCOL, metric=metric)


def _by_amount(source: str) -> tuple[bool, str]:
    """Return the sort key: the constant first, then the repair levels by name."""
    return source != "constant", source


def _point(one: Candidate, word: str) -> Row:
    parity = one.parity or one.accuracy
    return {
        "x": one.accuracy.value,
        "x_low": one.accuracy.low,
        "x_high": one.accuracy.high,
        "y": parity.value,
        "y_low": parity.low,
        "y_high": parity.high,
        "repair_level": one.repair_level,
        "choice": NOTHING if one.accuracy.status is Status.DEGENERATE and word != CHOSEN else word,
    }


def _spec(points: list[Row], goal: Goal, chance_limit: float | None, constant: Record | None) -> dict[str, Any]:
    import altair as alt

    names = [name for name in _MARKS if any(point["choice"] == name for point in points)]
    coloured = colour("choice:N", names, [_MARKS[name][0] for name in names])
    shapes = shape("choice:N", names, [_MARKS[name][1] for name in names])
    domain = _domain(points, goal, chance_limit)
    x_title = "accuracy"
    y_title = "parity ratio (lowest over highest rate)" if goal.is_ratio else describe(goal.metric).label
    x = alt.X("x:Q", title=x_title, scale=alt.Scale(zero=False, padding=12), axis=alt.Axis(tickCount=6))
    y = alt.Y("y:Q", title=y_title, scale=alt.Scale(domain=domain), axis=alt.Axis(tickCount=5))
    base = chart_of(points).encode(color=coloured)
    level = chart_of([{"y": goal.value, "text": f"{'target' if goal.is_ratio else 'suffices'} {goal.value:g}"}])
    layers = [
        level.mark_rule(color=INK, strokeWidth=1.5).encode(y=y),
        chart_of(points).mark_line(color=GREY, strokeWidth=1).encode(x=x, y=y, order="repair_level:Q"),
        base.mark_rule(opacity=0.4).encode(x=alt.X("x_low:Q", title=x_title), x2="x_high:Q", y=y),
        base.mark_rule(opacity=0.4).encode(x=x, y=alt.Y("y_low:Q", title=y_title), y2="y_high:Q"),
        base.mark_point(filled=True, size=80, opacity=1).encode(x=x, y=y, shape=shapes),
        chart_of(_labelled(points, domain))
        .mark_text(dx=6, dy=-9, align="left", color=INK)
        .encode(x=x, y=y, text="repair_level:N"),
        level.mark_text(align="left", baseline="bottom", dx=2, dy=-3, color=INK).encode(
            x=alt.value(0), y=y, text="text:N"
        ),
    ]
    if chance_limit is not None:
        layers.append(chart_of([{"y": chance_limit}]).mark_rule(strokeDash=[2, 3], color=INK).encode(y=y))
    if constant is not None and constant.value is not None:
        layers += _constant_layers(constant.value, points)
    return themed_spec(alt.layer(*layers).properties(width=WIDTH, height=260))


def _domain(points: list[Row], goal: Goal, chance_limit: float | None) -> tuple[float, float]:
    """Return the ends of the parity axis: up to 1 for ratios, from 0 for differences."""
    if not goal.is_ratio:
        return 0.0, max([goal.value, *(point["y_high"] or point["y"] for point in points)])
    least = min([goal.value, chance_limit or 1.0, *(point["y_low"] or point["y"] for point in points)])
    return max(int(least * 10) / 10, 0.0), 1.0


def _labelled(points: Sequence[Row], domain: tuple[float, float]) -> list[Row]:
    """Return the marks that get a label. The chosen one and the ends come first; others need distance from those."""
    wide, high = _span(points), domain[1] - domain[0]
    order = sorted(range(len(points)), key=lambda at: (points[at]["choice"] != CHOSEN, 0 < at < len(points) - 1, at))
    kept: list[Row] = []
    for point in (points[at] for at in order):
        if all(abs(point["x"] - k["x"]) > 0.1 * wide or abs(point["y"] - k["y"]) > 0.08 * high for k in kept):
            kept.append(point)
    return kept


def _span(points: Sequence[Row]) -> float:
    """Return the spread of accuracy, intervals included."""
    ends = [point[name] for point in points for name in ("x", "x_low", "x_high") if point[name] is not None]
    return float(max(max(ends) - min(ends), 1e-6))


def _constant_layers(accuracy: float, points: Sequence[Row]) -> list[Any]:
    """Draw the constant predictor as an upright line; if that would squeeze the marks, its figure at the left edge."""
    import altair as alt

    words = display_names.source_name("constant")
    far = accuracy < min(point["x_low"] or point["x"] for point in points) - _span(points)
    row = {"x": accuracy, "text": f"{words}: {number(accuracy)}, far left" if far else words}
    label = chart_of([row]).mark_text(align="left", baseline="bottom", dx=4, dy=-3, color="#555555")
    if far:
        return [label.encode(x=alt.value(0), y=alt.value("height"), text="text:N")]
    line = chart_of([row]).mark_rule(strokeDash=[6, 4], color=PALETTE["constant"])
    return [line.encode(x="x:Q"), label.encode(x="x:Q", y=alt.value("height"), text="text:N")]
