"""Plots of mistakes by group: who is wrongly denied the outcome, and who wrongly gets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.audit.display_names import attribute_title, protocol_name
from core.audit.figure_text import percent
from core.audit.glossary import MODEL
from core.audit.metrics.catalog import describe
from core.audit.record_set import RecordSet
from core.report.charts.rates import rates_spec
from core.report.charts.theme import Figure, about_groups
from core.report.tables.base import group_table, positive_words

_MISTAKES: Final[Mapping[str, tuple[str, str, str]]] = {
    "fnr": ("Wrongly predicted not {}", "with {}", "predicts otherwise"),
    "fpr": ("Wrongly predicted {}", "without {}", "predicts as {}"),
}
"""By metric: the title, over whom the rate is, and the mistake."""


def error_rates(records: RecordSet, sensitive: str, protocol: str) -> list[Figure]:
    """Plot false negative and false positive rates by group, one picture each; those without figures are left out."""
    found = (_error_rate(records, sensitive, protocol, metric) for metric in _MISTAKES)
    return [figure for figure in found if figure is not None]


def _error_rate(records: RecordSet, sensitive: str, protocol: str, metric: str) -> Figure | None:
    mine = records.of_groups.where(metric=metric, protocol=protocol, sensitive=sensitive)
    mine = mine.without(source="constant").without(value=None)
    if not mine:
        return None
    outcome = positive_words(mine)
    title, over, mistake = (words.format(outcome) for words in _MISTAKES[metric])
    who = "the model" if protocol == MODEL else "a classifier trained on the source's rows"
    rows = "rows" if protocol == MODEL else "real test rows, kept aside,"
    return Figure(
        f"{title}, by group, {attribute_title(sensitive)}, {protocol_name(protocol)}",
        f"Each mark is a share of a group's {rows} {over}: those that {who} {mistake} ({describe(metric).label}). "
        f"Lines are {percent(mine.confidence)} intervals. Groups further right bear more of these mistakes."
        f"{about_groups(mine)}",
        rates_spec(mine, f"{title[:1].lower()}{title[1:]}, share of those {over}"),
        group_table(records, protocol, sensitive),
    )
