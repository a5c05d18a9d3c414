"""What a figure gives reason to say: ``flag``, ``no flag`` or ``not enough data``. Never "fair"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.audit.records import Record, Status
from core.report import select
from core.report.glossary import protocol_rank, source_rank, split_rank
from core.report.tables import Cell, Table, figure, number

RATIO = "demographic_parity_ratio"
TENTH = "demographic_parity_ratio_null_p10"
# Where equal rates would often show a ratio under four fifths, the absence of a flag says nothing.
LEAST_POWER = 0.8


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
    """

    source: str
    protocol: str
    sensitive: str
    word: Word
    reason: str
    ratio: Record


def judge(ratio: Record, tenth: Record | None) -> tuple[Word, str]:
    """The verdict on a ratio beside the 10th percentile of what chance gives under equal rates."""
    if ratio.value is None:
        return Word.UNKNOWN, ratio.note or "The ratio is undefined."
    if tenth is None or tenth.value is None:
        return Word.UNKNOWN, "What chance alone would give is not known here."
    if ratio.value < tenth.value:
        return Word.FLAG, f"DPR {number(ratio.value)} is below {number(tenth.value)}: more than chance gives."
    if doubt := _doubt(ratio, tenth.value):
        return Word.UNKNOWN, doubt
    return Word.NO_FLAG, f"DPR {number(ratio.value)} is not below {number(tenth.value)}: chance alone may give it."


def _doubt(ratio: Record, tenth: float) -> str:
    """Why the absence of a flag would say nothing; empty if it says something."""
    if ratio.status is Status.DEGENERATE:
        return "The classifier is no better than a constant, so its parity means nothing."
    if ratio.status is Status.SMALL_N:
        return ratio.note or "The groups are smaller than the minimum."
    if tenth < LEAST_POWER:
        return f"Groups this small show a DPR down to {number(tenth)} even when rates are equal."
    return ""


def verdicts(records: Sequence[Record]) -> list[Verdict]:
    """A verdict for each source and attribute: on the rows themselves and under protocols A and B.

    Args:
        records: Those shown, of one polarity.
    """
    found = []
    for ratio in records:
        if ratio.metric != RATIO or ratio.sensitive is None or ratio.protocol not in {"data", "A", "B"}:
            continue
        if ratio.source == "constant":
            continue
        tenth = beside(records, ratio)
        word, reason = judge(ratio, tenth)
        found.append(Verdict(ratio.source, ratio.protocol, ratio.sensitive, word, reason, ratio))
    order = select.attributes(records)
    return sorted(
        found,
        key=lambda v: (
            order.index(v.sensitive),
            protocol_rank(v.protocol),
            source_rank(v.source),
            split_rank(v.ratio.split),
        ),
    )


def verdict_table(found: Sequence[Verdict]) -> Table:
    """The verdicts as a table."""
    return Table(
        "Verdicts on equal rates",
        "“flag”: the gap between groups exceeds what chance gives. “no flag”: it does not; that is no proof of "
        "equal treatment. “not enough data”: the rows cannot tell.",
        ("attribute", "measured on", "source", "verdict", "DPR", "why"),
        tuple(
            (
                Cell(verdict.sensitive),
                Cell(measured_on(verdict.ratio)),
                Cell(verdict.source),
                Cell(verdict.word.value),
                Cell(figure(verdict.ratio).text, figure(verdict.ratio).interval),
                Cell(verdict.reason),
            )
            for verdict in found
        ),
        labels=3,
    )


def measured_on(record: Record) -> str:
    """``rows themselves, train`` or ``classifier, protocol A``."""
    return (
        f"rows themselves, {record.split}" if record.protocol == "data" else f"classifier, protocol {record.protocol}"
    )


def beside(records: Sequence[Record], ratio: Record) -> Record | None:
    """What chance gives (10th percentile) at the same address as a ratio, if the audit left it."""
    address = (ratio.source, ratio.protocol, ratio.sensitive, ratio.positive, ratio.split)
    for record in records:
        mine = (record.source, record.protocol, record.sensitive, record.positive, record.split)
        if record.metric == TENTH and mine == address:
            return record
    return None
