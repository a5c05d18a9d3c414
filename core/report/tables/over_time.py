"""The decisions of models over time: a row for each model and period."""

from __future__ import annotations

from core.audit.display_names import attribute_title
from core.audit.glossary import OVER_TIME, SINCE_FIRST, SINCE_PREVIOUS
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import PARITY_DIFFERENCE
from core.audit.record_set import RecordSet
from core.report.tables.base import Cell, Table, count_cell, figure_cell, interval_caption

_RATE = "selection_rate"
_OTHERS = ("equalized_odds_difference", "accuracy", "balanced_accuracy", "auc")


def gap_table(records: RecordSet, sensitive: str) -> Table:
    """Return the gap between groups in each period, its changes, and other figures, for one attribute."""
    shown = _of(records, sensitive)
    mine = records.where(protocol=(OVER_TIME, SINCE_FIRST, SINCE_PREVIOUS))
    gap = describe(PARITY_DIFFERENCE).label
    others = [name for name in _OTHERS if mine.first(metric=name) is not None]
    found = mine.where(group=None, sensitive=(sensitive, None)).by("protocol", "source", "split", "metric")
    rows = tuple(
        (
            Cell(source),
            Cell(split),
            count_cell(found.get((OVER_TIME, source, split, PARITY_DIFFERENCE))),
            *(
                figure_cell(found.get((protocol, source, split, PARITY_DIFFERENCE)))
                for protocol in (OVER_TIME, SINCE_FIRST, SINCE_PREVIOUS)
            ),
            *(figure_cell(found.get((OVER_TIME, source, split, name))) for name in others),
        )
        for source, split in shown
    )
    return Table(
        f"Gaps over time, {attribute_title(sensitive)}",
        "Each period by itself. A change is the period's figure minus the earlier one, for different people in each "
        f"period. {interval_caption(mine)}",
        ("model", "period", "n", gap, "since the first", "since the one before", *(describe(n).label for n in others)),
        rows,
        labels=2,
    )


def rate_table(records: RecordSet, sensitive: str) -> Table:
    """Return the share selected of each group in each period, and its change since the first, for one attribute."""
    shown = _of(records, sensitive)
    mine = records.where(protocol=(OVER_TIME, SINCE_FIRST), metric=_RATE, sensitive=sensitive).of_groups
    groups = list(dict.fromkeys(str(one.group) for one in mine))
    found = mine.by("protocol", "source", "split", "group")
    rows = tuple(
        (
            Cell(source),
            Cell(split),
            *(
                figure_cell(found.get((protocol, source, split, group)))
                for group in groups
                for protocol in (OVER_TIME, SINCE_FIRST)
            ),
        )
        for source, split in shown
    )
    heads = [head for group in groups for head in (group, f"{group}, since the first")]
    return Table(
        f"{describe(_RATE).label.capitalize()} over time, {attribute_title(sensitive)}",
        f"{describe(_RATE).sentence} {interval_caption(mine)}",
        ("model", "period", *heads),
        rows,
        labels=2,
    )


def _of(records: RecordSet, sensitive: str) -> list[tuple[str, str]]:
    """Return each model and period, in order."""
    mine = records.where(protocol=OVER_TIME, sensitive=sensitive)
    return list(dict.fromkeys((one.source, one.split) for one in mine))
