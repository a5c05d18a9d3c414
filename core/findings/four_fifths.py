"""The four-fifths rule of thumb (29 CFR 1607.4 D), held against chance: for declared US employment decisions only."""

from __future__ import annotations

from core.audit.metrics.impact_ratios import FOUR_FIFTHS
from core.audit.records import Record, Status
from core.audit.statistics.confidence import SIGNIFICANCE_LEVEL
from core.choices import DecisionContext
from core.data.schema import Schema
from core.findings.finding import VerdictKind

US_EMPLOYMENT: DecisionContext = "us-employment"


def applies(schema: Schema) -> bool:
    """Return whether a person declared that the target records a US employment decision."""
    return schema.decision == US_EMPLOYMENT


def four_fifths(ratio: Record | None, p: Record | None, moved: Record | None) -> tuple[VerdictKind, str]:
    """Return the verdict on one category's impact ratio: the four-fifths rule of thumb, held against chance.

    Args:
        ratio: The category's rate over the highest.
        p: Fisher's exact test of the two rates.
        moved: The ratio if one more of the category had been selected, and one fewer of the other.
    """
    if ratio is None or ratio.value is None:
        return VerdictKind.UNDECIDED, "" if ratio is None else ratio.note or "The ratio is undefined."
    if ratio.status is not Status.OK:
        return VerdictKind.UNDECIDED, ratio.note or "Too few rows."
    if ratio.value >= FOUR_FIFTHS:
        return VerdictKind.NO_GAP, "Not below four fifths."
    if p is None or p.value is None or p.value >= SIGNIFICANCE_LEVEL:
        return VerdictKind.UNDECIDED, "Below four fifths, but chance may give it."
    if moved is not None and moved.value is not None and moved.value >= FOUR_FIFTHS:
        return VerdictKind.UNDECIDED, "Below four fifths, but one selection more would lift it."
    return VerdictKind.GAP, "Below four fifths, and more than chance gives."
