"""Who said which outcome is good for people: ratios and legal rules depend on it.

Rule: a plain fact of the schema. It is told as long as no person confirmed it: if nobody said, the positive outcome
counts as favourable; a guess counts until it is confirmed. No test, so no error rate.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.metrics.names import PARITY_RATIO
from core.data.schema import Schema
from core.findings.evidence import Evidence
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY = "favorable"
_STATED = 1.0  # no ratio of two groups is above it, so the fact is never a gap


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the fact that nobody confirmed what is favourable, where a figure depends on it."""
    ratio = next((one for one in evidence.mine.where(metric=PARITY_RATIO) if one.value is not None), None)
    if ratio is None or is_declared(evidence.schema):
        return
    outcome, guess = f"“{evidence.favorable}”", evidence.schema.favorable_guess
    counts = f"atios count {outcome} as the favourable outcome"
    text = (
        f"R{counts}; that is a guess, which nobody confirmed: {guess}."
        if guess
        else f"Nobody said whether {outcome} is good or bad for people; r{counts}."
    )
    yield Claim(FAMILY, Topic.LIMITS, ratio, {VerdictKind.NO_GAP: text}, margin=_STATED, counted=True)


def is_declared(schema: Schema) -> bool:
    """Return whether a person, or the dataset's authors, said which outcome is favourable."""
    return schema.favorable is not None and not schema.favorable_guess
