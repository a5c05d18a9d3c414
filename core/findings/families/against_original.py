"""What the families of harm read: a source's figures beside the original's, on the same test rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.audit.glossary import change_protocol
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.evidence import DECISIONS, ORIGINAL, Evidence, called, columns_of, per_1000, per_1000_interval

USELESS: Final = "A classifier is no better than an always-the-same guess, so equal error rates would mean nothing."
_SAME: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Comparison:
    """A source's classifiers beside the original's, for the groups of one attribute.

    Args:
        source: A source that is meant to be used.
        protocol: What the classifiers see: ``A`` with the attribute, ``B`` without; ``A reference`` and ``B reference``
            judge the same classifiers by the reference outcome.
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
        return change_protocol(self.protocol)


def comparisons(evidence: Evidence) -> Iterator[Comparison]:
    """Yield the comparisons that have changes, source by source; of its protocols first those to tell."""
    for source in evidence.products:
        for protocol in evidence.protocols(source):
            for name in evidence.all.attributes:
                one = Comparison(source, protocol, name)
                if evidence.mine.where(source=source, protocol=one.change, sensitive=name):
                    yield one


def comparison_of(change: Record) -> Comparison:
    """Return the comparison that a change belongs to.

    >>> changes = [Record(source="s", protocol=f"change{one}", metric="tpr") for one in ("", " B", " reference")]
    >>> [comparison_of(one).protocol for one in changes]
    ['A', 'B', 'A reference']
    """
    words = change.protocol.removeprefix("change").split()
    letter = [] if words[:1] == ["B"] else ["A"]
    return Comparison(change.source, " ".join([*letter, *words]), str(change.sensitive))


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


def sizes_of_change(evidence: Evidence, change: Record) -> str:
    """Return a figure after and before, per 1,000, of the classifiers that a change is about; empty if not kept.

    The change may be over draws of the generator with one classifier seed; so the two values are looked for.
    """
    one, mine = comparison_of(change), RecordSet(evidence.records).of_outcome(evidence.favorable).overall
    same_metric = mine.where(metric=change.metric, sensitive=one.sensitive)
    protocols = (one.protocol, change_protocol(one.protocol, "generators"))
    for former in same_metric.where(source=ORIGINAL, protocol=one.protocol):
        for after in same_metric.where(source=change.source, protocol=protocols):
            if former.value is None or after.value is None or change.value is None:
                continue
            if abs(after.value - former.value - change.value) < _SAME:
                return f"{per_1000(after.value)} instead of {per_1000(former.value)}"
    return ""


def signed(change: Record) -> str:
    """Return a change with its sign and interval, per 1,000: ``+50 [2, 99]``."""
    value = change.value or 0.0
    return f"{'+' if value > 0 else ''}{per_1000(value)} {per_1000_interval(change)}".strip()


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
    return f"{'does not see' if one.protocol.startswith('B') else 'sees'} {columns_of(one.sensitive)}"
