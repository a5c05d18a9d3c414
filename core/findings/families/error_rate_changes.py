"""Words of `error_rates`: how the gap in mistakes between groups moved, and which question each figure answers.

The gap is the equalized odds difference: the largest difference between groups, among people with the same true
outcome, in how often they get the favourable one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.combined_groups import without_implied
from core.findings.evidence import ORIGINAL, Evidence, is_crossed, per_1000, per_1000_interval
from core.findings.families.against_original import (
    Comparison,
    before_and_after,
    comparison_of,
    if_it_sees,
    learner,
)
from core.findings.finding import Finding, VerdictKind

DIFFERENCE: Final = "equalized_odds_difference"
_PARITY: Final = "demographic_parity_difference"
_SAME: Final = 1e-9
_GREW, _SHRANK, _MAY, _SMALL, _OPEN = "grew", "shrank", "may have grown", "is small", "is open"


def alone(evidence: Evidence, figure: Record, verdict: VerdictKind) -> str:
    """Return the sentence on one change."""
    return _sentence(evidence, figure, _direction(figure, verdict), "")


def told_changes(evidence: Evidence, findings: Sequence[Finding]) -> str:
    """Return the sentence on all changes that are told of one source and attribute.

    Without the attribute first. The other protocol stands in brackets where it says the same.
    """
    single = [one for one in findings if not is_crossed(str(one.claim.figure.sensitive))]
    single.sort(key=lambda one: comparison_of(one.claim.figure).protocol == "A")
    grown = [one for one in findings if one.verdict is VerdictKind.GAP]
    crossed = [one for one in without_implied(grown) if one not in single][:1]
    ways = [_direction(one.claim.figure, one.verdict) for one in single]
    if len(set(ways)) == 1:
        texts = [_sentence(evidence, single[0].claim.figure, ways[0], "".join(map(_in_brackets, single[1:])))]
    else:
        texts = [one.sentence for one in single]
        texts += ["The first holds where whoever decides does not know the group, the second where they do."] * (
            len(single) > 1
        )
    return " ".join([*texts, *(one.sentence for one in crossed)])


def _direction(figure: Record, verdict: VerdictKind) -> str:
    """Return how the gap moved, as far as verdict and interval say."""
    if verdict is VerdictKind.GAP:
        return _GREW
    if figure.high is not None and figure.high < 0 and figure.status is not Status.DEGENERATE:
        return _SHRANK
    if verdict is VerdictKind.NO_GAP:
        return _SMALL
    return _MAY if figure.low is not None and figure.low > 0 else _OPEN


def _sentence(evidence: Evidence, figure: Record, way: str, brackets: str) -> str:
    one = comparison_of(figure)
    by = f"by {attribute_title(one.sensitive)} with {learner(one)}"
    start = {
        _GREW: f"Mistakes are shared less evenly {by}",
        _SHRANK: f"Mistakes are shared more evenly {by}",
        _MAY: f"Mistakes may be shared less evenly {by}, but not surely after correction for all tests",
        _SMALL: f"The gap in mistakes did not grow beyond the margin {by}",
        _OPEN: f"Whether mistakes are shared less evenly {by} is open",
    }[way]
    values = _values(evidence, figure, one)
    size = f"{_signed(figure)} per 1,000"
    rest = (
        f"of people with the same true outcome, groups differ by up to {values} per 1,000 in how often they get "
        f"{evidence.outcome}, a change of {size}"
        if values
        else f"the equalized odds difference changes by {size}"
    )
    return f"{start}: {rest}{brackets}.{_equal_rates(evidence, one, way)}"


def _in_brackets(finding: Finding) -> str:
    figure = finding.claim.figure
    return f" ({if_it_sees(comparison_of(figure))}: {_signed(figure)})"


def _signed(figure: Record) -> str:
    value = figure.value or 0.0
    return f"{'+' if value > 0 else ''}{per_1000(value)} {per_1000_interval(figure)}".strip()


def _values(evidence: Evidence, change: Record, one: Comparison) -> str:
    """Return the figure after and before, of the classifiers that the change is about; empty if they were not kept."""
    mine = RecordSet(evidence.records).of_outcome(evidence.favorable).overall
    same_metric = mine.where(metric=change.metric, sensitive=one.sensitive)
    protocols = (one.protocol, "generators" if one.protocol == "A" else f"generators {one.protocol}")
    for before in same_metric.where(source=ORIGINAL, protocol=one.protocol):
        for after in same_metric.where(source=change.source, protocol=protocols):
            if before.value is None or after.value is None or change.value is None:
                continue
            if abs(after.value - before.value - change.value) < _SAME:
                return f"{per_1000(after.value)} instead of {per_1000(before.value)}"
    return ""


def _equal_rates(evidence: Evidence, one: Comparison, way: str) -> str:
    """Return how the other criterion, equal selection rates, moved, if it moved the other way."""
    pair = before_and_after(evidence, _PARITY, one)
    if pair is None:
        return ""
    before, after = (figure.value or 0.0 for figure in pair)
    size = f"({per_1000(after)} instead of {per_1000(before)} per 1,000 apart)"
    question = "that question is about all people, this one about people with the same true outcome"
    if way in (_GREW, _MAY) and after < before:
        return f" Yet rates of {evidence.outcome} come closer {size}: {question}."
    if way == _SHRANK and after > before:
        return f" Yet rates of {evidence.outcome} move apart {size}: {question}."
    return ""
