"""Whether errors are shared less evenly than before, and who is found less often.

Rule: the paired change of the equalized odds difference, classifiers of the source minus those of the original rows.
Only a rise is an alarm. The equalized odds ratio is no alarm: it can rise while the difference of the rates grows. For
each group, the fall of its true positive rate is a claim of its own, with its paired interval. Error rate: that of
`core.findings.decision`.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.metrics.names import PARITY_DIFFERENCE
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.data.groups import CROSS
from core.findings.evidence import ORIGINAL, Evidence, called, negative, per_1000, sized
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY = "error_rates"
ODDS_DIFFERENCE = "equalized_odds_difference"
_CHANGES = {"B": "change B", "A": "change"}
_SEES = {"A": "that see the attribute", "B": "that do not see the attribute"}


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield, for the rows that are meant to be used, the claims of each attribute and protocol."""
    if evidence.product == ORIGINAL:
        for letter in _CHANGES:
            for name in evidence.all.attributes:
                yield from _gap(evidence, letter, name)
        return
    for name in evidence.all.attributes:
        for letter in _told_first(evidence, name):
            yield from _rise(evidence, letter, name)
            yield from _losses(evidence, letter, name)


def _told_first(evidence: Evidence, name: str) -> list[str]:
    """Return the protocols, that with the greater rise first."""
    where = {"metric": ODDS_DIFFERENCE, "source": evidence.product, "sensitive": name}
    rises = {letter: evidence.mine.first(protocol=protocol, **where) for letter, protocol in _CHANGES.items()}
    there = [letter for letter, one in rises.items() if one is not None]
    return sorted(there, key=lambda letter: -((rises[letter] and rises[letter].value) or 0.0))  # type: ignore[union-attr]


def _is_told(evidence: Evidence, letter: str, name: str) -> bool:
    """Return whether the summary tells it: the protocol with the greater rise, for single attributes."""
    return CROSS not in name and letter == _told_first(evidence, name)[0]


def _gap(evidence: Evidence, letter: str, name: str) -> Iterator[Claim]:
    """Yield the gap in error rates of classifiers of the original rows."""
    figure = evidence.mine.at(ODDS_DIFFERENCE, source=ORIGINAL, protocol=letter, sensitive=name)
    if figure is None or figure.value is None:
        return
    rates = evidence.group_rates("tpr", source=ORIGINAL, protocol=letter, sensitive=name)
    text = ""
    if CROSS not in name and letter == "B" and len(rates) > 1:
        text = (
            f"Errors of classifiers trained on the {called(ORIGINAL)} {_SEES[letter]} differ by "
            f"{attribute_title(name)}: of 1,000 people who truly have {evidence.outcome}, they find "
            f"{per_1000(rates[0].value or 0.0)} {rates[0].group} and {per_1000(rates[-1].value or 0.0)} "
            f"{rates[-1].group} (equalized odds difference {sized(figure)} per 1,000)."
        )
    yield Claim(
        FAMILY,
        Topic.GAP,
        figure,
        {VerdictKind.GAP: text} if text else {},
        margin=evidence.margin,
        group=rates[0].group if rates else None,
        per_1000=1000 * figure.value,
        records=tuple(rates),
        blocked=figure.note if figure.status in {Status.DEGENERATE, Status.SMALL_N} else "",
    )


def _rise(evidence: Evidence, letter: str, name: str) -> Iterator[Claim]:
    """Yield the rise of the equalized odds difference."""
    figure = evidence.mine.at(ODDS_DIFFERENCE, source=evidence.product, protocol=_CHANGES[letter], sensitive=name)
    if figure is None or figure.value is None:
        return
    before = evidence.mine.at(ODDS_DIFFERENCE, source=ORIGINAL, protocol=letter, sensitive=name)
    was = "" if before is None or before.value is None else f" from {per_1000(before.value)}"
    who = f"of classifiers trained on the {called(evidence.product)} {_SEES[letter]}"
    by, size = attribute_title(name), f"{sized(figure)} per 1,000"
    parity = _parity(evidence, letter, name)
    texts = {
        VerdictKind.GAP: f"Errors {who} are shared less evenly by {by}: the equalized odds difference rises by "
        f"{size}{was}{parity}.",
        VerdictKind.NO_GAP: f"Errors {who} are not shared less evenly by {by}, measured against the observed outcome: "
        f"the equalized odds difference changes by {size}{was}.",
        VerdictKind.UNDECIDED: f"Errors {who}: no rise of the equalized odds difference by {by} is shown, and none of "
        f"{per_1000(evidence.margin)} per 1,000 is excluded: it changes by {size}{was}.",
    }
    yield Claim(
        FAMILY,
        Topic.HARM,
        figure,
        texts if _is_told(evidence, letter, name) else {},
        margin=evidence.margin,
        per_1000=1000 * figure.value,
        records=() if before is None else (before,),
    )


def _parity(evidence: Evidence, letter: str, name: str) -> str:
    """Return what became of the other criterion, equal selection rates."""
    change = evidence.mine.at(PARITY_DIFFERENCE, source=evidence.product, protocol=_CHANGES[letter], sensitive=name)
    if change is None or change.value is None:
        return ""
    word = "falls" if change.value < 0 else "rises"
    return f", while the difference of selection rates {word} by {per_1000(abs(change.value))}"


def _losses(evidence: Evidence, letter: str, name: str) -> Iterator[Claim]:
    """Yield the fall of each group's true positive rate; the summary tells the greatest."""
    where = {"source": evidence.product, "protocol": _CHANGES[letter], "sensitive": name}
    changes = evidence.mine.where(metric="tpr", **where).of_groups.without(value=None).without(status=Status.SMALL_N)
    ordered = changes.sorted(lambda one: (one.value or 0.0,))
    for place, change in enumerate(ordered):
        loss = negative(change)
        told = place == 0 and _is_told(evidence, letter, name)
        yield Claim(
            FAMILY,
            Topic.HARM,
            loss,
            {VerdictKind.GAP: _loss_text(evidence, letter, loss, ordered)} if told else {},
            margin=evidence.margin,
            group=loss.group,
            per_1000=1000 * (loss.value or 0.0),
            records=tuple(ordered),
        )


def _loss_text(evidence: Evidence, letter: str, loss: Record, changes: RecordSet) -> str:
    rates = evidence.mine.where(metric="tpr", source=ORIGINAL, protocol=letter, sensitive=loss.sensitive)
    before = rates.first(group=loss.group)
    found = ""
    if before is not None and before.value is not None and before.n:
        now = before.value - (loss.value or 0.0)
        found = f": {round(before.n * now):,} of {before.n:,} test rows instead of {round(before.n * before.value):,}"
    best = changes[-1]
    other = ""
    if best.group != loss.group and best.value is not None:
        word = "more" if best.value > 0 else "fewer"
        other = f"; of {best.group}, {per_1000(abs(best.value))} {word}"
    return (
        f"Of 1,000 {loss.group} who truly have {evidence.outcome}, classifiers trained on the "
        f"{called(evidence.product)} {_SEES[letter]} find {sized(loss)} fewer{found}{other}."
    )
