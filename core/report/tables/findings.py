"""All findings of an audit as a table: each claim with its verdict, size, p-value and what would decide it."""

from __future__ import annotations

from core.audit.display_names import attribute_title, protocol_name, source_name, split_name
from core.audit.figure_text import interval, number
from core.audit.metrics.catalog import describe
from core.audit.records import Record
from core.findings.conclusions import Conclusions
from core.findings.finding import Finding
from core.report.tables.base import Cell, Table

FINDINGS = "All findings"


def finding_table(conclusions: Conclusions) -> Table:
    """Return every finding, in the order of the summary."""
    return Table(
        FINDINGS,
        f"{conclusions.statement} The p-value is corrected for all tests of the report; a count has none. A “fact” "
        "answers no question. Per 1,000: "
        "the size in people per 1,000 of the group that is worse off.",
        (
            "about",
            "attribute",
            "source",
            "measured on",
            "figure",
            "worse off",
            "verdict",
            "n",
            "size",
            "per 1,000",
            "p",
            "why",
            "what would decide it",
        ),
        tuple(_row(one) for one in conclusions.findings),
        labels=7,
    )


def _size(figure: Record) -> str:
    """Return the figure as text: it may be a record's with the other sign, and so no record of the report."""
    return "undefined" if figure.value is None else f"{number(figure.value)} {interval(figure)}".strip()


def _row(finding: Finding) -> tuple[Cell, ...]:
    claim, figure = finding.claim, finding.claim.figure
    if claim.fact:
        return _fact_row(finding)
    return (
        Cell(claim.about),
        Cell(attribute_title(figure.sensitive) if figure.sensitive else "–"),
        Cell(source_name(figure.source)),
        Cell(f"{protocol_name(figure.protocol)}, {split_name(figure.split)}"),
        Cell(describe(figure.metric).label),
        Cell(claim.group or "–"),
        Cell("withheld" if finding.withheld else finding.verdict.value),
        Cell("–" if figure.n is None else f"{figure.n:,}"),
        Cell(_size(figure)),
        Cell("–" if claim.per_1000 is None else f"{claim.per_1000:.0f}"),
        Cell("–" if finding.p is None else number(finding.p)),
        Cell(finding.withheld or finding.reason),
        Cell(claim.would_decide or "–"),
    )


def _fact_row(finding: Finding) -> tuple[Cell, ...]:
    """Return what is stated, without the figure that it only matters for."""
    claim = finding.claim
    source = Cell(source_name(claim.figure.source))
    first = (Cell(claim.about), Cell("–"), source, Cell("–"), Cell("–"), Cell("–"), Cell("fact"))
    return (*first, *(Cell("–") for _ in range(4)), Cell(finding.withheld or finding.sentence), Cell("–"))
