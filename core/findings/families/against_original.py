"""What the families of harm read: a source's figures beside the original's, on the same test rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.evidence import DECISIONS, ORIGINAL, Evidence, called, columns_of


@dataclass(frozen=True, slots=True)
class Comparison:
    """A source's classifiers beside the original's, for the groups of one attribute.

    Args:
        source: A source that is meant to be used.
        protocol: What the classifiers see: ``A`` with the attribute, ``B`` without.
        sensitive: The attribute.
    """

    source: str
    protocol: str
    sensitive: str

    @property
    def change(self) -> str:
        """The protocol of the changes against the original rows.

        >>> Comparison("synthetic", "A", "sex").change, Comparison("synthetic", "B", "sex").change
        ('change', 'change B')
        """
        return "change" if self.protocol == "A" else f"change {self.protocol}"


def comparisons(evidence: Evidence) -> Iterator[Comparison]:
    """Yield the comparisons that have changes, source by source; of its protocols first those to tell."""
    for source in evidence.products:
        for protocol in evidence.protocols(source):
            for name in evidence.all.attributes:
                one = Comparison(source, protocol, name)
                if evidence.mine.where(source=source, protocol=one.change, sensitive=name):
                    yield one


def comparison_of(change: Record) -> Comparison:
    """Return the comparison that a change belongs to."""
    protocol = change.protocol.removeprefix("change").strip() or "A"
    return Comparison(change.source, protocol, str(change.sensitive))


def losses(evidence: Evidence, metric: str, one: Comparison) -> RecordSet:
    """Return before minus after of a rate by group, so that above 0 is a loss; the largest loss first.

    Groups that are too small to compare are left out, and so is an attribute with a single group.
    """
    changes = evidence.mine.where(
        metric=metric, source=one.source, protocol=one.change, sensitive=one.sensitive, seed=None
    ).of_groups
    known = changes.filter(lambda figure: figure.value is not None and figure.status is not Status.SMALL_N)
    if len(known) < 2:
        return RecordSet()
    return RecordSet(map(negated, known)).sorted(lambda figure: (-(figure.value or 0.0),))


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
    evidence: Evidence, metric: str, one: Comparison, group: str | None = None
) -> tuple[Record, Record] | None:
    """Return a figure of the original's classifiers and of the source's; ``None`` if one is undefined."""
    before, after = (
        evidence.mine.at(metric, source=source, protocol=one.protocol, sensitive=one.sensitive, group=group)
        for source in (ORIGINAL, one.source)
    )
    if before is None or after is None or before.value is None or after.value is None:
        return None
    return before, after


def learner(one: Comparison) -> str:
    """Return what decides, as it stands in a sentence."""
    if one.source == DECISIONS:
        return "the method"
    return f"a classifier that {sees(one)}, trained on the {called(one.source)}"


def before(one: Comparison) -> str:
    """Return what decided before, as it stands in a sentence after `learner`."""
    return f"{'a classifier' if one.source == DECISIONS else 'one'} trained on the original rows"


def sees(one: Comparison) -> str:
    """Return what a classifier sees, after "it" or "that".

    >>> sees(Comparison("synthetic", "B", "sex")), sees(Comparison("synthetic", "A", "race × sex"))
    ('does not see sex', 'sees race and sex')
    """
    return f"{'sees' if one.protocol == 'A' else 'does not see'} {columns_of(one.sensitive)}"
