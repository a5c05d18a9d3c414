"""What the rows of an exported generator are like, beside those of the run."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit.display_names import protocol_name
from core.audit.metrics.catalog import describe
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.tables.base import Table, by_source, interval_caption, scope


def exported_figures_table(measured: Sequence[Record], of_run: Sequence[Record]) -> Table:
    """Return a row for each figure, with the exported generator's and that of the run's synthetic rows.

    Args:
        measured: Figures of the exported generator; at least one.
        of_run: All figures of the run.
    """
    wanted = {_place(record) for record in measured}
    # Means over classifier seeds have no seed; they come last, so that they stand in place of single ones.
    same = sorted(
        (record for record in of_run if record.source == "synthetic" and _place(record) in wanted),
        key=lambda record: record.seed is None,
    )
    shown = RecordSet([*measured, *same])
    several = frozenset(record.metric for record in measured if record.protocol == "privacy")
    return by_source(
        "What its rows are like",
        "One draw of rows from the exported generator, beside the run's rows; classifiers learn from them and are "
        f"tested on real held-out rows. {interval_caption(shown)} Of the exported generator, accuracy and fairness are "
        "those of one classifier, and their intervals hold for it alone.",
        shown,
        lambda record: (describe(record.metric).label, f"{protocol_name(record.protocol)}; {scope(record, several)}"),
        split_columns=False,
    )


def _place(record: Record) -> tuple[object, ...]:
    return record.protocol, record.metric, record.sensitive, record.group, record.positive, record.split
