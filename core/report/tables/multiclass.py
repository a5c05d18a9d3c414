"""Figures over all classes, for targets of more than two values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.metrics.catalog import describe
from core.report.tables.base import CLASSIFIER_PROTOCOLS, Cell, Table, classifier_row, figure, pairs

ACCURACY: Final = "multiclass_accuracy"
DIFFERENCE: Final = "multiclass_accuracy_difference"
RECALL: Final = "class_recall"
OVERALL: Final = (ACCURACY, "macro_f1", "worst_class_recall")
BY_ATTRIBUTE: Final = (
    DIFFERENCE,
    "worst_class_demographic_parity_ratio",
    "worst_class_equalized_odds_ratio",
)


def class_table(records: RecordSet, sensitive: str) -> Table:
    """How well every class is told, and how evenly over the groups of one attribute; no rows for a binary target."""
    mine = [
        record
        for record in records
        if record.protocol in CLASSIFIER_PROTOCOLS
        and record.group is None
        and (
            (record.metric in OVERALL and record.sensitive is None)
            or (record.metric in BY_ATTRIBUTE and record.sensitive == sensitive)
        )
    ]
    found = {(record.protocol, record.source, record.metric): record for record in mine}
    columns = [name for name in (*OVERALL, *BY_ATTRIBUTE) if any(record.metric == name for record in mine)]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        classifier_row(found, protocol, source, columns) for protocol, source in pairs(mine)
    )
    return Table(
        f"Over all classes, {sensitive}",
        "The target has more than two values; the other tables set the positive one against the rest. “Worst class”: "
        "the least figure of any class against the rest.",
        ("protocol", "source", "n", *(describe(name).label for name in columns)),
        rows,
        labels=2,
    )


def recall_table(records: RecordSet) -> Table:
    """Of the rows of each class, the share predicted as it, by protocol and source; no rows for a binary target."""
    mine = [record for record in records if record.metric == RECALL and record.positive is not None]
    classes = sorted({str(record.positive) for record in mine})
    found = {(record.protocol, record.source, str(record.positive)): record for record in mine}
    rows = tuple(
        (Cell(protocol), Cell(source), *(figure(found.get((protocol, source, name))) for name in classes))
        for protocol, source in pairs(mine)
    )
    return Table(
        "Recall of each class",
        f"{describe(RECALL).sentence} Brackets: 95 % interval.",
        ("protocol", "source", *classes),
        rows,
        labels=2,
    )
