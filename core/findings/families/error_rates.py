"""Whether mistakes are shared less evenly than before, and who is found less often of those who deserve to be.

Rules, each with the error rate of `core.findings.decision`:

* The alarm is the paired change of the equalized odds difference, after minus before (`core.audit.metrics.change`).
  The ratio is never used: it moves with the rates' level, and depends on which outcome is counted as positive.
* Group by group: true positive rate before minus after, with Newcombe's paired interval.
* Without an original to compare with: the equalized odds difference itself.

Hardt, Price and Srebro 2016 (equalized odds and equal opportunity).
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.figure_text import number
from core.audit.glossary import change_protocol
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.evidence import ORIGINAL, REPRESENTATION, Evidence, is_crossed, per_1000, per_1000_interval
from core.findings.families.against_original import (
    before_and_after,
    compared,
    learner,
    losses,
    told_protocol,
    worst_loss,
)
from core.findings.families.selection_rates import subject
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY = "error_rates"
DIFFERENCE, PARITY = "equalized_odds_difference", "demographic_parity_difference"
_USELESS = "A classifier is no better than an always-the-same guess, so equal error rates would mean nothing."
_SAME = 1e-9


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the change of the difference by attribute and protocol, the losses of groups, and differences as such."""
    for protocol, name in compared(evidence):
        yield from _change(evidence, protocol, name)
        yield from _lost_by_groups(evidence, protocol, name)
    yield from _differences(evidence, has_changes=told_protocol(evidence) is not None)


def _changed(evidence: Evidence, protocol: str, name: str) -> Record | None:
    """Return the paired change of the difference, if it is defined."""
    figure = evidence.mine.at(DIFFERENCE, source=evidence.product, protocol=change_protocol(protocol), sensitive=name)
    return figure if figure is not None and figure.value is not None else None


def _change(evidence: Evidence, protocol: str, name: str) -> Iterator[Claim]:
    figure = _changed(evidence, protocol, name)
    if figure is None or figure.value is None:
        return
    first = told_protocol(evidence) or protocol
    is_told = protocol == first or _direction(figure) != _direction(_changed(evidence, first, name))
    found = losses(evidence, "tpr", protocol, name)
    yield Claim(
        family=FAMILY,
        topic=Topic.HARM,
        figure=figure,
        texts=_change_texts(evidence, figure, protocol, name) if is_told else {},
        margin=evidence.margin,
        group=found[0].group if found else None,
        per_1000=1000 * figure.value,
        records=tuple(found),
        blocked=_USELESS if figure.status is Status.DEGENERATE else "",
    )


def _change_texts(evidence: Evidence, figure: Record, protocol: str, name: str) -> dict[VerdictKind, str]:
    by, who = f"by {attribute_title(name)}", f"with {learner(evidence, protocol)}"
    values = _values(evidence, figure, protocol, name)
    before = (
        f"the largest gap between groups in true or false positive rates is {values}, a change of" if values else ""
    )
    size = f"{_signed(figure)} {per_1000_interval(figure)}".strip()
    rest = (
        f"{before or 'the equalized odds difference changes by'} {size} per 1,000{_also(evidence, protocol, name)}."
        f"{_alternative(evidence, protocol, name)}"
    )
    worse = f"Mistakes are shared less evenly {by} {who}: {rest}"
    none = f"Against true outcomes, the gap in mistakes {by} did not grow beyond the margin {who}: {rest}"
    unclear = f"Against true outcomes, the gap in mistakes {by} is not shown to change {who}: {rest}"
    if figure.status is Status.DEGENERATE or is_crossed(name):
        return {VerdictKind.GAP: worse}
    if figure.high is not None and figure.high < 0:
        none = unclear = f"The gap in mistakes {by} is smaller {who}: {rest}"
    elif figure.low is not None and figure.low > 0:
        unclear = (
            f"Mistakes may be shared less evenly {by} {who}, but not surely after correction for all tests: {rest}"
        )
    return {VerdictKind.GAP: worse, VerdictKind.NO_GAP: none, VerdictKind.UNDECIDED: unclear}


def _direction(figure: Record | None) -> int:
    """Return 1 or -1 if the interval lies above or below 0, else 0."""
    if figure is None or figure.low is None or figure.high is None:
        return 0
    return int(figure.low > 0) - int(figure.high < 0)


def _signed(figure: Record) -> str:
    value = figure.value or 0.0
    return f"{'+' if value > 0 else ''}{per_1000(value)}"


def _values(evidence: Evidence, change: Record, protocol: str, name: str) -> str:
    """Return the figure after and before, of the classifiers that the change is about; empty if they were not kept."""
    mine = RecordSet(evidence.records).of_outcome(evidence.favorable).overall
    same_metric = mine.where(metric=change.metric, sensitive=name)
    protocols = (protocol, "generators" if protocol == "A" else f"generators {protocol}")
    for before in same_metric.where(source=ORIGINAL, protocol=protocol):
        for after in same_metric.where(source=change.source, protocol=protocols):
            if before.value is None or after.value is None or change.value is None:
                continue
            if abs(after.value - before.value - change.value) < _SAME:
                return f"{number(after.value)} instead of {number(before.value)}"
    return ""


def _also(evidence: Evidence, protocol: str, name: str) -> str:
    """Return the change under the other protocol, in brackets; empty without one."""
    other = next((one for one in evidence.protocols(evidence.product) if one != protocol), None)
    if other is None:
        return ""
    figure = _changed(evidence, other, name)
    if figure is None or _direction(figure) != _direction(_changed(evidence, protocol, name)):
        return ""  # it has a sentence of its own
    sees = "if it sees the group" if other == "A" else "if it does not see the group"
    shown = f"{_signed(figure)} {per_1000_interval(figure)}".strip()
    return f" ({sees}: {shown})"


def _alternative(evidence: Evidence, protocol: str, name: str) -> str:
    """Return how the other criterion, equal selection rates, moved."""
    figures = [
        evidence.mine.at(PARITY, source=source, protocol=protocol, sensitive=name)
        for source in (ORIGINAL, evidence.product)
    ]
    before, after = figures
    if before is None or after is None or before.value is None or after.value is None:
        return ""
    size = f"{per_1000(after.value)} instead of {per_1000(before.value)} per 1,000"
    return f" Rates of {evidence.outcome} differ by {size}."


def _lost_by_groups(evidence: Evidence, protocol: str, name: str) -> Iterator[Claim]:
    found = losses(evidence, "tpr", protocol, name)
    worst = worst_loss(evidence, "tpr", name)
    is_told = not is_crossed(name) or _beyond_single(evidence, worst)
    for figure in found:
        text = _lost_text(evidence, figure, found[-1], protocol) if figure == worst and is_told else ""
        yield Claim(
            family=FAMILY,
            topic=Topic.HARM,
            figure=figure,
            texts={VerdictKind.GAP: text} if text else {},
            margin=evidence.margin,
            group=figure.group,
            per_1000=1000 * (figure.value or 0.0),
        )


def _beyond_single(evidence: Evidence, figure: Record | None) -> bool:
    """Return whether a combined group surely loses more than every group of a single attribute."""
    single = [worst_loss(evidence, "tpr", name) for name in evidence.all.attributes if not is_crossed(name)]
    least = max((one.value or 0.0 for one in single if one is not None), default=0.0)
    return figure is not None and figure.low is not None and figure.low > least


def _lost_text(evidence: Evidence, figure: Record, other: Record, protocol: str) -> str:
    name = str(figure.sensitive)
    lost = _found(evidence, protocol, name, str(figure.group))
    if not lost:
        return ""
    kept = _found(evidence, protocol, name, str(other.group))
    size = f"{per_1000(figure.value or 0.0)} {per_1000_interval(figure)}".strip()
    return (
        f"By {attribute_title(name)}, {figure.group} who deserve it are found less often with "
        f"{learner(evidence, protocol)}: {lost}, a loss of "
        f"{size} per 1,000{f'; {kept}' if kept else ''}."
        f"{_wrongly(evidence, protocol, name, (str(figure.group), str(other.group)))}"
    )


def _found(evidence: Evidence, protocol: str, name: str, group: str) -> str:
    """Return how many true positives of a group are found, in people: "1,385 instead of 2,003 are found"."""
    pair = before_and_after(evidence, "tpr", protocol, name, group)
    if pair is None or not pair[0].n:
        return ""
    before, after = pair
    people = [round((one.value or 0.0) * (before.n or 0)) for one in pair]
    return (
        f"of {before.n:,} {group} who truly have {evidence.outcome}, {people[1]:,} instead of {people[0]:,} are "
        f"found ({number(after.value or 0.0)} instead of {number(before.value or 0.0)})"
    )


def _wrongly(evidence: Evidence, protocol: str, name: str, groups: tuple[str, str]) -> str:
    parts = []
    for group in dict.fromkeys(groups):
        pair = before_and_after(evidence, "fpr", protocol, name, group)
        if pair is not None:
            before, after = (per_1000(one.value or 0.0) for one in pair)
            parts.append(f"{after} instead of {before} of 1,000 {group}")
    return f" Of those who do not have it, {' and '.join(parts)} get it." if parts else ""


def _differences(evidence: Evidence, *, has_changes: bool) -> Iterator[Claim]:
    """Yield the difference itself for the original and the product; told only where no change tells it."""
    for source in evidence.compared:
        protocols = ("C",) if source == REPRESENTATION else evidence.protocols(source)
        judged = evidence.mine.where(metric=DIFFERENCE, source=source, protocol=protocols).without(sensitive=None)
        for figure in judged:
            is_first = figure.protocol == protocols[0]
            tell = source == evidence.product and not has_changes and is_first and not is_crossed(str(figure.sensitive))
            yield Claim(
                family=FAMILY,
                topic=Topic.GAP,
                figure=figure,
                texts=_difference_texts(evidence, figure) if tell else {},
                margin=evidence.margin,
                group=_least_found(evidence, figure),
                per_1000=None if figure.value is None else 1000 * figure.value,
                blocked=_USELESS if figure.status is Status.DEGENERATE else "",
            )


def _rates(evidence: Evidence, figure: Record, metric: str) -> RecordSet:
    return evidence.group_rates(
        metric, source=figure.source, protocol=figure.protocol, sensitive=str(figure.sensitive), split=figure.split
    )


def _least_found(evidence: Evidence, figure: Record) -> str | None:
    rates = _rates(evidence, figure, "tpr")
    return rates[0].group if len(rates) > 1 else None


def _difference_texts(evidence: Evidence, figure: Record) -> dict[VerdictKind, str]:
    found, wrong = _rates(evidence, figure, "tpr"), _rates(evidence, figure, "fpr")
    if figure.value is None or len(found) < 2 or len(wrong) < 2:
        return {}
    size = f"{per_1000(figure.value)} {per_1000_interval(figure)}".strip() + " per 1,000"
    extremes = [
        f"{per_1000(low.value or 0.0)} of 1,000 {low.group} and {per_1000(high.value or 0.0)} of 1,000 {high.group}"
        for low, high in ((found[0], found[-1]), (wrong[0], wrong[-1]))
    ]
    rates = (
        f"of those who truly have {evidence.outcome}, {extremes[0]} are found; of those who do not have it, "
        f"{extremes[1]} get it"
    )
    start, title = subject(figure), attribute_title(str(figure.sensitive))
    return {
        VerdictKind.GAP: f"{start}, mistakes differ by {title} by {size}: {rates}.",
        VerdictKind.NO_GAP: f"{start}, mistakes differ by {title} by {size}, which is below the margin of "
        f"{per_1000(evidence.margin)} per 1,000.",
    }
