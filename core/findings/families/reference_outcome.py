"""What a reference outcome shows: whom the table denies what they should have, and whether that became better or worse.

Without a reference outcome there are no claims. Rules, each with the error rate of `core.findings.decision`:

* Denied: of the real rows that should have the favourable outcome by the reference, the highest share of a group whose
  recorded outcome is the other one, minus the lowest, with its simultaneous interval over all pairs.
* Change: the paired change of the equalized odds difference against the reference outcome, after minus before.
* Decisions of a model: see `core.findings.families.reference_decisions`.
* Lost: true positive rate of a group against the reference outcome, before minus after, with Newcombe's interval.

Gains are told beside the harm: a gap is called smaller if its whole interval lies below 0, and the changes of groups
stand with their intervals. Gains are no gaps, so that they share no error rate and are not corrected for other tests.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.glossary import against_reference
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.evidence import ORIGINAL, Evidence, between, is_crossed, of_100, per_1000, sized
from core.findings.families.against_original import (
    USELESS,
    Comparison,
    before_and_after,
    comparison_of,
    learner,
    losses,
    negated,
    sees,
    signed,
    sizes_of_change,
)
from core.findings.families.group_losses import brief_loss
from core.findings.families.reference_decisions import decision_claims
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY = "reference_outcome"
DENIED, DENIED_DIFFERENCE = "outcome_denied", "outcome_denied_difference"
DIFFERENCE, FOUND = "equalized_odds_difference", "tpr"
_DATA = against_reference("data")
_MAX_GROUPS = 3


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the claims on the table, on decisions of models, and on every source that is compared with the original."""
    if evidence.schema.reference is None:
        return
    yield from decision_claims(evidence, FAMILY)
    for name in evidence.all.attributes:
        yield from _denied(evidence, name)
        for source in evidence.products:
            if source != ORIGINAL:
                first, *others = (
                    Comparison(source, against_reference(letter), name) for letter in evidence.protocols(source)
                )
                for one in (first, *others):
                    yield from _change(evidence, one, first)
                    yield from _lost(evidence, one, first)


def _by_reference(evidence: Evidence) -> str:
    return f"the reference outcome “{evidence.schema.reference}”"


def _denied(evidence: Evidence, name: str) -> Iterator[Claim]:
    figure = _of_data(evidence, DENIED_DIFFERENCE, name).first(group=None)
    if figure is None or figure.value is None:
        return
    known = _of_data(evidence, DENIED, name).where(split=figure.split).of_groups
    shares = known.filter(lambda one: one.value is not None and one.status is not Status.SMALL_N)
    shares = shares.sorted(lambda one: (-(one.value or 0.0),))
    yield Claim(
        family=FAMILY,
        topic=Topic.REFERENCE,
        figure=figure,
        texts=_denied_texts(evidence, figure, shares),
        margin=evidence.margin,
        group=shares[0].group if len(shares) > 1 else None,
        per_1000=1000 * figure.value,
        records=tuple(shares),
        brief=_denied_brief(evidence, shares),
    )


def _denied_brief(evidence: Evidence, shares: RecordSet) -> str:
    if len(shares) < 2:
        return ""
    most, least = (f"{evidence.people(one)} of 100 {one.group}" for one in (shares[0], shares[-1]))
    should = f"who should have it by “{evidence.schema.reference}”"
    return f"On record, {evidence.outcome} is denied to {most} {should}, and to {least}."


def _of_data(evidence: Evidence, metric: str, name: str) -> RecordSet:
    return evidence.mine.where(metric=metric, source=ORIGINAL, protocol=_DATA, sensitive=name)


def _denied_texts(evidence: Evidence, figure: Record, shares: RecordSet) -> dict[VerdictKind, str]:
    if len(shares) < 2 or is_crossed(str(figure.sensitive)):
        return {}
    most, least = shares[0], shares[-1]
    start, by = f"By {_by_reference(evidence)}", f"by {attribute_title(str(figure.sensitive))}"
    wronged = f"people who should have {evidence.outcome} are denied it in the original rows"
    size = f"{sized(figure)} per 1,000"
    return {
        VerdictKind.GAP: f"{start}, {wronged} unequally: {sized(most)} of 1,000 {most.group}, and {sized(least)} of "
        f"1,000 {least.group}, a difference of {size}, {by}.",
        VerdictKind.NO_GAP: f"{start}, {wronged} about equally often {by}: the difference is {size}, below the margin "
        f"of {per_1000(evidence.margin)}.",
        VerdictKind.UNDECIDED: f"{start}, too few rows to tell whether {wronged} equally often {by}: {size}.",
    }


def _gap_change(evidence: Evidence, one: Comparison) -> Record | None:
    found = evidence.mine.at(DIFFERENCE, source=one.source, protocol=one.change, sensitive=one.sensitive)
    return found if found is not None and found.value is not None else None


def _change(evidence: Evidence, one: Comparison, first: Comparison) -> Iterator[Claim]:
    figure, other = _gap_change(evidence, one), _gap_change(evidence, first)
    if figure is None or figure.value is None:
        return
    lost = losses(evidence, FOUND, one)
    is_told = one == first or other is None or _direction(other) != _direction(figure)
    yield Claim(
        family=FAMILY,
        topic=Topic.REFERENCE,
        figure=figure,
        texts=_change_texts(evidence, figure, one) if is_told else {},
        margin=evidence.margin,
        group=lost[0].group if lost and (lost[0].value or 0.0) > 0 else None,
        per_1000=1000 * figure.value,
        records=tuple(lost),
        blocked=USELESS if figure.status is Status.DEGENERATE else "",
        brief=f"By {_by_reference(evidence)}, mistakes are shared less evenly by {attribute_title(one.sensitive)}: the "
        f"gap between groups grows by {of_100(figure.value)} of 100 ({between(figure)}), if the model {sees(one)}.",
    )


def _change_texts(evidence: Evidence, figure: Record, one: Comparison) -> dict[VerdictKind, str]:
    start = f"Against {_by_reference(evidence)}, from which no classifier learned,"
    by, who = f"by {attribute_title(one.sensitive)}", f"with {learner(one)}"
    values = sizes_of_change(evidence, figure)
    gap = f"{values} per 1,000, a change of" if values else "it changes by"
    rest = (
        f"the largest gap between groups in true or false positive rates: {gap} {signed(figure)} per 1,000."
        f"{_found(evidence, one)}"
    )
    worse = f"{start} mistakes are shared less evenly {by} {who}; {rest}"
    none = f"{start} the gap in mistakes {by} did not grow beyond the margin {who}; {rest}"
    unclear = f"{start} the gap in mistakes {by} is not shown to change {who}; {rest}"
    if figure.status is Status.DEGENERATE or is_crossed(one.sensitive):
        return {VerdictKind.GAP: worse}
    if _direction(figure) < 0:
        none = unclear = f"{start} mistakes are shared more evenly {by} {who}; {rest}"
    elif _direction(figure) > 0:
        unclear = (
            f"{start} mistakes may be shared less evenly {by} {who}, but not surely after correction for all tests; "
            f"{rest}"
        )
    return {VerdictKind.GAP: worse, VerdictKind.NO_GAP: none, VerdictKind.UNDECIDED: unclear}


def _found(evidence: Evidence, one: Comparison) -> str:
    """Return how many get the favourable outcome of those who should, by group; of many groups the two extremes."""
    groups = list(losses(evidence, FOUND, one))
    shown = groups if len(groups) <= _MAX_GROUPS else [groups[0], groups[-1]]
    parts = [part for part in (_group_found(evidence, loss) for loss in shown) if part]
    return f" Of those who should have {evidence.outcome}, {', and '.join(parts)}." if parts else ""


def _group_found(evidence: Evidence, loss: Record) -> str:
    pair = before_and_after(evidence, FOUND, comparison_of(loss), loss.group)
    if pair is None:
        return ""
    before, after = (per_1000(figure.value or 0.0) for figure in pair)
    return f"{after} instead of {before} of 1,000 {loss.group} get it ({signed(negated(loss))})"


def _lost(evidence: Evidence, one: Comparison, first: Comparison) -> Iterator[Claim]:
    lost, told_first = (losses(evidence, FOUND, part) for part in (one, first))
    for figure in lost:
        is_more = not told_first or (figure.low or 0.0) > (told_first[0].value or 0.0)
        is_told = figure == lost[0] and not is_crossed(one.sensitive) and (one == first or is_more)
        yield Claim(
            family=FAMILY,
            topic=Topic.REFERENCE,
            figure=figure,
            texts={VerdictKind.GAP: _lost_text(evidence, figure, one)} if is_told else {},
            margin=evidence.margin,
            group=figure.group,
            per_1000=1000 * (figure.value or 0.0),
            brief=brief_loss(evidence, figure, FOUND, f"who should have {evidence.outcome}"),
        )


def _lost_text(evidence: Evidence, figure: Record, one: Comparison) -> str:
    return (
        f"Against {_by_reference(evidence)}, {figure.group} who should have {evidence.outcome} get it less often with "
        f"{learner(one)} than before: {sized(figure)} fewer of 1,000."
    )


def _direction(figure: Record) -> int:
    """Return 1 or -1 if the interval lies above or below 0, else 0."""
    if figure.low is None or figure.high is None:
        return 0
    return int(figure.low > 0) - int(figure.high < 0)
