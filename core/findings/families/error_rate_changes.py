"""Words of `error_rates`: how the gap in mistakes between groups moved, and which question each figure answers.

The gap is the equalized odds difference: the largest difference between groups, among people with the same true
outcome, in how often they get the favourable one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.records import Record, Status
from core.findings.combined_groups import without_implied
from core.findings.evidence import (
    DECISIONS,
    Evidence,
    called,
    columns_of,
    is_crossed,
    per_1000,
)
from core.findings.families.against_original import (
    Comparison,
    before_and_after,
    comparison_of,
    sees,
    signed,
    sizes_of_change,
)
from core.findings.finding import Finding, VerdictKind

DIFFERENCE: Final = "equalized_odds_difference"
_PARITY: Final = "demographic_parity_difference"
_GREW, _SHRANK, _SMALL, _OPEN = "it grew", "it shrank", "it did not grow beyond the margin", "open"
_MAY: Final = "open; it may have grown"


def alone(evidence: Evidence, figure: Record, verdict: VerdictKind) -> str:
    """Return the sentence on one change."""
    return _sentence(evidence, [(figure, _way(figure, verdict))])


def told_changes(evidence: Evidence, findings: Sequence[Finding]) -> str:
    """Return the sentence on all changes that are told of one source and attribute.

    A gap that grew first, then the classifiers that do not see the attribute.
    """
    grown = [one for one in findings if one.verdict is VerdictKind.GAP]
    single = [one for one in findings if not is_crossed(str(one.claim.figure.sensitive))]
    single.sort(key=lambda one: (one not in grown, comparison_of(one.claim.figure).protocol == "A"))
    crossed = [one.sentence for one in without_implied(grown) if one not in single][:1]
    moved = [(one.claim.figure, _way(one.claim.figure, one.verdict)) for one in single]
    return " ".join([*([_sentence(evidence, moved)] if moved else []), *crossed])


def _way(figure: Record, verdict: VerdictKind) -> str:
    """Return how the gap moved, as far as verdict and interval say."""
    if verdict is VerdictKind.GAP:
        return _GREW
    if figure.high is not None and figure.high < 0 and figure.status is not Status.DEGENERATE:
        return _SHRANK
    if verdict is VerdictKind.NO_GAP:
        return _SMALL
    return _MAY if figure.low is not None and figure.low > 0 else _OPEN


def _sentence(evidence: Evidence, moved: Sequence[tuple[Record, str]]) -> str:
    """Return the sentence on one or two changes of one source and attribute, which may have moved differently."""
    figure, way = moved[0]
    one = comparison_of(figure)
    by = f"by {attribute_title(one.sensitive)} with the {called(one.source)}"
    than = "than with the original ones"
    start = {
        _GREW: f"Mistakes are shared less evenly {by} {than}",
        _SHRANK: f"Mistakes are shared more evenly {by} {than}",
        _MAY: f"Mistakes may be shared less evenly {by} {than}, but not surely after correction for all tests",
        _SMALL: f"The gap in mistakes {by} did not grow beyond the margin of {per_1000(evidence.margin)}",
        _OPEN: f"Whether mistakes are shared more or less evenly {by} {than} is open",
    }[way]
    sizes = [f"{_size(evidence, change)}{f' ({said})' if said != way else ''}" for change, said in moved]
    depends = f" Which of them holds depends on whether the classifier may use {columns_of(one.sensitive)}."
    ways = {said for _, said in moved}
    which = depends if len(ways) > 1 and ways & {_GREW, _SHRANK} else ""
    what = f"among people with the same outcome on record, the largest gap in how often groups get {evidence.outcome}"
    return f"{start}: {what} is {', and '.join(sizes)}.{which}{_equal_rates(evidence, one, way)}"


def _size(evidence: Evidence, change: Record) -> str:
    """Return a gap after and before, and its change: "283 instead of 61 per 1,000, +222 [149, 267], if ..."."""
    one = comparison_of(change)
    values = sizes_of_change(evidence, change)
    condition = "" if one.source == DECISIONS else f", if the classifier {sees(one)}"
    shown = f"{values} per 1,000, {signed(change)}" if values else f"{signed(change)} per 1,000 beside the one before"
    return f"{shown}{condition}"


def _equal_rates(evidence: Evidence, one: Comparison, way: str) -> str:
    """Return how the other criterion, equal selection rates, moved, if its interval says that it went the other way."""
    change = evidence.mine.at(_PARITY, source=one.source, protocol=one.change, sensitive=one.sensitive)
    pair = before_and_after(evidence, _PARITY, one)
    if change is None or change.low is None or change.high is None or pair is None:
        return ""
    before, after = (per_1000(figure.value or 0.0) for figure in pair)
    moved = (
        "come closer" if way == _GREW and change.high < 0 else "move apart" if way == _SHRANK and change.low > 0 else ""
    )
    if not moved:
        return ""
    size = f"({after} instead of {before} per 1,000 apart, {signed(change)})"
    return (
        f" Yet rates of {evidence.outcome} {moved} {size}: that question is about all people, this one about people "
        "with the same outcome on record."
    )
