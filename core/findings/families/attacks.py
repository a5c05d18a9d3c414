"""Whether attacks on the rows find single people among those whose data were used.

Rule: an attack (`core.audit.metrics.attacks`) succeeds more often on train rows than on hold-out rows, which nobody
learned from (Giomi et al. 2023). What succeeds on both is what the rows tell of everybody. Error rate: that of
`core.findings.decision`, one test an attack and file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from core.audit.records import Record
from core.findings.evidence import ORIGINAL, Evidence, called, per_1000, per_1000_interval
from core.findings.families.privacy import RECOGNISED
from core.findings.finding import Claim, Finding, SharedSentence, Topic, VerdictKind

FAMILY: Final = "attacks"
_SPLITS: Final = ("train", "holdout")


class _Words(NamedTuple):
    """How an attack is told.

    Args:
        gap: What the rows do, after "The synthetic rows".
        of: What of 1,000 is counted, with what happens to it.
    """

    gap: str
    of: str


_ALL: Final = "The attack succeeds on nearly everybody whose data were not used, so it can show no more on others."
_WORDS: Final = {
    "singling_out": _Words(
        "single people out", "people, so many are the only one whom a description of their nearest row fits"
    ),
    "linkability": _Words(
        "let records be joined", "people, so many have two halves of their columns joined through one row"
    ),
    "inference": _Words(
        "give values of people away",
        "people whose other columns are known, so many have a sensitive value or the outcome guessed from the nearest "
        "row",
    ),
    "rare_values": _Words(
        "hold values of single people", "people who alone have a value, so many have one that occurs in these rows"
    ),
}


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim on each attack on each source that is meant to be used."""
    for source in evidence.products:
        for metric, words in _WORDS.items():
            figure = evidence.all.at(f"{metric}_advantage", source=source, protocol="privacy")
            if figure is not None and source != ORIGINAL:
                shares = [
                    evidence.all.first(metric=metric, source=source, protocol="privacy", split=split)
                    for split in _SPLITS
                ]
                yield _claim(figure, words, [one for one in shares if one is not None])


def _claim(figure: Record, words: _Words, shares: Sequence[Record]) -> Claim:
    rows = called(figure.source)
    texts = {}
    if len(shares) == len(_SPLITS) and all(one.value is not None for one in shares):
        counted = f"of 1,000 {words.of}: {_beside(shares)}"
        texts = {
            VerdictKind.GAP: f"The {rows} {words.gap}: {counted}.",
            VerdictKind.NO_GAP: f"In few cases the {rows} {words.gap}: {counted}."
            if _is_shown(figure)
            else f"The {rows} hardly {words.gap}: {counted}.",
        }
    return Claim(
        family=FAMILY,
        topic=Topic.PRIVACY,
        figure=figure,
        texts=texts,
        margin=RECOGNISED,
        per_1000=None if figure.value is None else 1000 * figure.value,
        records=tuple(shares),
        blocked=_ALL if any((one.value or 0.0) > 1 - RECOGNISED for one in shares[1:]) else "",
        would_decide="More test rows would decide it: they stand for people whom nobody learned from.",
        place=1,
        told_with=SharedSentence((FAMILY, figure.source), partial(_together, rows)),
        question="whether attacks find single people",
    )


def _beside(shares: Sequence[Record]) -> str:
    mine, others = (f"{per_1000(one.value or 0.0)} {per_1000_interval(one)}" for one in shares)
    return f"{mine} where the data were used, {others} where they were not"


def _is_shown(figure: Record) -> bool:
    """Return whether the attack surely succeeds more often on people whose data were used."""
    return (figure.low or 0.0) > 0


def _together(rows: str, told: Sequence[Finding]) -> str:
    """Return what is shown, the most important first; if nothing is, one sentence on all that were decided."""
    shown = [one.sentence for one in told if one.verdict is VerdictKind.GAP or _is_shown(one.claim.figure)]
    if shown:
        return " ".join(shown)
    *names, last = [_WORDS[one.claim.records[0].metric].gap for one in told]
    tried = f"{', '.join(names)} or {last}" if names else last
    return (
        f"The {rows} hardly {tried}: such attacks succeed hardly more often on people whose data were used than on "
        "others. Another attack may do better."
    )
