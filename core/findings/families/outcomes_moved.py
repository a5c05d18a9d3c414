"""Who gains and who loses: decisions per 1,000 people of a group, and outcomes that label repair took and gave.

Rules:

* Decisions: the selection rate of a group before minus after, with Newcombe's paired interval; error rate of
  `core.findings.decision`. Every group that loses is told, the first beside the one that gains most.
* Repaired outcomes: a plain count over the rows of the synthetic file, so that no error rate is spent. It is told of
  the group that lost the largest share of its favourable outcomes, if that share exceeds the margin.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.evidence import Evidence, called, is_crossed, per_1000, sized
from core.findings.families.against_original import before, comparison_of, learner
from core.findings.families.group_losses import GroupLosses, told_losses
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY = "outcomes_moved"
LOWERED, RAISED = "outcomes_lowered", "outcomes_raised"


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the loss of decisions by group, attribute and protocol, and what label repair took by group."""
    decisions = GroupLosses(
        FAMILY,
        "selection_rate",
        f"whether groups get {evidence.outcome} less often than before",
        lambda figure, other: _decisions_text(evidence, figure, other),
        told_losses,
    )
    yield from decisions.claims(evidence)
    for source in evidence.products:
        yield from _repaired(evidence, source)


def _decisions_text(evidence: Evidence, figure: Record, other: Record) -> str:
    fewer, most = (_moved(evidence, row) for row in (figure, other))
    one = comparison_of(figure)
    return (
        f"By {attribute_title(str(figure.sensitive))}, of 1,000 {figure.group}, {sized(figure)} fewer get "
        f"{evidence.outcome} from {learner(one)}, than from {before(one)}{f' ({fewer})' if fewer else ''}"
        f"{f'; of 1,000 {other.group}, {most}' if most and other != figure else ''}."
    )


def _moved(evidence: Evidence, figure: Record) -> str:
    protocol = comparison_of(figure).protocol
    where = {"source": figure.source, "protocol": protocol, "sensitive": figure.sensitive, "group": figure.group}
    lost, gained = (evidence.mine.first(metric=f"decisions_{way}", **where) for way in ("lost", "gained"))
    if lost is None or gained is None or lost.value is None or gained.value is None:
        return ""
    return f"{per_1000(lost.value)} lose it and {per_1000(gained.value)} gain it"


def _repaired(evidence: Evidence, source: str) -> Iterator[Claim]:
    lowered = evidence.mine.where(metric=LOWERED, source=source).of_groups
    known = lowered.filter(lambda one: one.value is not None and one.status is not Status.SMALL_N)
    single = known.filter(lambda one: not is_crossed(str(one.sensitive)))
    most = max(single, key=lambda one: one.value or 0.0, default=None)
    for figure in known:
        others = known.where(sensitive=figure.sensitive)
        text = _repaired_text(evidence, figure, others) if figure == most and len(others) > 1 else ""
        more = ", the most of the groups compared" if len(others) > 1 else ""
        yield Claim(
            family=FAMILY,
            topic=Topic.HARM,
            figure=figure,
            texts={VerdictKind.GAP: text} if text else {},
            margin=evidence.margin,
            group=figure.group,
            per_1000=_of_the_group(evidence, figure),
            counted=True,
            brief=f"To make the {called(figure.source)}, {evidence.outcome} was changed for "
            f"{evidence.people(figure)} of 100 rows of “{figure.group}” that had it{more}.",
        )


def _of_the_group(evidence: Evidence, figure: Record) -> float | None:
    """Return the rows that lost the outcome per 1,000 rows of the group, not per 1,000 of those that had it."""
    raised = _raised(evidence, figure)
    if figure.value is None or figure.n is None or raised is None or raised.n is None:
        return None
    return 1000 * figure.value * figure.n / (figure.n + raised.n)


def _raised(evidence: Evidence, figure: Record) -> Record | None:
    return evidence.mine.at(
        RAISED, source=figure.source, protocol=figure.protocol, sensitive=figure.sensitive, group=figure.group
    )


def _repaired_text(evidence: Evidence, figure: Record, others: RecordSet) -> str:
    least = min(others, key=lambda one: one.value or 0.0)
    pair = [figure, least]
    took = " and ".join(f"{per_1000(one.value or 0.0)} of every 1,000 {one.group} rows" for one in pair)
    raised = [(one, _raised(evidence, one)) for one in pair]
    gave = " and ".join(
        f"{per_1000(one.value)} of every 1,000 {row.group} rows"
        for row, one in raised
        if one is not None and one.value is not None
    )
    end = f"; it was given to {gave} that did not" if gave else ""
    return (
        f"In the {called(figure.source)}, {evidence.outcome} was taken from {took} that had it{end} (outcome repair)."
    )
