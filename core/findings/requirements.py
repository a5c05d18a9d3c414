"""Requirements on figures and findings, e.g. for a CI job that decides whether a table passes.

::

    SOURCE PROTOCOL METRIC [by ATTRIBUTE [in GROUP]] OP NUMBER
    low(SOURCE PROTOCOL METRIC ...) OP NUMBER          the lower bound of the interval; high(...) the upper
    no gap [in FAMILY] [of SOURCE]                     no finding says "gap found"

Quote names that contain spaces. Without ``by``, a requirement covers every attribute that has the figure. Without
``in``, it covers the figure over all groups, or every group if there is no such figure. It is met only if all figures
that it covers meet it. Figures that depend on an outcome are those of the favourable one. "no gap" covers the findings
of all families and sources, or of those that it names. It cannot be decided if one of them has too few rows to tell or
is withheld.
"""

from __future__ import annotations

import operator
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from core.audit.figure_text import number
from core.audit.glossary import OVER_TIME, PROTOCOLS, SINCE_FIRST, SINCE_PREVIOUS
from core.audit.metrics.catalog import METRICS, kind_of
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.errors import ConfigError
from core.findings.conclusions import FAMILIES, Conclusions
from core.findings.finding import VerdictKind

EXAMPLE = "'original A demographic_parity_ratio by sex >= 0.8' or 'no gap in selection_rates'"
_NO_GAP = re.compile(r"\s*no\s+gap(?:\s+in\s+(?P<family>\w+))?(?:\s+of\s+(?P<source>.+?))?\s*")
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_FORM = re.compile(
    r"\s*(?:(?P<bound>low|high)\s*\((?P<inside>.*)\)|(?P<plain>.*?))\s*"
    r"(?P<op>>=|<=|>|<)\s*(?P<limit>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*"
)


class Answer(StrEnum):
    """Whether a requirement is met."""

    MET = "met"
    NOT_MET = "not met"
    UNDECIDED = "cannot be decided"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement.

    Args:
        text: The requirement as the user wrote it.
        source: Whose rows.
        protocol: The protocol of the figure.
        metric: The metric.
        sensitive: The attribute; ``None`` for every attribute that has the figure.
        group: The group; ``None`` if none is named.
        bound: ``value``, ``low`` or ``high``.
        comparison: ``>=``, ``<=``, ``>`` or ``<``.
        limit: The number that the bound is compared with.
    """

    text: str
    source: str
    protocol: str
    metric: str
    sensitive: str | None
    group: str | None
    bound: str
    comparison: str
    limit: float


@dataclass(frozen=True, slots=True)
class NoGap:
    """The requirement that no finding says "gap found".

    Args:
        text: The requirement as the user wrote it.
        family: The family of findings; ``None`` for all.
        source: Whose rows; ``None`` for all.
    """

    text: str
    family: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether one figure or finding meets a requirement.

    Args:
        requirement: The requirement.
        answer: Whether it is met.
        why: The reason, in a sentence.
        record: The figure; ``None`` if it does not exist.
    """

    requirement: Requirement | NoGap
    answer: Answer
    why: str
    record: Record | None = None


def parse(text: str) -> Requirement | NoGap:
    """Parse a requirement.

    >>> found = parse('low(synthetic A tpr by sex in "not said") >= 0.5')
    >>> found.bound, found.metric, found.sensitive, found.group, found.limit
    ('low', 'tpr', 'sex', 'not said', 0.5)

    Raises:
        ConfigError: The text does not follow the syntax, or there is no such protocol, metric or family.
    """
    if no_gap := _NO_GAP.fullmatch(text):
        family, source = no_gap["family"], no_gap["source"]
        if family is not None and family not in FAMILIES:
            raise ConfigError(
                f"{text!r}: there are no findings {family!r}; there are {', '.join(FAMILIES)}.", field="require"
            )
        return NoGap(text.strip(), family, None if source is None else source.strip("'\""))
    form = _FORM.fullmatch(text)
    try:
        tokens = shlex.split((form["inside"] or form["plain"] or "") if form else "")
    except ValueError:
        tokens = []
    keywords = [tokens[position] for position in (3, 5) if len(tokens) > position]
    if form is None or len(tokens) not in (3, 5, 7) or keywords != ["by", "in"][: len(keywords)]:
        raise ConfigError(f"{text!r} is not understood; write it like {EXAMPLE}.", field="require")
    source, protocol, metric = tokens[:3]
    if protocol not in PROTOCOLS:
        raise ConfigError(
            f"{text!r}: there is no protocol {protocol!r}; there are {', '.join(PROTOCOLS)}.", field="require"
        )
    if kind_of(metric) not in METRICS:
        near = get_close_matches(metric, METRICS, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"write it like {EXAMPLE}."
        raise ConfigError(f"{text!r}: there is no figure {metric!r}; {hint}", field="require")
    return Requirement(
        text.strip(),
        source,
        protocol,
        metric,
        tokens[4] if len(tokens) > 4 else None,
        tokens[6] if len(tokens) > 6 else None,
        form["bound"] or "value",
        form["op"],
        float(form["limit"]),
    )


def decide(conclusions: Conclusions, requirements: Sequence[Requirement | NoGap]) -> list[Decision]:
    """Return a decision for each figure or finding that a requirement covers, in order.

    Args:
        conclusions: Of the audit; figures are those with the favourable outcome counted as positive.
        requirements: The requirements to check.
    """
    return [
        decision
        for requirement in requirements
        for decision in (
            _on_findings(conclusions, requirement)
            if isinstance(requirement, NoGap)
            else _decisions(conclusions.records, requirement)
        )
    ]


def all_met(result: Sequence[Decision]) -> bool:
    """Return whether every figure meets its requirement."""
    return all(decision.answer is Answer.MET for decision in result)


def _decisions(records: RecordSet, requirement: Requirement) -> list[Decision]:
    selected = records.where(source=requirement.source, protocol=requirement.protocol, metric=requirement.metric)
    selected = selected if requirement.sensitive is None else selected.where(sensitive=requirement.sensitive)
    selected = selected if requirement.group is None else selected.where(group=requirement.group)
    overall = selected.overall
    result = overall if overall and requirement.group is None else selected
    if not result:
        sources = ", ".join(records.sources)
        why = f"There is no such figure. The sources of this audit are {sources}."
        return [Decision(requirement, Answer.UNDECIDED, why)]
    return [_decision(requirement, record) for record in result]


def _on_findings(conclusions: Conclusions, requirement: NoGap) -> list[Decision]:
    """Return a decision for each finding that breaks the requirement or leaves it open, else one that it is met."""
    covered = [
        one
        for one in conclusions.findings
        if requirement.family in (None, one.claim.family) and requirement.source in (None, one.claim.figure.source)
    ]
    if not covered:
        return [Decision(requirement, Answer.UNDECIDED, "There is no such finding.")]
    broken = [one for one in covered if one.verdict is VerdictKind.GAP and not one.withheld]
    still_open = [one for one in covered if one.withheld or one.verdict is VerdictKind.UNDECIDED]
    if not broken and not still_open:
        return [Decision(requirement, Answer.MET, f"None of {len(covered)} findings is a gap.")]
    return [Decision(requirement, Answer.NOT_MET, one.sentence or one.reason, one.claim.figure) for one in broken] or [
        Decision(requirement, Answer.UNDECIDED, one.withheld or one.reason, one.claim.figure) for one in still_open
    ]


def _decision(requirement: Requirement, record: Record) -> Decision:
    if record.status is not Status.OK:
        why = record.note or f"The figure is {record.status.value.replace('_', ' ')}."
        return Decision(requirement, Answer.UNDECIDED, why, record)
    value: float | None = getattr(record, requirement.bound)
    if value is None:
        return Decision(requirement, Answer.UNDECIDED, "The figure has no interval.", record)
    met = _OPERATORS[requirement.comparison](value, requirement.limit)
    name = {"value": "the figure", "low": "the lower bound", "high": "the upper bound"}[requirement.bound]
    outcome = f"{'' if met else 'not '}{requirement.comparison} {requirement.limit:g}"
    when = f" in {record.split}" if record.protocol in (OVER_TIME, SINCE_FIRST, SINCE_PREVIOUS) else ""
    why = f"{name.capitalize()}{when}, {number(value)}, is {outcome}."
    return Decision(requirement, Answer.MET if met else Answer.NOT_MET, why, record)
