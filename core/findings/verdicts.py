"""What a figure gives reason to say: ``flag``, ``no flag`` or ``not enough data``. Never "fair"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.audit.figure_text import number
from core.audit.glossary import protocol_rank, source_rank, split_rank
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status

RATIO = "demographic_parity_ratio"
TENTH = "demographic_parity_ratio_null_p10"
# Where equal rates would often show a ratio under four fifths, the absence of a flag says nothing.
MIN_POWER = 0.8
VERDICTS = "Verdicts on equal rates"
FOUR_FIFTHS, SIGNIFICANT = 0.8, 0.05


class Word(StrEnum):
    """The three things a verdict may say."""

    FLAG = "flag"
    NO_FLAG = "no flag"
    UNKNOWN = "not enough data"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict on the selection (or base) rates of one attribute's groups.

    Args:
        source: Whose rows.
        protocol: How they were used.
        sensitive: The attribute.
        word: The verdict.
        reason: Why, in a sentence.
        ratio: The demographic parity ratio it rests on.
        tenth: What chance gives under equal rates, if that is known.
    """

    source: str
    protocol: str
    sensitive: str
    word: Word
    reason: str
    ratio: Record
    tenth: Record | None = None


def judge(ratio: Record, tenth: Record | None) -> tuple[Word, str]:
    """The verdict on a ratio beside the 10th percentile of what chance gives under equal rates."""
    if ratio.value is None:
        return Word.UNKNOWN, ratio.note or "The ratio is undefined."
    if tenth is None or tenth.value is None:
        return Word.UNKNOWN, "What chance alone would give is not known here."
    if ratio.status is Status.DEGENERATE:
        return (
            Word.UNKNOWN,
            "The classifier is not measurably better than a constant, so neither parity nor a gap means anything.",
        )
    if ratio.value < tenth.value:
        return Word.FLAG, f"DPR {number(ratio.value)} is below {number(tenth.value)}: more than chance gives."
    if doubt := _doubt(ratio, tenth.value):
        return Word.UNKNOWN, doubt
    return Word.NO_FLAG, f"DPR {number(ratio.value)} is not below {number(tenth.value)}: chance alone may give it."


def _doubt(ratio: Record, tenth: float) -> str:
    """Why the absence of a flag would say nothing; empty if it says something."""
    if ratio.status is Status.SMALL_N:
        return ratio.note or "The groups are smaller than the minimum."
    if tenth < MIN_POWER:
        return f"Groups this small show a DPR down to {number(tenth)} even when rates are equal."
    return ""


def four_fifths(ratio: Record | None, p: Record | None, moved: Record | None) -> tuple[Word, str]:
    """The verdict on one category's impact ratio: the four-fifths rule of thumb, held against chance.

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
        return Word.UNKNOWN, "Below four fifths, but one selection more would lift it."
    return Word.FLAG, "Below four fifths, and more than chance gives."


def verdicts(records: RecordSet) -> list[Verdict]:
    """A verdict for each source and attribute: on the rows themselves, under protocols A and B, or on a representation.

    Args:
        records: Those shown, of one polarity.
    """
    found = []
    rows = bool(records.where(source="synthetic"))
    for ratio in records.where(metric=RATIO).without(sensitive=None).without(source="constant"):
        # Where a representation is all that there is to judge, it is judged; latents on the way to rows are not.
        judged = {"data", "A", "B"} | ({"C"} if ratio.source == "representation" and not rows else set())
        if ratio.protocol not in judged:
            continue
        tenth = beside(records, ratio)
        word, reason = judge(ratio, tenth)
        found.append(Verdict(ratio.source, ratio.protocol, str(ratio.sensitive), word, reason, ratio, tenth))
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
    """``rows themselves, train``, ``classifier, protocol A``, the method's decisions, or the column of a bias audit."""
    if record.source == "decisions":
        return f"the method's decisions, protocol {record.protocol}"
    if record.protocol == "local_law_144":
        return "the tool's outcome"
    return (
        f"rows themselves, {record.split}" if record.protocol == "data" else f"classifier, protocol {record.protocol}"
    )


def beside(records: RecordSet, ratio: Record) -> Record | None:
    """What chance gives (10th percentile) at the same address as a ratio, if the audit left it."""
    return records.first(
        metric=TENTH,
        source=ratio.source,
        protocol=ratio.protocol,
        sensitive=ratio.sensitive,
        positive=ratio.positive,
        split=ratio.split,
    )
