"""Verdicts on a figure: ``flag``, ``no flag`` or ``not enough data``. Never "fair"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.audit.figure_text import number
from core.audit.glossary import protocol_rank, source_rank, split_rank
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status

RATIO = "demographic_parity_ratio"
NULL_P10 = "demographic_parity_ratio_null_p10"
# Where equal rates often show a ratio below four fifths, the absence of a flag is no evidence.
MIN_POWER = 0.8
VERDICTS = "Verdicts on equal rates"
FOUR_FIFTHS, SIGNIFICANT = 0.8, 0.05


class Word(StrEnum):
    """The three verdicts."""

    FLAG = "flag"
    NO_FLAG = "no flag"
    UNKNOWN = "not enough data"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict on the selection (or base) rates of one attribute's groups.

    Args:
        source: Whose rows.
        protocol: The protocol of the ratio.
        sensitive: The attribute.
        word: The verdict.
        reason: The reason, in a sentence.
        ratio: The demographic parity ratio it rests on.
        null_p10: The 10th percentile of the ratio under equal rates, if it is known.
    """

    source: str
    protocol: str
    sensitive: str
    word: Word
    reason: str
    ratio: Record
    null_p10: Record | None = None


def judge(ratio: Record, null_p10: Record | None) -> tuple[Word, str]:
    """Return the verdict on a ratio, given the 10th percentile of the ratio under equal rates."""
    if ratio.value is None:
        return Word.UNKNOWN, ratio.note or "The ratio is undefined."
    if null_p10 is None or null_p10.value is None:
        return Word.UNKNOWN, "What chance alone would give is not known here."
    if ratio.status is Status.DEGENERATE:
        return (
            Word.UNKNOWN,
            "The classifier is not measurably better than a constant, so neither parity nor a gap means anything.",
        )
    if ratio.value < null_p10.value:
        return Word.FLAG, f"DPR {number(ratio.value)} is below {number(null_p10.value)}: more than chance gives."
    if doubt := _doubt(ratio, null_p10.value):
        return Word.UNKNOWN, doubt
    return Word.NO_FLAG, f"DPR {number(ratio.value)} is not below {number(null_p10.value)}: chance alone may give it."


def _doubt(ratio: Record, null_p10: float) -> str:
    """Return why the absence of a flag would be no evidence; empty if it is evidence."""
    if ratio.status is Status.SMALL_N:
        return ratio.note or "The groups are smaller than the minimum."
    if null_p10 < MIN_POWER:
        return f"Groups this small show a DPR down to {number(null_p10)} even when rates are equal."
    return ""


def four_fifths(ratio: Record | None, p: Record | None, moved: Record | None) -> tuple[Word, str]:
    """Return the verdict on one category's impact ratio: the four-fifths rule of thumb, checked against chance.

    Args:
        ratio: The category's rate over the highest.
        p: Fisher's exact test of the two rates.
        moved: The ratio if one more of the category had been selected, and one fewer of the other.
    """
    if ratio is None or ratio.value is None:
        return Word.UNKNOWN, "" if ratio is None else ratio.note or "The ratio is undefined."
    if ratio.status is not Status.OK:
        return Word.UNKNOWN, ratio.note or "Too few rows."
    if ratio.value >= FOUR_FIFTHS:
        return Word.NO_FLAG, "Not below four fifths."
    if p is None or p.value is None or p.value >= SIGNIFICANT:
        return Word.UNKNOWN, "Below four fifths, but chance may give it."
    if moved is not None and moved.value is not None and moved.value >= FOUR_FIFTHS:
        return Word.UNKNOWN, "Below four fifths, but one more selection would lift it."
    return Word.FLAG, "Below four fifths, and more than chance gives."


def verdicts(records: RecordSet) -> list[Verdict]:
    """Return a verdict for each source and attribute: on the data, under protocols A and B, or on a representation.

    Args:
        records: The shown records of one outcome.
    """
    result = []
    rows = bool(records.where(source="synthetic"))
    for ratio in records.where(metric=RATIO).without(sensitive=None).without(source="constant"):
        # A representation gets a verdict only if there are no synthetic rows; latents of encoders get none.
        judged = {"data", "A", "B"} | ({"C"} if ratio.source == "representation" and not rows else set())
        if ratio.protocol not in judged:
            continue
        null_p10 = null_p10_of(records, ratio)
        word, reason = judge(ratio, null_p10)
        result.append(Verdict(ratio.source, ratio.protocol, str(ratio.sensitive), word, reason, ratio, null_p10))
    order = records.attributes
    return sorted(
        result,
        key=lambda v: (
            order.index(v.sensitive),
            protocol_rank(v.protocol),
            source_rank(v.source),
            split_rank(v.ratio.split),
        ),
    )


def measured_on(record: Record) -> str:
    """Return what a record measures, e.g. ``rows themselves, train`` or ``classifier, protocol A``."""
    if record.source == "decisions":
        return f"the method's decisions, protocol {record.protocol}"
    if record.protocol == "local_law_144":
        return "the tool's outcome"
    return (
        f"rows themselves, {record.split}" if record.protocol == "data" else f"classifier, protocol {record.protocol}"
    )


def null_p10_of(records: RecordSet, ratio: Record) -> Record | None:
    """Return the 10th percentile under equal rates that belongs to a ratio, if the audit measured it."""
    return records.first(
        metric=NULL_P10,
        source=ratio.source,
        protocol=ratio.protocol,
        sensitive=ratio.sensitive,
        positive=ratio.positive,
        split=ratio.split,
    )
