"""Figures over all classes, for targets of more than two values."""

from __future__ import annotations

from typing import Final

from core.audit.display_names import attribute_title, protocol_name, source_name
from core.audit.metrics.catalog import column_of, describe, kind_of, placed
from core.audit.metrics.declaration import Place
from core.audit.record_set import RecordSet
from core.report.tables.base import (
    CLASSIFIER_HEADS,
    CLASSIFIER_PROTOCOLS,
    Cell,
    Table,
    classifier_row,
    figure_cell,
    interval_caption,
    protocol_sources,
)

RECALL: Final = "class_recall"
_RATES: Final = ("class_selection_rate", "class_tpr")
_GAPS: Final = ("class_selection_rate_difference", "class_tpr_difference")
OVERALL: Final = placed(Place.CLASSES)
BY_ATTRIBUTE: Final = placed(Place.CLASS_GAPS)


def class_table(records: RecordSet, sensitive: str) -> Table:
    """Return how well classes are predicted, and how evenly over an attribute's groups; empty for a binary target."""
    tested = records.overall.where(protocol=CLASSIFIER_PROTOCOLS)
    mine = tested.where(metric=OVERALL, sensitive=None) + tested.where(metric=BY_ATTRIBUTE, sensitive=sensitive)
    found = mine.by("protocol", "source", "metric")
    columns = [name for name in (*OVERALL, *BY_ATTRIBUTE) if mine.first(metric=name) is not None]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        classifier_row(found, protocol, source, columns) for protocol, source in protocol_sources(mine)
    )
    return Table(
        f"Over all classes, {attribute_title(sensitive)}",
        "The outcome has more than two values; the other tables set the positive one against the rest. “Worst class”: "
        "the lowest figure of any class against the rest.",
        (*CLASSIFIER_HEADS, "n", *(describe(name).label for name in columns)),
        rows,
        labels=2,
    )


def recall_table(records: RecordSet) -> Table:
    """Return the recall of each class, by protocol and source; no rows for a binary target."""
    mine = records.where(metric=RECALL).overall.without(positive=None)
    classes = sorted({str(record.positive) for record in mine})
    found = mine.by("protocol", "source", "positive")
    rows = tuple(
        (
            Cell(protocol_name(protocol)),
            Cell(source_name(source)),
            *(figure_cell(found.get((protocol, source, name))) for name in classes),
        )
        for protocol, source in protocol_sources(mine)
    )
    return Table(
        "Recall of each class",
        f"{describe(RECALL).sentence} {interval_caption(mine)}",
        (*CLASSIFIER_HEADS, *classes),
        rows,
        labels=2,
    )


def class_group_table(records: RecordSet, sensitive: str) -> Table:
    """Return for each class how often groups are predicted as it, and how often rightly; empty for a binary target."""
    mine = records.where(sensitive=sensitive).filter(lambda one: kind_of(one.metric) in (*_RATES, *_GAPS))
    classes = list(dict.fromkeys(column_of(one.metric) for one in mine))
    groups = list(dict.fromkeys(str(one.group) for one in mine.of_groups))
    found = mine.by("source", "metric", "group")
    rows = tuple(
        (
            Cell(source_name(source)),
            Cell(name),
            *(
                figure_cell(found.get((source, f"{metric}:{name}", group)))
                for metric, gap in zip(_RATES, _GAPS, strict=True)
                for metric, group in (*((metric, group) for group in groups), (gap, None))
            ),
        )
        for source in mine.sources
        for name in classes
    )
    heads = [f"{describe(metric).label}: {head}" for metric in _RATES for head in (*groups, "difference")]
    return Table(
        f"Each class by group, {attribute_title(sensitive)}",
        f"Each value of the outcome against the rest. {interval_caption(mine)}",
        ("model", "class", *heads),
        rows,
        labels=2,
    )
