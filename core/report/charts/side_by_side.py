"""One fairness criterion of several runs that were measured on the same rows, a picture an attribute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from core.audit.display_names import attribute_title, protocol_name, source_name
from core.audit.figure_text import percent
from core.audit.glossary import MODEL, source_rank
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import ODDS_DIFFERENCE, ODDS_RATIO, PARITY_DIFFERENCE, PARITY_RATIO
from core.audit.records import Record
from core.report.charts.theme import WIDTH, Figure, Row, chart_of, line_step, source_colour, source_shape, themed_spec
from core.report.tables.base import CLASSIFIER_HEADS, Cell, Table, figure_cell
from core.report.tables.method_run import MethodRun

CRITERIA: Final = (PARITY_DIFFERENCE, PARITY_RATIO, ODDS_DIFFERENCE, ODDS_RATIO)
_RATIOS: Final = (PARITY_RATIO, ODDS_RATIO)
_PROTOCOLS: Final = ("A", MODEL)


def criteria(runs: Sequence[MethodRun]) -> list[str]:
    """Return the criteria of which a run has a figure, the usual one first."""
    return [metric for metric in CRITERIA if any(any(_found(runs, metric, name)) for name in _attributes(runs))]


def criterion_figures(runs: Sequence[MethodRun], metric: str) -> list[Figure]:
    """Plot a criterion for each attribute: a line a run, a mark for each of its sources.

    Args:
        runs: Runs that were measured on the same rows.
        metric: One of :data:`CRITERIA`.
    """
    drawn = [(name, list(_found(runs, metric, name))) for name in _attributes(runs)]
    return [_figure(runs, metric, name, found) for name, found in drawn if found]


def _attributes(runs: Sequence[MethodRun]) -> list[str]:
    return list(dict.fromkeys(name for run in runs for name in run.shown.attributes))


def _found(runs: Sequence[MethodRun], metric: str, sensitive: str) -> Iterator[tuple[MethodRun, Record]]:
    """Yield each defined figure with its run, in the order of the runs."""
    for run in runs:
        for source in run.conclusions.evidence.compared:
            for protocol in _PROTOCOLS:
                record = run.shown.at(metric, source=source, protocol=protocol, sensitive=sensitive)
                if record is not None and record.value is not None:
                    yield run, record


def _figure(
    runs: Sequence[MethodRun], metric: str, sensitive: str, found: Sequence[tuple[MethodRun, Record]]
) -> Figure:
    label = describe(metric).label
    best = "Right: nearer to equal treatment; 1 is parity" if metric in _RATIOS else "Left: nearer to equal treatment"
    return Figure(
        f"{label[0].upper()}{label[1:]} of each run, {attribute_title(sensitive)}",
        f"{best}. {describe(metric).sentence} Lines are {percent(runs[0].shown.confidence)} intervals. All runs were "
        "measured on the same rows; a model that learns from each source sees the sensitive columns.",
        _spec(metric, found),
        _table(metric, sensitive, found),
    )


def _spec(metric: str, found: Sequence[tuple[MethodRun, Record]]) -> dict[str, Any]:
    import altair as alt

    rows: list[Row] = [
        {"run": run.title, "source": one.source, "value": one.value, "low": one.low, "high": one.high}
        for run, one in found
    ]
    runs = list(dict.fromkeys(str(row["run"]) for row in rows))
    names = sorted({str(row["source"]) for row in rows}, key=source_rank)
    scale = alt.Scale(domain=[0, 1]) if metric in _RATIOS else alt.Scale(domainMin=0)
    base = chart_of(rows).encode(
        y=alt.Y("run:N", sort=runs, title=None, axis=alt.Axis(labelLimit=150)),
        yOffset=alt.YOffset("source:N", sort=names),
        color=source_colour(names),
    )
    axis = alt.Axis(tickCount=6)
    lines = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title=describe(metric).label, scale=scale, axis=axis), x2="high:Q"
    )
    marks = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("value:Q", title=describe(metric).label), shape=source_shape(names)
    )
    return themed_spec((lines + marks).properties(width=WIDTH, height=line_step(len(names), len(runs))))


def _table(metric: str, sensitive: str, found: Sequence[tuple[MethodRun, Record]]) -> Table:
    rows = tuple(
        (Cell(run.title), Cell(protocol_name(one.protocol)), Cell(source_name(one.source)), figure_cell(one))
        for run, one in found
    )
    return Table(
        f"{describe(metric).label}, {attribute_title(sensitive)}",
        f"Brackets: {percent(found[0][0].shown.confidence)} interval.",
        ("run", *CLASSIFIER_HEADS, describe(metric).label),
        rows,
        labels=3,
    )
