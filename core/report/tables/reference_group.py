"""Every rate of a group against that of a chosen reference group, or of all rows."""

from __future__ import annotations

from core.audit.display_names import attribute_title, source_name
from core.audit.metrics.catalog import column_of, describe
from core.audit.metrics.reference_group import DIFFERENCE, PROTOCOL, RATIO
from core.audit.record_set import RecordSet
from core.report.tables.base import Cell, Table, count_cell, figure_cell, interval_caption


def reference_table(records: RecordSet, sensitive: str) -> Table:
    """Return a row for each model, group and rate, for one attribute; empty without a reference group."""
    mine = records.where(protocol=PROTOCOL, sensitive=sensitive)
    found = mine.by("source", "group", "metric")
    rows = []
    for source, group, metric in found:
        if not str(metric).startswith(f"{DIFFERENCE}:"):
            continue
        rate = column_of(str(metric))
        difference = found[source, group, metric]
        ratio = found.get((source, group, f"{RATIO}:{rate}"))
        rows.append(
            (
                Cell(source_name(str(source))),
                Cell(str(group)),
                Cell(describe(rate).label),
                count_cell(difference),
                figure_cell(difference),
                figure_cell(ratio),
            )
        )
    # Each note names the reference after what else it says.
    against = min((f"Against {one.note.rpartition('Against ')[2]}" for one in mine), key=len, default="")
    return Table(
        f"Against the reference group, {attribute_title(sensitive)}",
        f"{against} Each rate of a group minus, and over, that of the reference. n: rows behind both rates. "
        f"{interval_caption(mine)} Which group is the reference is a choice, not a finding.",
        ("source", "group", "rate", "n", "difference", "ratio"),
        tuple(rows),
        labels=3,
    )
