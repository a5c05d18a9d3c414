"""Whether mistakes are shared less evenly than before, and who is found less often of those who have the outcome.

Rules, each with the error rate of `core.findings.decision`:

* The alarm is the paired change of the equalized odds difference, after minus before (`core.audit.metrics.change`).
  The ratio is never used: it moves with the rates' level, and depends on which outcome is counted as positive.
* Group by group: true positive rate before minus after, with Newcombe's paired interval.
* Without an original to compare with: the equalized odds difference itself.
* Where outcome repair was to close a difference of these rates: that difference itself.

What is told of one source and attribute stands together, so that a loss and a gap that moves the other way are not read
as a contradiction. Hardt, Price and Srebro 2016 (equalized odds and equal opportunity).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from core.audit.display_names import attribute_title
from core.audit.metrics.names import OPPORTUNITY_DIFFERENCE
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.evidence import REPRESENTATION, Evidence, between, called, is_crossed, of_100, per_1000, sized
from core.findings.families.against_original import (
    USELESS,
    before,
    before_and_after,
    comparison_of,
    comparisons,
    learner,
    losses,
    sees,
)
from core.findings.families.error_rate_changes import DIFFERENCE, alone, told_changes
from core.findings.families.few_selected import caution, is_rare
from core.findings.families.group_losses import GroupLosses, told_losses
from core.findings.families.selection_rates import subject
from core.findings.finding import Claim, Finding, Topic, VerdictKind
from core.findings.missed import criterion_words, is_of_aim

FAMILY = "error_rates"
_FOUND = "tpr"
_TWO_QUESTIONS = (
    "A loss compares a group with itself before, the gap compares groups with each other; one can come without the "
    "other."
)


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the change of the difference by attribute and protocol, the losses of groups, and differences as such."""
    lost = GroupLosses(
        FAMILY,
        _FOUND,
        f"whether groups with {evidence.outcome} on record get it less often than before",
        lambda figure, other: _lost_text(evidence, figure, other),
        lambda findings: _together(evidence, findings),
        f"with {evidence.outcome} on record",
    )
    yield from _changes(evidence, lost)
    yield from lost.claims(evidence)
    changed = set(_with_known_change(evidence))
    aims = evidence.mine.where(metric=(DIFFERENCE, OPPORTUNITY_DIFFERENCE)).without(sensitive=None)
    yield from (_aim(evidence, figure) for figure in aims if is_of_aim(evidence, figure))
    for source in evidence.compared:
        yield from _differences(evidence, source, changed)


def _with_known_change(evidence: Evidence) -> Iterator[tuple[str, str | None]]:
    """Yield source and attribute of each change of the difference that is defined."""
    for one in comparisons(evidence):
        figure = evidence.mine.at(DIFFERENCE, source=one.source, protocol=one.change, sensitive=one.sensitive)
        if figure is not None and figure.value is not None:
            yield one.source, one.sensitive


def _together(evidence: Evidence, findings: Sequence[Finding]) -> str:
    """Return what is told of one source and attribute: who lost, and whether mistakes are shared less evenly."""
    lost = [one for one in findings if one.claim.figure.metric == _FOUND]
    changed = [one for one in findings if one.claim.figure.metric == DIFFERENCE]
    parts = [*([told_losses(lost)] if lost else []), *([told_changes(evidence, changed)] if changed else [])]
    if lost and changed and all(one.verdict is not VerdictKind.GAP for one in changed):
        parts.append(_TWO_QUESTIONS)
    return " ".join(parts)


def _changes(evidence: Evidence, lost: GroupLosses) -> Iterator[Claim]:
    for one in comparisons(evidence):
        figure = evidence.mine.at(DIFFERENCE, source=one.source, protocol=one.change, sensitive=one.sensitive)
        if figure is None or figure.value is None:
            continue
        found = losses(evidence, _FOUND, one)
        is_told_as_gap_only = figure.status is Status.DEGENERATE or is_crossed(one.sensitive)
        yield Claim(
            family=FAMILY,
            topic=Topic.HARM,
            figure=figure,
            texts={
                verdict: alone(evidence, figure, verdict)
                for verdict in ([VerdictKind.GAP] if is_told_as_gap_only else VerdictKind)
            },
            margin=evidence.margin,
            group=found[0].group if found else None,
            per_1000=1000 * figure.value,
            records=tuple(found),
            blocked=USELESS if figure.status is Status.DEGENERATE else "",
            told_with=lost.shared(evidence, one),
            question=f"whether mistakes are shared less evenly with the {called(one.source)} than with the original "
            "ones",
            brief=f"Among people with the same outcome on record, the gap by {attribute_title(one.sensitive)} in who "
            f"gets {evidence.outcome} grows by {of_100(figure.value)} of 100 ({between(figure)}), if the model "
            f"{sees(one)}.",
        )


def _lost_text(evidence: Evidence, figure: Record, other: Record) -> str:
    lost, kept = _found(evidence, figure), _found(evidence, other)
    if not lost:
        return ""
    (n, had, has), one = lost, comparison_of(figure)
    also = f" Of {kept[0]} {other.group}, {kept[2]} instead of {kept[1]} do." if kept and other != figure else ""
    return (
        f"By {attribute_title(str(figure.sensitive))}, {figure.group} are worse off than before: of {n} with "
        f"{evidence.outcome} on record, {has} get it from {learner(one)}, and {had} from {before(one)}, a loss of "
        f"{sized(figure)} per 1,000.{also}"
    )


def _found(evidence: Evidence, figure: Record) -> tuple[str, str, str] | None:
    """Return how many people of a group have the outcome, and how many of these get it before and after."""
    pair = before_and_after(evidence, _FOUND, comparison_of(figure), figure.group)
    if pair is None or not pair[0].n:
        return None
    n = pair[0].n
    had, has = (round((one.value or 0.0) * n) for one in pair)
    return f"{'about ' if evidence.is_rounded else ''}{n:,}", f"{had:,}", f"{has:,}"


def _differences(evidence: Evidence, source: str, changed: Container[tuple[str, str | None]]) -> Iterator[Claim]:
    """Yield the difference itself; told only of an attribute and a source that no change tells of."""
    protocols = ("C",) if source == REPRESENTATION else evidence.protocols(source)
    judged = evidence.mine.where(metric=DIFFERENCE, source=source, protocol=protocols).without(sensitive=None)
    for figure in judged.filter(lambda one: not is_of_aim(evidence, one)):
        is_told = source in evidence.told and (source, figure.sensitive) not in changed
        tell = is_told and figure.protocol == protocols[0] and not is_crossed(str(figure.sensitive))
        yield Claim(
            family=FAMILY,
            topic=Topic.GAP,
            figure=figure,
            texts=_difference_texts(evidence, figure) if tell else {},
            margin=evidence.margin,
            group=_least_found(evidence, figure),
            per_1000=None if figure.value is None else 1000 * figure.value,
            blocked=USELESS if figure.status is Status.DEGENERATE else caution(evidence, figure),
            brief=_brief(evidence, figure) if tell else "",
            question="whether mistakes are shared unevenly"
            + (" (not defined in every group)" if figure.value is None else ""),
        )


def _aim(evidence: Evidence, figure: Record) -> Claim:
    """Return the claim on the gap that outcome repair was to close; that it is left, `core.findings.missed` tells."""
    models, size = subject(figure, start=False), f"{sized(figure)} per 1,000"
    aim, by = f"the aim, {criterion_words(evidence)},", f"by {attribute_title(str(figure.sensitive))}"
    texts = {
        VerdictKind.UNDECIDED: f"Whether {aim} is reached {by} is open: {models}, the gap is {size}.",
        VerdictKind.NO_GAP: f"{aim[:1].upper()}{aim[1:]} is reached {by}: {models}, the gap is {size}, which is below "
        f"the margin of {per_1000(evidence.margin)} per 1,000.",
    }
    return Claim(
        family=FAMILY,
        topic=Topic.GAP,
        figure=figure,
        texts={} if figure.value is None else texts,
        margin=evidence.margin,
        group=_least_found(evidence, figure),
        per_1000=None if figure.value is None else 1000 * figure.value,
        blocked=USELESS if figure.status is Status.DEGENERATE else caution(evidence, figure),
        primary=figure == evidence.primary,
        question=f"whether classifiers trained on the {called(figure.source)} reach {aim.rstrip(',')}",
    )


def _brief(evidence: Evidence, figure: Record) -> str:
    """Return who gets the outcome of those who have it and of those who do not, whichever differs more."""
    kinds = [(metric, _rates(evidence, figure, metric)) for metric in (_FOUND, "fpr")]
    kinds = [kind for kind in kinds if len(kind[1]) > 1]
    if not kinds:
        return ""
    metric, found = max(kinds, key=lambda kind: (kind[1][-1].value or 0.0) - (kind[1][0].value or 0.0))
    low, high = (f"{evidence.people(one)} of 100 {one.group}" for one in (found[0], found[-1]))
    who = "with" if metric == _FOUND else "without"
    return f"{subject(figure)}, of those {who} {evidence.outcome} on record, {low} and {high} get it."


def _rates(evidence: Evidence, figure: Record, metric: str) -> RecordSet:
    return evidence.group_rates(
        metric, source=figure.source, protocol=figure.protocol, sensitive=str(figure.sensitive), split=figure.split
    )


def _least_found(evidence: Evidence, figure: Record) -> str | None:
    rates = _rates(evidence, figure, _FOUND)
    return rates[0].group if len(rates) > 1 else None


def _difference_texts(evidence: Evidence, figure: Record) -> dict[VerdictKind, str]:
    rates = rates_of_groups(evidence, figure, "on record")
    if not rates:
        return {}
    start, title = subject(figure), attribute_title(str(figure.sensitive))
    if figure.value is None:
        why = figure.note.removeprefix("Undefined: ").rstrip(".")
        text = f"{start}, mistakes by {title} cannot be compared over all groups: {why}. Where it is known, {rates}."
        return {VerdictKind.UNDECIDED: text}
    size = f"{sized(figure)} per 1,000"
    return {
        VerdictKind.GAP: f"{start}, mistakes differ by {title} by {size}: {rates}.",
        VerdictKind.UNDECIDED: f"{start}, {_open(evidence, figure)} by {title}, by {size}: {rates}.",
        VerdictKind.NO_GAP: f"{start}, mistakes differ by {title} by {size}, which is below the margin of "
        f"{per_1000(evidence.margin)} per 1,000.",
    }


def _open(evidence: Evidence, figure: Record) -> str:
    if is_rare(evidence, figure):
        return "so few are selected that nobody can tell whether mistakes differ"
    if figure.low is not None and figure.low > 0:
        return "mistakes may differ, though not surely after correction for all tests,"
    return "too few rows to tell whether mistakes differ"


def rates_of_groups(evidence: Evidence, figure: Record, where: str) -> str:
    """Return who gets the favourable outcome, of those with it and of those without; empty with too few groups.

    Args:
        evidence: The records.
        figure: The difference of these rates.
        where: Where the outcome stands that they are judged by, e.g. ``on record``.
    """
    found, wrong = _rates(evidence, figure, _FOUND), _rates(evidence, figure, "fpr")
    kinds = [(f"with {evidence.outcome} {where}", found), (f"without {evidence.outcome} {where}", wrong)]
    kinds = [kind for kind in kinds if len(kind[1]) > 1]
    kinds.sort(key=lambda kind: (kind[1][0].value or 0.0) - (kind[1][-1].value or 0.0))  # the larger gap first
    told = [
        f"of people {who}, {per_1000(part[0].value or 0.0)} of 1,000 {part[0].group} and "
        f"{per_1000(part[-1].value or 0.0)} of 1,000 {part[-1].group} get it"
        for who, part in kinds
    ]
    return "; ".join(told)
