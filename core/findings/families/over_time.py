"""Whether a model's decisions changed over time, to the harm of a group.

Rules, for each model, attribute and period after the first, each with Holm's correction for all periods together:

* The gap between groups in selection rates grew since the first period.
* A group gets the favourable outcome less often than in the first period.

Only a change that is surely beyond the margin is a gap, since small changes from period to period are the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.glossary import OVER_TIME, SINCE_FIRST
from core.audit.metrics.names import PARITY_DIFFERENCE
from core.audit.records import Record, Status
from core.findings.evidence import Evidence, per_1000, sized
from core.findings.finding import Claim, Finding, SharedSentence, Topic, VerdictKind

FAMILY = "over_time"
_QUESTIONS: Final = {
    Topic.GAP: "whether gaps grew over time",
    Topic.HARM: "whether a group gets the favourable outcome less often than in the first period",
}


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim for each model, attribute and period on the gap, and one on the rate of each compared group."""
    changes = evidence.mine.where(protocol=SINCE_FIRST).without(value=None)
    for figure in changes.where(metric=PARITY_DIFFERENCE):
        yield _claim(evidence, figure, Topic.GAP, _gap_texts(evidence, figure))
    for record in changes.where(metric="selection_rate").of_groups:
        if record.status is not Status.SMALL_N:
            lost = _fall(record)
            yield _claim(evidence, lost, Topic.HARM, {VerdictKind.GAP: _fall_text(evidence, lost)})


def _claim(evidence: Evidence, figure: Record, topic: Topic, texts: Mapping[VerdictKind, str]) -> Claim:
    return Claim(
        family=FAMILY,
        topic=topic,
        figure=figure,
        texts=texts,
        margin=evidence.margin,
        group=figure.group,
        per_1000=1000 * (figure.value or 0.0),
        beyond=True,
        told_with=SharedSentence((FAMILY, figure.source, str(figure.sensitive), topic), _together),
        question=_QUESTIONS[topic],
    )


def _together(findings: Sequence[Finding]) -> str:
    """Return the sentence of the largest change that was found, and where else; or what is open; or that none is."""
    surest = (VerdictKind.GAP, VerdictKind.UNDECIDED, VerdictKind.NO_GAP)
    verdict = min((one.verdict for one in findings), key=surest.index)
    first, *others = (one for one in findings if one.verdict is verdict)
    if not others or verdict is not VerdictKind.GAP:
        return first.sentence
    listed = list(dict.fromkeys(_brief(one) for one in others))
    return f"{first.sentence} The same was found for {', '.join(listed[:5])}{', …' if len(listed) > 5 else ''}."


def _brief(finding: Finding) -> str:
    figure = finding.claim.figure
    return f"{figure.group} in {figure.split}" if figure.group else figure.split


def _fall(record: Record) -> Record:
    """Return how much lower a rate is than in the first period."""
    low, high = (None if bound is None else -bound for bound in (record.high, record.low))
    return record.model_copy(update={"value": -(record.value or 0.0), "low": low, "high": high})


def _gap_texts(evidence: Evidence, figure: Record) -> dict[VerdictKind, str]:
    name, first = attribute_title(str(figure.sensitive)), _first(evidence, figure)
    margin = per_1000(evidence.margin)
    start = f"In the decisions of “{figure.source}”, the gap between groups by {name} in {evidence.outcome}"
    return {
        VerdictKind.GAP: f"{start} grew by {sized(figure)} per 1,000 from {first} to {figure.split}.",
        VerdictKind.UNDECIDED: f"{start} may have grown over time, but not surely by more than the margin of {margin}: "
        f"by {sized(figure)} per 1,000 from {first} to {figure.split}, the largest change.",
        VerdictKind.NO_GAP: f"{start} did not grow over time by more than the margin of {margin} per 1,000: "
        f"by {sized(figure)} from {first} to {figure.split}, the largest change.",
    }


def _fall_text(evidence: Evidence, figure: Record) -> str:
    return (
        f"By {attribute_title(str(figure.sensitive))}, of 1,000 {figure.group}, {sized(figure)} fewer get "
        f"{evidence.outcome} in the decisions of “{figure.source}” in {figure.split} than in "
        f"{_first(evidence, figure)}{_rates(evidence, figure)}."
    )


def _rates(evidence: Evidence, figure: Record) -> str:
    series = evidence.mine.where(
        protocol=OVER_TIME,
        metric=figure.metric,
        source=figure.source,
        sensitive=figure.sensitive,
        group=figure.group,
    )
    now = series.first(split=figure.split)
    if now is None or now.value is None or series[0].value is None:
        return ""
    return f" ({per_1000(now.value)} against {per_1000(series[0].value)})"


def _first(evidence: Evidence, figure: Record) -> str:
    return evidence.mine.where(protocol=OVER_TIME, source=figure.source)[0].split
