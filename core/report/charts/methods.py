"""Plots of several methods: fairness against utility, and cost; all from the records of their runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from core.audit.display_names import attribute_title, protocol_name, status_name
from core.audit.figure_text import number, percent
from core.audit.glossary import source_rank
from core.audit.metrics.catalog import describe
from core.audit.records import Record, Status
from core.report.charts.label_placement import ALIGNS, Place, places
from core.report.charts.theme import (
    ACCENT,
    GREY,
    GROUP_PALETTE,
    PALETTE,
    Figure,
    Row,
    chart_of,
    source_colour,
    source_shape,
    themed_spec,
)
from core.report.tables import methods
from core.report.tables.base import figure_cell
from core.report.tables.method_run import MethodRun
from core.report.tables.methods import CONSTANT, Line

WIDTH, HEIGHT = 700, 420
NARROW = 480  # names are placed for a plane so wide: a phone draws it narrower still, a desk wider
INK = "#1b1f23"
_X, _Y = "accuracy on real test rows, kept aside", "parity ratio (lowest over highest rate)"
_TESTED = {
    "A": "Synthetic rows: a classifier learns from them and sees the sensitive columns. Decisions: the method's own. "
    "All are judged on the same real test rows.",
    "C": "A classifier learns from the method's representation of real train rows and is judged on that of the real "
    "test rows. The original rows and the always-the-same guess are those of a classifier that sees the group.",
}
_READ = (
    "methods whose bars overlap much can differ by chance. Shape and colour say what was measured. Hollow: not "
    "measurably better than an always-the-same guess (degenerate), so neither parity nor a gap means anything. On the "
    "lower edge, with the word undefined: no parity ratio, accuracy only. Grey band or line: the chance limits of the "
    "marks (10th percentile under equal rates); above it a gap may be chance."
)


def plane(runs: Sequence[MethodRun], sensitive: str, protocol: str = "A") -> Figure | None:
    """Plot the parity ratio against accuracy, a mark a method; ``None`` if no run has an accuracy under this protocol.

    Args:
        runs: Those compared; of the same rows.
        sensitive: The attribute.
        protocol: A, or C for representations.
    """
    found = methods.lines(runs, sensitive, protocol)
    drawn = [one for one in found if one.accuracy is not None and one.accuracy.value is not None]
    if not any(one.preset for one in drawn):
        return None
    return Figure(
        f"Fairness against utility, {attribute_title(sensitive)}, {protocol_name(protocol)}",
        f"{_TESTED[protocol]} Right: more accurate. Up: nearer to equal rates (demographic parity ratio, DPR). Bars "
        f"are {percent(runs[0].shown.confidence)} intervals; {_READ}",
        _plane_spec(drawn),
        methods.results_table(runs, sensitive, protocol),
    )


def cost(runs: Sequence[MethodRun]) -> list[Figure]:
    """Plot time and size, a line a method; plots without a mark are left out."""
    table = methods.cost_table(runs)
    spent = _cost_rows(runs, "seconds_learning", "seconds_generating")
    sizes = _cost_rows(runs, "parameters")
    order = methods.labels(runs)
    made = []
    if spent:
        caption = "Further left is quicker. Logarithmic scale: each line is ten times the one before."
        made.append(Figure("Seconds to learn and to generate", caption, _cost_spec(spent, order, "seconds"), table))
    if sizes:
        caption = "Further left is smaller. Logarithmic scale: each line is ten times the one before."
        made.append(Figure("Size of the networks", caption, _cost_spec(sizes, order, "trained parameters"), table))
    return made


# -- the plane -------------------------------------------------------------------------------------------------------


def _plane_spec(drawn: Sequence[Line]) -> dict[str, Any]:
    import altair as alt

    x_domain, y_domain = _domain([one.accuracy for one in drawn], 0.08), _ratio_domain(drawn)
    low, high = y_domain
    # The always-the-same guess mostly has no parity ratio: its name stands beside its line, away from other marks.
    points = [_point(one, low + (high - low) * 0.4 * (one.source == CONSTANT)) for one in drawn]
    tenths = [
        one.chance_limit.value for one in drawn if one.chance_limit is not None and one.chance_limit.value is not None
    ]
    texts = _texts(points, x_domain, y_domain, max(tenths, default=None))
    marks = [point for point in points if point["source"] != CONSTANT or not point["undefined"]]
    names = sorted({str(point["source"]) for point in marks}, key=source_rank)
    x = alt.X("x:Q", title=_X, scale=alt.Scale(domain=x_domain, nice=False), axis=alt.Axis(tickCount=6))
    y = alt.Y("y:Q", title=_Y, scale=alt.Scale(domain=y_domain, nice=False), axis=alt.Axis(tickCount=6))
    base = chart_of(marks).encode(color=source_colour(names))
    shown = ("method", "preset", "makes", "accuracy", "parity ratio", "verdict", "status")
    layers = [
        *_chance([one.chance_limit for one in drawn if one.source != CONSTANT], y),
        *_trivial([point for point in points if point["source"] == CONSTANT], x),
        base.mark_rule(opacity=0.45).encode(x=alt.X("x_low:Q", title=_X), x2="x_high:Q", y=y),
        base.mark_rule(opacity=0.45).encode(x=x, y=alt.Y("y_low:Q", title=_Y), y2="y_high:Q"),
        chart_of([text for text in texts if text["far"]])
        .mark_rule(color=GREY, strokeWidth=0.7)
        .encode(x=x, y=y, x2="text_x:Q", y2="text_y:Q"),
        base.mark_point(filled=True, size=110, opacity=1).encode(
            x=x,
            y=y,
            shape=source_shape(names),
            tooltip=[alt.Tooltip(f"{name}:N") for name in shown],
        ),
        chart_of([mark for mark in marks if mark["hollow"]])
        .mark_point(filled=True, size=36, opacity=1, color="white")
        .encode(x=x, y=y, shape=source_shape(names)),
        *(
            chart_of(mine)
            .mark_text(align=align, baseline="middle", color=INK, fontSize=12)
            .encode(x=alt.X("text_x:Q", title=_X), y=alt.Y("text_y:Q", title=_Y), text="label:N")
            for align in ALIGNS
            if (mine := [text for text in texts if text["align"] == align])
        ),
    ]
    return themed_spec(alt.layer(*layers).properties(width=WIDTH, height=HEIGHT))


def _point(one: Line, floor: float) -> Row:
    accuracy, ratio = one.accuracy, one.ratio
    assert accuracy is not None  # noqa: S101  # lines without one are not drawn
    undefined = ratio is None or ratio.value is None
    return {
        "label": _named(one, undefined=undefined),
        "method": one.label,
        "preset": one.preset or "–",
        "makes": one.makes or "–",
        "source": one.source,
        "x": accuracy.value,
        "x_low": accuracy.low,
        "x_high": accuracy.high,
        "y": floor if ratio is None or ratio.value is None else ratio.value,
        "y_low": None if ratio is None else ratio.low,
        "y_high": None if ratio is None else ratio.high,
        "accuracy": figure_cell(accuracy).plain(),
        "parity ratio": figure_cell(ratio).plain(),
        "verdict": one.verdict[0],
        "status": status_name(Status.DEGENERATE) if one.is_degenerate else "ok",
        "hollow": one.is_degenerate or undefined,
        "undefined": undefined,
    }


def _named(one: Line, *, undefined: bool) -> str:
    """Return the name beside a mark, with a warning if there is one."""
    words = [
        word
        for word, said in (("ratio undefined", undefined), (status_name(Status.DEGENERATE), one.is_degenerate))
        if said
    ]
    return f"{one.label} ({', '.join(words)})" if words and one.source != CONSTANT else one.label


def _texts(
    points: Sequence[Row], x_domain: tuple[float, float], y_domain: tuple[float, float], band: float | None
) -> list[Row]:
    """Return the names with their places, in the units of the axes, so that a narrower plane keeps them together."""
    wide, high = x_domain[1] - x_domain[0], y_domain[1] - y_domain[0]

    def across(x: float) -> float:
        return (x - x_domain[0]) / wide * NARROW

    def down(y: float) -> float:
        return (y_domain[1] - y) / high * HEIGHT

    pixels = [(across(point["x"]), down(point["y"])) for point in points]
    bars = [
        (across(p["x_low"]), y - 1, across(p["x_high"]), y + 1)
        for p, (_, y) in zip(points, pixels, strict=True)
        if None not in (p["x_low"], p["x_high"])
    ] + [
        (x - 1, down(p["y_high"]), x + 1, down(p["y_low"]))
        for p, (x, _) in zip(points, pixels, strict=True)
        if None not in (p["y_low"], p["y_high"])
    ]
    if band is not None:  # its words stand over its left end
        bars.append((0.0, down(band) - 16, 200.0, down(band)))
    found = places(pixels, [point["label"] for point in points], NARROW, HEIGHT, bars)

    def placed(point: Row, place: Place) -> Row:
        return {
            "label": point["label"],
            "x": point["x"],
            "y": point["y"],
            "text_x": x_domain[0] + place.x / NARROW * wide,
            "text_y": y_domain[1] - place.y / HEIGHT * high,
            "align": place.align,
            "far": place.far,
        }

    return [placed(point, place) for point, place in zip(points, found, strict=True)]


def _domain(found: Sequence[Record | None], room: float) -> tuple[float, float]:
    """Return the range from the lowest bound to the highest, with a margin."""
    ends = [end for one in found if one is not None for end in (one.value, one.low, one.high) if end is not None]
    spread = max(max(ends) - min(ends), 0.02)
    return max(min(ends) - room * spread, 0.0), min(max(ends) + room * spread, 1.0)


def _ratio_domain(drawn: Sequence[Line]) -> tuple[float, float]:
    """Return the range from a tenth below the lowest bound to just over 1, so that a mark at parity is whole."""
    ratios = [one.ratio for one in drawn if one.ratio is not None] + [
        one.chance_limit for one in drawn if one.chance_limit
    ]
    ends = [end for one in ratios for end in (one.value, one.low) if end is not None]
    return max(int(min(ends, default=0.0) * 10 - 0.5) / 10, 0.0), 1.02


def _chance(found: Sequence[Record | None], y: Any) -> list[Any]:
    """Return the layers of the chance limits: a band from the lowest to the highest, or a line if they are equal."""
    import altair as alt

    tenths = [one.value for one in found if one is not None and one.value is not None]
    if not tenths:
        return []
    low, high = min(tenths), max(tenths)
    words = number(low) if low == high else f"{number(low)} to {number(high)}"
    base = chart_of(
        [{"y": low, "high": high, "text": f"{describe('demographic_parity_ratio_null_p10').label}: {words}"}]
    )
    label = base.mark_text(align="left", baseline="bottom", dx=4, dy=-2, color="#555555", fontSize=11)
    drawn = base.mark_rule(strokeDash=[2, 3], color=INK).encode(y=y)
    if low < high:
        drawn = base.mark_rect(color="#D9D9D9", opacity=0.7).encode(y=y, y2="high:Q")
    return [drawn, label.encode(x=alt.value(0), y=alt.Y("high:Q", title=_Y), text="text:N")]


def _trivial(points: list[Row], x: Any) -> list[Any]:
    """Return the accuracy of the always-the-same guess as an upright line."""
    return [chart_of(points).mark_rule(strokeDash=[6, 4], color=PALETTE[CONSTANT]).encode(x=x)] if points else []


# -- time and size ---------------------------------------------------------------------------------------------------


def _cost_rows(runs: Sequence[MethodRun], *metrics: str) -> list[Row]:
    """Return the figures that exist; a logarithmic scale has no place for 0."""
    return [
        {"method": label, "value": found.value, "what": describe(metric).label, "text": figure_cell(found).text}
        for label, run in zip(methods.labels(runs), runs, strict=True)
        for metric in metrics
        if (found := methods.product_figure(run, metric)) is not None and found.value
    ]


def _cost_spec(rows: list[Row], order: list[str], title: str) -> dict[str, Any]:
    import altair as alt

    kinds = list(dict.fromkeys(str(row["what"]) for row in rows))
    several = len(kinds) > 1
    ends = [math.log10(row["value"]) for row in rows]
    powers = [10.0**power for power in range(math.floor(min(ends)), math.ceil(max(ends)) + 1)]
    scale = alt.Scale(type="log", domain=[powers[0], max(powers[-1], powers[0] * 10)], nice=False)
    form = "~g" if powers[-1] < 1e5 else "~s"
    domain = alt.Scale(domain=kinds, range=[ACCENT, GROUP_PALETTE[0]][: len(kinds)])
    shapes = alt.Scale(domain=kinds, range=["circle", "diamond"][: len(kinds)])
    chart = chart_of(rows).mark_point(filled=True, size=90, opacity=1)
    return themed_spec(
        chart.encode(
            x=alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(values=powers, format=form)),
            y=alt.Y("method:N", sort=order, title=None, axis=alt.Axis(labelLimit=180, grid=True)),
            color=alt.Color("what:N", scale=domain, title=None, legend=alt.Legend() if several else None),
            shape=alt.Shape("what:N", scale=shapes, title=None, legend=alt.Legend() if several else None),
            tooltip=["method:N", "what:N", "text:N"],
        ).properties(width=360, height=alt.Step(26))
    )
