"""What both families of harm read: a source's figures beside the original's, on the same test rows."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.glossary import change_protocol
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.evidence import DECISIONS, ORIGINAL, Evidence, called


def compared(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield protocol and attribute for which the product has changes against the original, first those to tell."""
    for protocol in evidence.protocols(evidence.product):
        changes = evidence.mine.where(source=evidence.product, protocol=change_protocol(protocol))
        for name in evidence.all.attributes:
            if changes.where(sensitive=name):
                yield protocol, name


def told_protocol(evidence: Evidence) -> str | None:
    """Return the protocol that the summary tells of; ``None`` if the product is not compared with the original."""
    return next((protocol for protocol, _ in compared(evidence)), None)


def losses(evidence: Evidence, metric: str, protocol: str, sensitive: str) -> RecordSet:
    """Return before minus after of a rate by group, so that above 0 is a loss; the largest loss first.

    Groups that are too small to compare are left out, and so is an attribute with a single group.
    """
    changes = evidence.mine.where(
        metric=metric, source=evidence.product, protocol=change_protocol(protocol), sensitive=sensitive, seed=None
    ).of_groups
    known = changes.filter(lambda one: one.value is not None and one.status is not Status.SMALL_N)
    if len(known) < 2:
        return RecordSet()
    return RecordSet(map(negated, known)).sorted(lambda one: (-(one.value or 0.0),))


def worst_loss(evidence: Evidence, metric: str, sensitive: str) -> Record | None:
    """Return the largest loss of a group under the protocol told first, or under another where it is surely larger."""
    worst: Record | None = None
    for protocol, name in compared(evidence):
        found = losses(evidence, metric, protocol, name) if name == sensitive else RecordSet()
        if not found or found[0].value is None:
            continue
        if worst is None or (found[0].low is not None and found[0].low > (worst.value or 0.0)):
            worst = found[0]
    return worst


def negated(record: Record) -> Record:
    """Return the record with the other sign.

    >>> negated(Record(source="s", protocol="change", metric="tpr", value=-0.2, low=-0.3, high=0.1)).low
    -0.1
    """

    def minus(value: float | None) -> float | None:
        return None if value is None else 0.0 - value

    return record.model_copy(
        update={"value": minus(record.value), "low": minus(record.high), "high": minus(record.low)}
    )


def before_and_after(
    evidence: Evidence, metric: str, protocol: str, sensitive: str, group: str
) -> tuple[Record, Record] | None:
    """Return a group's figure of the original's classifiers and of the product's; ``None`` if one is undefined."""
    found = [
        evidence.mine.at(metric, source=source, protocol=protocol, sensitive=sensitive, group=group)
        for source in (ORIGINAL, evidence.product)
    ]
    before, after = found
    if before is None or after is None or before.value is None or after.value is None:
        return None
    return before, after


def learner(evidence: Evidence, protocol: str) -> str:
    """Return what decides, as it stands in a sentence."""
    if evidence.product == DECISIONS:
        return "the method"
    sees = "sees" if protocol == "A" else "does not see"
    return f"a classifier that {sees} the group, trained on the {called(evidence.product)}"
