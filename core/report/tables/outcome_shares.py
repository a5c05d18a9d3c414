"""The share of each value of an outcome of several classes, by group."""

from __future__ import annotations

from core.audit.display_names import attribute_title, source_name, split_name
from core.audit.metrics.catalog import column_of, kind_of
from core.audit.metrics.outcome_distribution import DISTANCE, LIMIT, SHARE
from core.audit.record_set import RecordSet
from core.report.tables.base import Cell, Table, figure_cell, interval_caption


def outcome_share_table(records: RecordSet, sensitive: str) -> Table:
    """Return each value's share by group, a row a source and value; no rows unless the outcome has several classes."""
    data = records.where(protocol="data", sensitive=sensitive)
    mine = data.filter(lambda one: kind_of(one.metric) == SHARE)
    groups = list(dict.fromkeys(str(one.group) for one in mine))
    places = list(dict.fromkeys((one.source, one.split) for one in mine))
    found = data.by("source", "split", "metric", "group")
    rows = tuple(
        (
            Cell(source_name(source)),
            Cell(split_name(split)),
            Cell(column_of(metric)),
            *(figure_cell(found.get((source, split, metric, group))) for group in groups),
            *(figure_cell(found.get((source, split, one, None))) if first else Cell("") for one in (DISTANCE, LIMIT)),
        )
        for source, split in places
        for first, metric in _with_first([one.metric for one in mine.where(source=source, split=split)])
    )
    return Table(
        f"Every outcome by group, {attribute_title(sensitive)}",
        "The share of rows of each group with each value of the outcome. “Distance”: half the sum of the differences "
        "between a group and all others, for the group where it is largest; beside it, what chance alone gives. "
        f"{interval_caption(mine)}",
        ("source", "rows", "outcome", *groups, "distance", "chance limit"),
        rows,
        labels=3,
    )


def _with_first(metrics: list[str]) -> list[tuple[bool, str]]:
    """Return the distinct metrics in order, the first of them marked."""
    return [(place == 0, metric) for place, metric in enumerate(dict.fromkeys(metrics))]
