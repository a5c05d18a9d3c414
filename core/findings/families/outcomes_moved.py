"""Who loses and who gains: outcomes that label repair moved, and decisions that changed, by group.

Rule for repaired outcomes: of the synthetic rows of a group that had the favourable outcome, the share that lost it. It
is a count, so no error rate is spent. Rule for decisions: the fall of a group's selection rate on the same test rows,
with its paired interval; error rate of `core.findings.decision`.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.records import Record, Status
from core.data.groups import CROSS
from core.findings.evidence import ORIGINAL, Evidence, called, negative, per_1000, per_1000_interval
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY = "outcomes_moved"
_CHANGES = {"B": "change B", "A": "change"}
_SEES = {"A": "that see the attribute", "B": "that do not see the attribute"}
_MAX_GROUPS = 3


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the repaired outcomes and the changed decisions of every attribute."""
    for name in evidence.all.attributes:
        yield from _repaired(evidence, name)
        if evidence.product != ORIGINAL:
            for letter in _CHANGES:
                yield from _decisions(evidence, letter, name)


def _repaired(evidence: Evidence, name: str) -> Iterator[Claim]:
    found = evidence.mine.where(metric="outcomes_lowered", sensitive=name).of_groups.without(value=None)
    ordered = found.sorted(lambda one: (-(one.value or 0.0),))
    for place, lowered in enumerate(ordered):
        told = place == 0 and CROSS not in name
        yield Claim(
            FAMILY,
            Topic.HARM,
            lowered,
            {VerdictKind.GAP: _repair_text(evidence, name, list(ordered))} if told else {},
            margin=evidence.margin,
            group=lowered.group,
            per_1000=1000 * (lowered.value or 0.0),
            records=tuple(ordered),
            counted=True,
        )


def _repair_text(evidence: Evidence, name: str, lowered: list[Record]) -> str:
    outcome = evidence.outcome
    taken = ", ".join(f"{one.group} {per_1000(one.value or 0.0)}" for one in lowered[:_MAX_GROUPS])
    raised = evidence.mine.where(metric="outcomes_raised", sensitive=name).of_groups.without(value=None)
    given = ", ".join(
        f"{one.group} {per_1000(one.value or 0.0)}"
        for one in raised.sorted(lambda one: (-(one.value or 0.0),))[:_MAX_GROUPS]
    )
    return (
        f"Label repair took {outcome} from synthetic rows that had it, per 1,000 of them: {taken}. It gave it to rows "
        f"that did not have it, per 1,000: {given or 'none'}."
    )


def _decisions(evidence: Evidence, letter: str, name: str) -> Iterator[Claim]:
    where = {"source": evidence.product, "protocol": _CHANGES[letter], "sensitive": name}
    changes = evidence.mine.where(metric="selection_rate", **where).of_groups.without(value=None)
    ordered = changes.without(status=Status.SMALL_N).sorted(lambda one: (one.value or 0.0,))
    for place, change in enumerate(ordered):
        loss = negative(change)
        told = place == 0 and CROSS not in name and letter == "B"
        yield Claim(
            FAMILY,
            Topic.HARM,
            loss,
            {VerdictKind.GAP: _decision_text(evidence, letter, loss)} if told else {},
            margin=evidence.margin,
            group=loss.group,
            per_1000=1000 * (loss.value or 0.0),
        )


def _decision_text(evidence: Evidence, letter: str, loss: Record) -> str:
    name = str(loss.sensitive)
    where = {"source": evidence.product, "protocol": _CHANGES[letter], "sensitive": name, "status": Status.OK}
    parts = []
    for gained in evidence.mine.where(metric="decisions_gained", **where)[:_MAX_GROUPS]:
        lost = evidence.mine.first(metric="decisions_lost", group=gained.group, **where)
        if lost is not None:
            parts.append(f"{gained.group} {per_1000(lost.value or 0.0)} and {per_1000(gained.value or 0.0)}")
    return (
        f"{loss.group} are selected less often by classifiers trained on the {called(evidence.product)} "
        f"{_SEES[letter]}: {per_1000(loss.value or 0.0)} {per_1000_interval(loss)} per 1,000 fewer. By "
        f"{attribute_title(name)}, {evidence.outcome} lost and gained per 1,000: {'; '.join(parts)}."
    )
