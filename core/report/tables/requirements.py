"""Requirements on figures, and whether they are met."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit.display_names import split_name
from core.findings.requirements import Decision
from core.report.tables.base import Cell, Table, count_cell, figure_cell, scope


def decision_table(found: Sequence[Decision]) -> Table:
    """Return the decisions as a table."""
    return Table(
        "Requirements",
        "Undefined figures, groups with too few rows and classifiers no better than guessing decide nothing. Meeting a "
        "requirement is no proof of equal treatment.",
        ("requirement", "over", "n", "figure", "answer", "why"),
        tuple(
            (
                Cell(decision.requirement.text),
                Cell(
                    "–" if decision.record is None else f"{scope(decision.record)}, {split_name(decision.record.split)}"
                ),
                count_cell(decision.record),
                figure_cell(decision.record),
                Cell(decision.answer.value),
                Cell(decision.why),
            )
            for decision in found
        ),
        labels=2,
    )
