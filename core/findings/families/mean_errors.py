"""Whether a model that predicts a number is wrong to the harm of a group on average.

Rule: the largest difference of two groups' mean errors, with its simultaneous interval over all pairs, against a margin
of the outcome's standard deviation times the margin of rates. Error rate: that of `core.findings.decision`.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.figure_text import interval, number
from core.audit.glossary import NUMBERS
from core.audit.metrics.predicted_numbers import ERROR, GAPS, SPREAD
from core.audit.records import Record, Status
from core.findings.evidence import Evidence
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY = "mean_errors"


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim for each model and attribute."""
    for figure in evidence.all.where(metric=GAPS[ERROR], protocol=NUMBERS):
        spread = evidence.all.at(SPREAD, source=figure.source, protocol=NUMBERS)
        if spread is None or not spread.value:
            continue
        means = evidence.all.where(metric=ERROR, source=figure.source, sensitive=figure.sensitive).of_groups
        known = means.filter(lambda one: one.value is not None and one.status is not Status.SMALL_N)
        found = list(known.sorted(lambda one: (one.value or 0.0,)))
        yield Claim(
            family=FAMILY,
            topic=Topic.GAP,
            figure=figure,
            texts=_texts(evidence, figure, found, evidence.margin * spread.value) if len(found) > 1 else {},
            margin=evidence.margin * spread.value,
            group=found[0].group if found else None,
            per_1000=1000 * (figure.value or 0.0) / spread.value,
            records=tuple(found),
            question="whether mean errors differ",
        )


def _texts(evidence: Evidence, figure: Record, found: list[Record], margin: float) -> dict[VerdictKind, str]:
    low, high = found[0], found[-1]
    name, size = attribute_title(str(figure.sensitive)), f"{number(figure.value or 0.0)} {interval(figure)}"
    target = evidence.schema.target
    start = f"“{figure.source}” predicts “{target}”"
    return {
        VerdictKind.GAP: (
            f"{start} too low or too high by different amounts, by {name}: prediction minus outcome is "
            f"{_signed(low)} on average for {low.group} and {_signed(high)} for {high.group}, a difference of {size}."
        ),
        VerdictKind.NO_GAP: (
            f"{start} with mean errors that differ by {size}, by {name}, below {number(margin)}: "
            f"{number(evidence.margin)} standard deviations of the outcome."
        ),
        VerdictKind.UNDECIDED: f"Mean errors of “{figure.source}” by {name} differ by {size}, which may be chance.",
    }


def _signed(record: Record) -> str:
    value = record.value or 0.0
    return f"{'−' if value < 0 else '+'}{number(abs(value))}"
