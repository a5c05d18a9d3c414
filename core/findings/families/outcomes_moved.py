"""Who gains and who loses: decisions per 1,000 people of a group, and outcomes that label repair took and gave.

Rules:

* Decisions: the selection rate of a group before minus after, with Newcombe's paired interval; error rate of
  `core.findings.decision`. The group that loses most is told, beside the one that gains most.
* Repaired outcomes: a plain count over the rows of the synthetic file, so that no error rate is spent. It is told of
  the group that lost the largest share of its favourable outcomes, if that share exceeds the margin.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.evidence import Evidence, is_crossed, per_1000, per_1000_interval
from core.findings.families.against_original import compared, learner, losses, worst_loss
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY = "outcomes_moved"
LOWERED, RAISED = "outcomes_lowered", "outcomes_raised"


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the loss of decisions by group, attribute and protocol, and what label repair took by group."""
    most = _worst(evidence)
    for protocol, name in compared(evidence):
        found = losses(evidence, "selection_rate", protocol, name)
        for figure in found:
            text = _decisions_text(evidence, figure, found[-1], protocol) if figure == most else ""
            yield Claim(
                family=FAMILY,
                topic=Topic.HARM,
                figure=figure,
                texts={VerdictKind.GAP: text} if text else {},
                margin=evidence.margin,
                group=figure.group,
                per_1000=1000 * (figure.value or 0.0),
            )
    yield from _repaired(evidence)


def _worst(evidence: Evidence) -> Record | None:
    """Return the largest loss of a group of a single attribute."""
    names = [name for name in evidence.all.attributes if not is_crossed(name)]
    found = [worst_loss(evidence, "selection_rate", name) for name in names]
    return max((one for one in found if one is not None), key=lambda one: one.value or 0.0, default=None)


def _decisions_text(evidence: Evidence, figure: Record, other: Record, protocol: str) -> str:
    fewer, most = (_moved(evidence, one, protocol) for one in (figure, other))
    size = f"{per_1000(figure.value or 0.0)} {per_1000_interval(figure)}".strip()
    return (
        f"By {attribute_title(str(figure.sensitive))}, decisions move with {learner(evidence, protocol)}: of 1,000 "
        f"{figure.group}, {size} fewer get {evidence.outcome}{f' ({fewer})' if fewer else ''}"
        f"{f'; of 1,000 {other.group}, {most}' if most else ''}."
    )


def _moved(evidence: Evidence, figure: Record, protocol: str) -> str:
    where = {"source": figure.source, "protocol": protocol, "sensitive": figure.sensitive, "group": figure.group}
    lost, gained = (evidence.mine.first(metric=f"decisions_{way}", **where) for way in ("lost", "gained"))
    if lost is None or gained is None or lost.value is None or gained.value is None:
        return ""
    return f"{per_1000(lost.value)} lose it and {per_1000(gained.value)} gain it"


def _repaired(evidence: Evidence) -> Iterator[Claim]:
    lowered = evidence.mine.where(metric=LOWERED, source=evidence.product).of_groups
    known = lowered.filter(lambda one: one.value is not None and one.status is not Status.SMALL_N)
    single = known.filter(lambda one: not is_crossed(str(one.sensitive)))
    most = max(single, key=lambda one: one.value or 0.0, default=None)
    for figure in known:
        others = known.where(sensitive=figure.sensitive)
        text = _repaired_text(evidence, figure, others) if figure == most and len(others) > 1 else ""
        yield Claim(
            family=FAMILY,
            topic=Topic.HARM,
            figure=figure,
            texts={VerdictKind.GAP: text} if text else {},
            margin=evidence.margin,
            group=figure.group,
            per_1000=_of_the_group(evidence, figure),
            counted=True,
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
    took = " and ".join(f"{per_1000(one.value or 0.0)} of 1,000 {one.group} rows" for one in pair)
    raised = [(one, _raised(evidence, one)) for one in pair]
    gave = " and ".join(
        f"{per_1000(one.value)} of 1,000 {row.group} rows"
        for row, one in raised
        if one is not None and one.value is not None
    )
    end = f", and gave it to {gave} that did not" if gave else ""
    return f"In the synthetic rows, outcome repair took {evidence.outcome} from {took} that had it{end}."
