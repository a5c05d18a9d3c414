"""What a reference outcome shows: whom the table denies what they should have, and whether that became better or worse.

Without a reference outcome there are no claims. Rules, each with the error rate of `core.findings.decision`:

* Denied: of the real rows that should have the favourable outcome by the reference, the highest share of a group whose
  recorded outcome is the other one, minus the lowest, with its simultaneous interval over all pairs.
* Change: the paired change of the equalized odds difference against the reference outcome, after minus before.
* Lost: true positive rate of a group against the reference outcome, before minus after, with Newcombe's interval.

Gains are told beside the harm: a gap is called smaller if its whole interval lies below 0, and the changes of groups
stand with their intervals. Gains are no gaps, so that they share no error rate and are not corrected for other tests.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.glossary import against_reference, change_protocol
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.evidence import (
    DECISIONS,
    ORIGINAL,
    Evidence,
    called,
    is_crossed,
    per_1000,
    per_1000_interval,
    sized,
)
from core.findings.families.against_original import negated
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY = "reference_outcome"
DENIED, DENIED_DIFFERENCE = "outcome_denied", "outcome_denied_difference"
DIFFERENCE, FOUND = "equalized_odds_difference", "tpr"
_DATA = against_reference("data")
_SPLITS = ("all", "train")  # an audit's whole table, else the rows that were learned from
_USELESS = "A classifier is no better than an always-the-same guess, so equal error rates would mean nothing."
_SAME = 1e-9
_MAX_GROUPS = 3


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the claims on the table, and on every source that is compared with the original."""
    if evidence.schema.reference is None:
        return
    for name in evidence.all.attributes:
        yield from _denied(evidence, name)
        for source in evidence.compared:
            for letter in evidence.protocols(source) if source != ORIGINAL else ():
                yield from _change(evidence, source, letter, name)
                yield from _lost(evidence, source, letter, name)


def _by_reference(evidence: Evidence) -> str:
    return f"the reference outcome “{evidence.schema.reference}”"


def _denied(evidence: Evidence, name: str) -> Iterator[Claim]:
    found = (one for split in _SPLITS for one in _of_data(evidence, DENIED_DIFFERENCE, name, split).overall)
    figure = next(found, None)
    if figure is None or figure.value is None:
        return
    known = _of_data(evidence, DENIED, name, figure.split).of_groups
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
    )


def _of_data(evidence: Evidence, metric: str, name: str, split: str) -> RecordSet:
    return evidence.mine.where(metric=metric, source=ORIGINAL, protocol=_DATA, sensitive=name, split=split)


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


def _changed(evidence: Evidence, metric: str, source: str, letter: str, name: str) -> RecordSet:
    """Return the changes of a figure against the reference outcome, over all groups and of those large enough."""
    protocol = against_reference(change_protocol(letter))
    found = evidence.mine.where(metric=metric, source=source, protocol=protocol, sensitive=name, seed=None)
    return found.filter(lambda one: one.value is not None and (one.group is None or one.status is not Status.SMALL_N))


def _gap_change(evidence: Evidence, source: str, letter: str, name: str) -> Record | None:
    return next(iter(_changed(evidence, DIFFERENCE, source, letter, name).overall), None)


def _change(evidence: Evidence, source: str, letter: str, name: str) -> Iterator[Claim]:
    figure = _gap_change(evidence, source, letter, name)
    if figure is None or figure.value is None:
        return
    others = [_gap_change(evidence, source, one, name) for one in evidence.protocols(source) if one != letter]
    other = next(iter(others), None)
    is_first = letter == evidence.protocols(source)[0]
    is_told = is_first or other is None or _direction(other) != _direction(figure)
    groups = _groups(evidence, source, letter, name)
    yield Claim(
        family=FAMILY,
        topic=Topic.REFERENCE,
        figure=figure,
        texts=_change_texts(evidence, figure, letter) if is_told else {},
        margin=evidence.margin,
        group=groups[0].group if groups and (groups[0].value or 0.0) < 0 else None,
        per_1000=1000 * figure.value,
        records=tuple(groups),
        blocked=_USELESS if figure.status is Status.DEGENERATE else "",
    )


def _groups(evidence: Evidence, source: str, letter: str, name: str) -> RecordSet:
    """Return the changes of the true positive rate by group, the largest loss first; none for a single group."""
    found = _changed(evidence, FOUND, source, letter, name).of_groups
    return found.sorted(lambda one: (one.value or 0.0,)) if len(found) > 1 else RecordSet()


def _change_texts(evidence: Evidence, figure: Record, letter: str) -> dict[VerdictKind, str]:
    name = str(figure.sensitive)
    start = f"Against {_by_reference(evidence)}, from which no classifier learned,"
    by, who = f"by {attribute_title(name)}", f"with {_learner(figure.source, letter)}"
    values = _values(evidence, figure, letter)
    gap = f"{values}, a change of" if values else "it changes by"
    rest = (
        f"the largest gap between groups in true or false positive rates: {gap} {_signed(figure)} per 1,000."
        f"{_found(evidence, figure, letter)}"
    )
    worse = f"{start} mistakes are shared less evenly {by} {who}; {rest}"
    none = f"{start} the gap in mistakes {by} did not grow beyond the margin {who}; {rest}"
    unclear = f"{start} the gap in mistakes {by} is not shown to change {who}; {rest}"
    if figure.status is Status.DEGENERATE or is_crossed(name):
        return {VerdictKind.GAP: worse}
    if _direction(figure) < 0:
        none = unclear = f"{start} mistakes are shared more evenly {by} {who}; {rest}"
    elif _direction(figure) > 0:
        unclear = (
            f"{start} mistakes may be shared less evenly {by} {who}, but not surely after correction for all tests; "
            f"{rest}"
        )
    return {VerdictKind.GAP: worse, VerdictKind.NO_GAP: none, VerdictKind.UNDECIDED: unclear}


def _values(evidence: Evidence, change: Record, letter: str) -> str:
    """Return the figure after and before, of the classifiers that the change is about; empty if they were not kept."""
    protocol = against_reference(letter)
    mine = RecordSet(evidence.records).of_outcome(evidence.favorable).overall
    same = mine.where(metric=change.metric, sensitive=change.sensitive)
    protocols = (protocol, against_reference(change_protocol(letter, "generators")))
    for before in same.where(source=ORIGINAL, protocol=protocol):
        for after in same.where(source=change.source, protocol=protocols):
            if before.value is None or after.value is None or change.value is None:
                continue
            if abs(after.value - before.value - change.value) < _SAME:
                return f"{per_1000(after.value)} instead of {per_1000(before.value)} per 1,000"
    return ""


def _found(evidence: Evidence, change: Record, letter: str) -> str:
    """Return how many get the favourable outcome of those who should, by group; of many groups the two extremes."""
    groups = list(_groups(evidence, change.source, letter, str(change.sensitive)))
    shown = groups if len(groups) <= _MAX_GROUPS else [groups[0], groups[-1]]
    parts = [part for part in (_group_found(evidence, one, letter) for one in shown) if part]
    return f" Of those who should have {evidence.outcome}, {', and '.join(parts)}." if parts else ""


def _group_found(evidence: Evidence, change: Record, letter: str) -> str:
    protocol, name = against_reference(letter), str(change.sensitive)
    before, after = (
        evidence.mine.at(FOUND, source=source, protocol=protocol, sensitive=name, group=change.group)
        for source in (ORIGINAL, change.source)
    )
    if before is None or after is None or before.value is None or after.value is None:
        return ""
    rates = f"{per_1000(after.value)} instead of {per_1000(before.value)}"
    return f"{rates} of 1,000 {change.group} get it ({_signed(change)})"


def _lost(evidence: Evidence, source: str, letter: str, name: str) -> Iterator[Claim]:
    losses = _losses(evidence, source, letter, name)
    first = _losses(evidence, source, evidence.protocols(source)[0], name)
    for figure in losses:
        is_more = not first or (figure.low or 0.0) > (first[0].value or 0.0)
        is_told = figure == losses[0] and not is_crossed(name) and (losses == first or is_more)
        yield Claim(
            family=FAMILY,
            topic=Topic.REFERENCE,
            figure=figure,
            texts={VerdictKind.GAP: _lost_text(evidence, figure, letter)} if is_told else {},
            margin=evidence.margin,
            group=figure.group,
            per_1000=1000 * (figure.value or 0.0),
        )


def _losses(evidence: Evidence, source: str, letter: str, name: str) -> list[Record]:
    """Return before minus after of the true positive rate by group, the largest loss first."""
    return [negated(one) for one in _groups(evidence, source, letter, name)]


def _lost_text(evidence: Evidence, figure: Record, letter: str) -> str:
    return (
        f"Against {_by_reference(evidence)}, {figure.group} who should have {evidence.outcome} get it less often with "
        f"{_learner(figure.source, letter)} than before: {sized(figure)} fewer of 1,000."
    )


def _learner(source: str, letter: str) -> str:
    if source == DECISIONS:
        return "the method"
    sees = "sees" if letter == "A" else "does not see"
    return f"a classifier that {sees} the group, trained on the {called(source)}"


def _direction(figure: Record) -> int:
    """Return 1 or -1 if the interval lies above or below 0, else 0."""
    if figure.low is None or figure.high is None:
        return 0
    return int(figure.low > 0) - int(figure.high < 0)


def _signed(figure: Record) -> str:
    value = figure.value or 0.0
    return f"{'+' if value > 0 else ''}{per_1000(value)} {per_1000_interval(figure)}".strip()
