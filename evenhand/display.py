"""The headline table of a result: a verdict for each attribute and source, with its metrics."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from core.audit.display_names import attribute_title, source_name
from core.audit.figure_text import interval, number, percent
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.findings.conclusions import Conclusions
from core.findings.finding import VerdictKind
from core.findings.rate_verdicts import Verdict, measured_on, rate_verdicts
from core.synthesis.base import ENCODERS

HEADER = ("attribute", "source", "measured on", "verdict", "parity difference", "parity ratio", "accuracy")
_COLORS = {VerdictKind.GAP: "#D55E00", VerdictKind.NO_GAP: "#0072B2", VerdictKind.UNDECIDED: "#666666"}
_CAPTION = (
    "Parity difference and ratio: highest minus lowest rate of the favourable outcome, and lowest over highest, with "
    "{level} intervals. The verdict rests on the difference, and no verdict says “fair”."
)
_CELL = "padding:.25em .8em .25em 0;text-align:left;vertical-align:top"


class Row(NamedTuple):
    """One row of the table: its cells as text, and its verdict."""

    cells: tuple[str, ...]
    verdict: VerdictKind


def rows(conclusions: Conclusions) -> list[Row]:
    """Return a row for each verdict on the data and under protocols A to C."""
    return list(_rows(conclusions))


def _rows(conclusions: Conclusions) -> Iterator[Row]:
    for verdict in rate_verdicts(conclusions):
        if verdict.source not in ENCODERS:
            yield Row(_cells(conclusions.records, verdict), verdict.kind)


def _cells(shown: RecordSet, verdict: Verdict) -> tuple[str, ...]:
    accuracy = shown.at("accuracy", source=verdict.source, protocol=verdict.protocol)
    return (
        attribute_title(verdict.sensitive),
        source_name(verdict.source),
        measured_on(verdict.difference),
        verdict.word,
        _figure(verdict.difference),
        "–" if verdict.ratio is None else _figure(verdict.ratio),
        "" if accuracy is None else _figure(accuracy),
    )


def _figure(record: Record) -> str:
    return "undefined" if record.value is None else f"{number(record.value)} {interval(record)}".strip()


def as_text(found: Sequence[Row], title: str) -> str:
    """Format the rows as a table for a terminal."""
    from rich.console import Console
    from rich.markup import escape as plain
    from rich.table import Table

    grid = Table(title=plain(title), title_justify="left", title_style="bold", box=None)
    for head in HEADER:
        grid.add_column(head)
    for row in found:
        grid.add_row(*map(plain, row.cells))
    console = Console(file=io.StringIO(), width=132, color_system=None)
    with console.capture() as captured:
        console.print(grid)
    return "\n".join(line.rstrip() for line in captured.get().rstrip().splitlines())


def as_html(found: Sequence[Row], title: str, confidence: float) -> str:
    """Format the rows as an HTML table. All text is escaped."""
    caption = _CAPTION.format(level=percent(confidence))
    heads = "".join(f'<th style="{_CELL};border-bottom:1px solid #999">{escape(head)}</th>' for head in HEADER)
    body = "".join(f"<tr>{''.join(_td(row, place) for place in range(len(HEADER)))}</tr>" for row in found)
    return (
        f'<div><p style="font-weight:600;margin:.3em 0">{escape(title)}</p>'
        f'<table style="border-collapse:collapse"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'
        f'<p style="font-size:.85em;max-width:60em;margin:.3em 0">{escape(caption)}</p></div>'
    )


def _td(row: Row, place: int) -> str:
    color = f";font-weight:600;color:{_COLORS[row.verdict]}" if HEADER[place] == "verdict" else ""
    return f'<td style="{_CELL}{color}">{escape(row.cells[place])}</td>'
