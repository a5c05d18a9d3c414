"""The verdicts on equal rates as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.findings.verdicts import VERDICTS, Verdict, measured_on
from core.report.tables.base import Cell, Table, counted, figure


def verdict_table(found: Sequence[Verdict]) -> Table:
    """The verdicts as a table."""
    return Table(
        VERDICTS,
        "“flag”: the gap between groups exceeds what chance gives. “no flag”: it does not; that is no proof of "
        "equal treatment. “not enough data”: the rows cannot tell.",
        ("attribute", "measured on", "source", "n", "verdict", "DPR", "DPR if equal, p10", "why"),
        tuple(
            (
                Cell(verdict.sensitive),
                Cell(measured_on(verdict.ratio)),
                Cell(verdict.source),
                counted(verdict.ratio),
                Cell(verdict.word.value),
                replace(figure(verdict.ratio), note="", status=""),
                replace(figure(verdict.null_p10), note="", interval=""),
                Cell(verdict.reason),
            )
            for verdict in found
        ),
        labels=3,
    )
