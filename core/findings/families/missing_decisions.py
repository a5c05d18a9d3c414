"""Whether decisions or outcomes are missing more often for some groups: figures are then of the others only.

Rule: the largest difference between two groups in the share of people without a decision, or without a known outcome,
with its simultaneous interval over all pairs. Missing decisions withhold the model's other figures by that attribute;
unknown outcomes do not, since a selection is known without them. Error rate: that of the checks of files
(`core.findings.decision`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.audit.all_rows import MISSING_DIFFERENCE
from core.audit.display_names import attribute_title
from core.audit.glossary import ALL_ROWS, MODEL
from core.audit.metrics.missing_decisions import DIFFERENCE, SHARE
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.findings.evidence import Evidence, per_1000, sized
from core.findings.finding import Claim, Topic, VerdictKind


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim for each attribute with unknown outcomes, and for each model with missing decisions."""
    for figure in evidence.all.where(metric=MISSING_DIFFERENCE):
        target = evidence.schema.target
        shares = evidence.all.where(metric=f"missing:{target}", protocol=ALL_ROWS, sensitive=figure.sensitive)
        rest = (
            "Rates of selection below are of all people; what is said of mistakes and of the outcome itself is of "
            "those whose outcome is known, and may be wrong of the others."
        )
        yield from _claim(evidence, figure, shares, f"The outcome “{target}” is unknown for", rest)
    for figure in evidence.all.where(metric=DIFFERENCE):
        name = str(figure.sensitive)
        shares = evidence.all.where(metric=SHARE, source=figure.source, sensitive=name)
        rest = (
            f"Its figures are of the others only and do not compare all people; those by {attribute_title(name)} are "
            f"withheld.{_of_the_others(evidence, figure)}"
        )
        for claim in _claim(evidence, figure, shares, f"“{figure.source}” has no decision for", rest):
            yield replace(claim, withholds=frozenset({(figure.source, name)}))


def _claim(evidence: Evidence, figure: Record, shares: RecordSet, start: str, rest: str) -> Iterator[Claim]:
    """Yield the claim that something is missing more often in one group, if at least two groups are known."""
    found = shares.of_groups.without(value=None).sorted(lambda one: (-(one.value or 0.0),))
    if len(found) < 2:
        return
    most, least = found[0], found[-1]
    text = (
        f"{start} {per_1000(most.value or 0.0)} of 1,000 {most.group} and for {per_1000(least.value or 0.0)} of 1,000 "
        f"{least.group}, by {attribute_title(str(figure.sensitive))}: a difference of {sized(figure)} per 1,000. {rest}"
    )
    yield Claim(
        family="missing_decisions",
        topic=Topic.FILE,
        figure=figure,
        texts={VerdictKind.GAP: text},
        margin=evidence.margin,
        group=most.group,
        per_1000=1000 * (figure.value or 0.0),
        records=tuple(found),
    )


def _of_the_others(evidence: Evidence, figure: Record) -> str:
    """Return how often the groups with decisions are selected; empty if there are fewer than two."""
    rates = evidence.group_rates(
        "selection_rate", source=figure.source, protocol=MODEL, sensitive=str(figure.sensitive)
    )
    if len(rates) < 2:
        return ""
    least, most = rates[0], rates[-1]
    return (
        f" Of those with a decision, {per_1000(least.value or 0.0)} of 1,000 {least.group} and "
        f"{per_1000(most.value or 0.0)} of 1,000 {most.group} get {evidence.outcome}."
    )
