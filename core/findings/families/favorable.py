"""Which outcome is good for people, and who said so: all that is called a loss or a gap depends on it.

Rule: a plain fact of the schema. It is told if the outcome is a bare value such as "0" or "yes", which says nothing by
itself, and as long as no person confirmed it: if nobody said, the positive outcome counts as favourable; a guess counts
until it is confirmed. No test, so no error rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.audit.metrics.names import PARITY_RATIO
from core.data.schema import Schema
from core.findings.evidence import Evidence, is_bare
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY = "favorable"
_STATED = 1.0  # no ratio of two groups is above it, so the fact is never a gap
_ANSWERS: Final = ("yes", "no", "true", "false")


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield what counts as favourable, where a figure depends on it."""
    ratio = next((one for one in evidence.mine.where(metric=PARITY_RATIO) if one.value is not None), None)
    favorable, schema = evidence.favorable, evidence.schema
    if ratio is None or favorable is None:
        return
    says_nothing = not favorable or is_bare(favorable) or favorable.lower() in _ANSWERS
    if is_declared(schema) and not says_nothing:
        return
    which = f"“{favorable}” of “{schema.target}”"
    if is_declared(schema):
        text = f"{which} is counted as the favourable outcome, as was declared."
    elif schema.favorable_guess:
        text = (
            f"{which} is counted as the favourable outcome; that is a guess, which nobody confirmed: "
            f"{schema.favorable_guess}."
        )
    else:
        text = (
            f"Nobody said whether {which} is good or bad for people; it is counted as the favourable outcome. If it is "
            "bad, who is worse off turns round."
        )
    yield Claim(FAMILY, Topic.OUTCOME, ratio, {VerdictKind.NO_GAP: text}, margin=_STATED, counted=True, fact=True)


def is_declared(schema: Schema) -> bool:
    """Return whether a person, or the dataset's authors, said which outcome is favourable."""
    return schema.favorable is not None and not schema.favorable_guess
