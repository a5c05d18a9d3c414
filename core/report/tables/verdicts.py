"""The verdicts on equal rates as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.audit.display_names import attribute_title, source_name
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import CHANCE_LIMIT, PARITY_RATIO
from core.findings.verdict_rules import VERDICTS, Verdict, measured_on
from core.report.tables.base import Cell, Table, count_cell, figure_cell

HOW_TO_READ = (
    "Parity ratio: the lowest rate of any group over the highest (demographic parity ratio, DPR); 1 is parity. “Gap "
    "found”: it lies below the chance limit, so the gap is larger than chance gives at these group sizes. “No gap "
    "found”: it does not; that is no proof of equal treatment. “Too few rows to tell”: these rows cannot decide."
)
"""How to read verdicts, for a caption."""


def verdict_table(found: Sequence[Verdict]) -> Table:
    """Return the verdicts as a table."""
    return Table(
        VERDICTS,
        HOW_TO_READ,
        (
            "attribute",
            "measured on",
            "source",
            "n",
            "verdict",
            describe(PARITY_RATIO).label,
            describe(CHANCE_LIMIT).label,
            "why",
        ),
        tuple(
            (
                Cell(attribute_title(verdict.sensitive)),
                Cell(measured_on(verdict.ratio)),
                Cell(source_name(verdict.source)),
                count_cell(verdict.ratio),
                Cell(verdict.kind.value),
                replace(figure_cell(verdict.ratio), note="", status=""),
                replace(figure_cell(verdict.chance_limit), note="", interval=""),
                Cell(verdict.reason),
            )
            for verdict in found
        ),
        labels=3,
    )
