"""Several models on the same rows: which has a larger gap, and which to prefer.

Two gaps are told apart if their intervals do not touch. That is stricter than a test of their difference on the same
rows, which no figure gives.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.audit.glossary import ALL_ROWS, MODEL
from core.audit.metrics.names import ACCURACY
from core.audit.records import Record, Status
from core.findings.conclusions import Conclusions
from core.findings.evidence import Evidence
from core.findings.families import selection_rates
from core.findings.finding import Finding, Topic, VerdictKind
from core.findings.stages import sized_of_100

_ALTERNATIVE = (
    "look for a threshold or a model that treats groups more alike and is as often right: see the less discriminatory "
    "alternatives."
)


def models_apart(findings: Sequence[Finding]) -> tuple[Record, Record] | None:
    """Return the smallest and the largest gap of several models, if their intervals do not touch; else ``None``.

    Args:
        findings: On selection rates, of one attribute.
    """
    gaps = [
        one.claim.figure
        for one in findings
        if one.claim.figure.protocol in (MODEL, ALL_ROWS) and not one.withheld
        if one.claim.figure.value is not None and one.claim.figure.status is not Status.DEGENERATE
    ]
    if not gaps:
        return None
    least, most = (end(gaps, key=lambda one: one.value or 0.0) for end in (min, max))
    is_apart = least.high is not None and most.low is not None and least.high < most.low
    return (least, most) if is_apart else None


def told_apart(findings: Sequence[Finding]) -> str:
    """Return which of several models has a larger gap than which, if their intervals show it; else nothing."""
    pair = models_apart(findings)
    if pair is None:
        return ""
    least, most = pair
    sizes = f"{sized_of_100(most)} against {sized_of_100(least)}"
    return f"“{most.source}” has a larger gap than “{least.source}”: {sizes}."


def better_model(conclusions: Conclusions, findings: Sequence[Finding]) -> str:
    """Return what can be done about the gap of a model: weigh another one that was audited, or look for one.

    Another one is named only if nothing speaks against it: it is of use, no fault is told of it, it is as often right,
    and it has a surely larger gap in no other attribute and no larger one in mistakes that is told.

    Args:
        conclusions: What the audit found.
        findings: On selection rates, of one attribute.
    """
    pair = models_apart(findings)
    if pair is None or _speaks_against(conclusions, *pair):
        return _ALTERNATIVE
    least, most = pair
    return (
        f"weigh “{least.source}” in place of “{most.source}”: its gap is smaller, and it is not shown to be right less "
        f"often. Or {_ALTERNATIVE}"
    )


def _speaks_against(conclusions: Conclusions, one: Record, other: Record) -> bool:
    """Return whether something is known against the first model in place of the second."""
    mine = [found for found in conclusions.findings if found.claim.figure.source == one.source]
    gaps = [
        found.claim.topic in (Topic.FILE, Topic.SELECTION)
        or (found.claim.family != selection_rates.FAMILY and found.claim.topic in (Topic.GAP, Topic.REFERENCE))
        for found in mine
        if found.verdict is VerdictKind.GAP
    ]
    elsewhere = [
        models_apart(
            [found for found in conclusions.of(selection_rates.FAMILY) if found.claim.figure.sensitive == name]
        )
        for name in conclusions.evidence.attributes
    ]
    is_turned = any(found is not None and found[1].source == one.source for found in elsewhere)
    return any(gaps) or is_turned or not _is_as_often_right(conclusions.evidence, one, other)


def _is_as_often_right(evidence: Evidence, one: Record, other: Record) -> bool:
    """Return whether the first model's accuracy, with its interval, reaches the other's."""
    mine, its = (evidence.mine.at(ACCURACY, source=model.source, protocol=model.protocol) for model in (one, other))
    if mine is None or its is None or mine.value is None or its.value is None:
        return False
    return (mine.value if mine.high is None else mine.high) >= its.value
