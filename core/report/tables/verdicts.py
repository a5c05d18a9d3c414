"""The verdicts on equal rates as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.audit.display_names import attribute_title, source_name
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import PARITY_DIFFERENCE, PARITY_RATIO
from core.findings.rate_verdicts import VERDICTS, Verdict, measured_on
from core.report.tables.base import Cell, Table, count_cell, figure_cell

HOW_TO_READ = (
    "Parity difference: the highest rate of any group minus the lowest (demographic parity difference, DPD); 0 is "
    "parity. “Gap found”: chance does not give such a difference, after correction for all tests of the report. “No "
    "gap beyond the margin”: its whole interval is below the margin; that is no proof of equal treatment. “Too few "
    "rows to tell”: these rows cannot decide."
)
"""How to read verdicts, for a caption."""


def verdict_table(found: Sequence[Verdict]) -> Table:
    """Return the verdicts as a table."""
    return Table(
        VERDICTS,
        HOW_TO_READ,
        (
            "attribute",
            "verdict",
            "source",
            "measured on",
            "n",
            describe(PARITY_DIFFERENCE).label,
            describe(PARITY_RATIO).label,
            "why",
        ),
        tuple(
            (
                Cell(attribute_title(verdict.sensitive)),
                Cell(verdict.word),
                Cell(source_name(verdict.source)),
                Cell(measured_on(verdict.difference)),
                count_cell(verdict.difference),
                replace(figure_cell(verdict.difference), note="", status=""),
                replace(figure_cell(verdict.ratio), note="", status=""),
                Cell(verdict.reason),
            )
            for verdict in found
        ),
        labels=4,
    )
