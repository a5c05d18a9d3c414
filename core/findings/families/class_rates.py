"""Whether a model that tells several classes apart treats groups differently in a class other than the positive one.

Rule: for each class, the largest difference of two groups in how often people of the class are found (recall), and in
how often people are predicted to be of it, with its simultaneous interval over all pairs. Error rate: that of
`core.findings.decision`. The class that is counted as favourable has findings of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.glossary import MODEL
from core.audit.metrics.catalog import column_of, kind_of
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.findings.evidence import Evidence, is_crossed, per_1000, sized
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY: Final = "class_rates"
_RATES: Final = {"class_tpr_difference": "class_tpr", "class_selection_rate_difference": "class_selection_rate"}


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield two claims for each model, attribute and further class."""
    for figure in evidence.all.where(protocol=MODEL).without(sensitive=None):
        kind = kind_of(figure.metric)
        if kind not in _RATES or column_of(figure.metric) == evidence.favorable or is_crossed(str(figure.sensitive)):
            continue
        rates = _rates(evidence, figure, _RATES[kind])
        if len(rates) < 2 or figure.value is None:
            continue
        yield Claim(
            family=FAMILY,
            topic=Topic.GAP,
            figure=figure,
            texts={VerdictKind.GAP: _text(figure, rates)} if figure.source in evidence.told else {},
            margin=evidence.margin,
            group=rates[0].group,
            per_1000=1000 * figure.value,
            records=(rates[0], rates[-1]),
            question=f"whether “{column_of(figure.metric)}” is decided alike",
        )


def _rates(evidence: Evidence, figure: Record, metric: str) -> RecordSet:
    return evidence.group_rates(
        f"{metric}:{column_of(figure.metric)}",
        source=figure.source,
        protocol=MODEL,
        sensitive=str(figure.sensitive),
        split=figure.split,
    )


def _text(figure: Record, rates: RecordSet) -> str:
    name, low, high = column_of(figure.metric), rates[0], rates[-1]
    who = f"of people with “{name}” on record, " if kind_of(figure.metric) == "class_tpr_difference" else ""
    return (
        f"In the decisions of “{figure.source}”, {who}{per_1000(low.value or 0.0)} of 1,000 {low.group} and "
        f"{per_1000(high.value or 0.0)} of 1,000 {high.group} are decided to be “{name}”, by "
        f"{attribute_title(str(figure.sensitive))}: a difference of {sized(figure)} per 1,000."
    )
