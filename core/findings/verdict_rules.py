"""Verdicts on equal rates: ``gap found``, ``no gap found`` or ``too few rows to tell``. Never "fair"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.audit.display_names import protocol_name, split_name
from core.audit.figure_text import number
from core.audit.glossary import protocol_rank, source_rank, split_rank
from core.audit.metrics.impact_ratios import FOUR_FIFTHS
from core.audit.metrics.names import CHANCE_LIMIT, PARITY_RATIO
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.audit.statistics.confidence import SIGNIFICANCE_LEVEL

# Where equal rates would often show a ratio under four fifths, finding no gap says nothing.
MIN_CHANCE_LIMIT = 0.8
VERDICTS = "Verdicts on equal rates"


class VerdictKind(StrEnum):
    """The three things that a verdict may say."""

    GAP = "gap found"
    NO_GAP = "no gap found"
    UNDECIDED = "too few rows to tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict on the selection (or base) rates of one attribute's groups.

    Args:
        source: Whose rows.
        protocol: How they were used.
        sensitive: The attribute.
        kind: What the verdict says.
        reason: Why, in a sentence.
        ratio: The demographic parity ratio that the verdict rests on.
        chance_limit: The 10th percentile of that ratio under equal rates, if it is known.
    """

    source: str
    protocol: str
    sensitive: str
    kind: VerdictKind
    reason: str
    ratio: Record
    chance_limit: Record | None = None


def judge(ratio: Record, chance_limit: Record | None) -> tuple[VerdictKind, str]:
    """Return the verdict on a parity ratio, and why.

    Args:
        ratio: The demographic parity ratio.
        chance_limit: The 10th percentile of the ratio under equal rates.
    """
    if ratio.value is None:
        return VerdictKind.UNDECIDED, ratio.note or "The ratio is undefined."
    if chance_limit is None or chance_limit.value is None:
        return VerdictKind.UNDECIDED, "What chance alone would give is not known here."
    if ratio.status is Status.DEGENERATE:
        return (
            VerdictKind.UNDECIDED,
            "The classifier is not measurably better than an always-the-same guess, so neither parity nor a gap means "
            "anything.",
        )
    value, limit = number(ratio.value), number(chance_limit.value)
    if ratio.value < chance_limit.value:
        return VerdictKind.GAP, f"The parity ratio, {value}, is below the chance limit, {limit}."
    if doubt := _doubt(ratio, chance_limit.value):
        return VerdictKind.UNDECIDED, doubt
    return VerdictKind.NO_GAP, f"The parity ratio, {value}, is not below the chance limit, {limit}."


def _doubt(ratio: Record, chance_limit: float) -> str:
    """Return why finding no gap would say nothing; empty if it says something."""
    if ratio.status is Status.SMALL_N:
        return ratio.note or "The groups are smaller than the minimum."
    if chance_limit < MIN_CHANCE_LIMIT:
        return f"Groups this small show a parity ratio down to {number(chance_limit)} even when rates are equal."
    return ""


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


def verdicts(records: RecordSet) -> list[Verdict]:
    """Return a verdict for each source and attribute: on the data, under protocols A and B, or on a representation.

    Args:
        records: One record a figure, of one polarity.
    """
    found = []
    has_rows = bool(records.where(source="synthetic"))
    for ratio in records.where(metric=PARITY_RATIO).without(sensitive=None).without(source="constant"):
        # A representation is judged where the method makes nothing else; latents on the way to rows are not.
        is_product = ratio.source == "representation" and not has_rows
        if ratio.protocol not in {"data", "A", "B"} | ({"C"} if is_product else set()):
            continue
        chance_limit = chance_limit_of(records, ratio)
        kind, reason = judge(ratio, chance_limit)
        found.append(Verdict(ratio.source, ratio.protocol, str(ratio.sensitive), kind, reason, ratio, chance_limit))
    order = records.attributes
    return sorted(
        found,
        key=lambda v: (
            order.index(v.sensitive),
            protocol_rank(v.protocol),
            source_rank(v.source),
            split_rank(v.ratio.split),
        ),
    )


def measured_on(record: Record) -> str:
    """Return what was judged: the data of a split, a classifier's or the method's decisions, or a tool's outcome."""
    if record.protocol == "local_law_144":
        return "the tool's outcome"
    if record.protocol == "data":
        return f"the data ({split_name(record.split)})"
    judged = "the method's decisions" if record.source == "decisions" else "predictions"
    return f"{judged}, {protocol_name(record.protocol)}"


def chance_limit_of(records: RecordSet, ratio: Record) -> Record | None:
    """Return the chance limit at the same address as a parity ratio, if the audit left it."""
    return records.first(
        metric=CHANCE_LIMIT,
        source=ratio.source,
        protocol=ratio.protocol,
        sensitive=ratio.sensitive,
        positive=ratio.positive,
        split=ratio.split,
    )
