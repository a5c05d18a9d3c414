"""Requirements on figures, for those who let a machine decide whether a table passes.

::

    SOURCE PROTOCOL METRIC [by ATTRIBUTE [in GROUP]] OP NUMBER
    low(SOURCE PROTOCOL METRIC ...) OP NUMBER          the lower bound of the interval; high(...) the upper

Names with spaces stand in quotes. Without ``by`` a requirement speaks of every attribute that has the figure, without
``in`` of the figure over all groups, or of every group if there is none. It is met only if all of them meet it.
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
from core.audit.glossary import PROTOCOLS
from core.audit.metrics.catalog import METRICS, kind_of
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.errors import ConfigError

EXAMPLE = "'synthetic A demographic_parity_ratio by sex >= 0.8'"
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
        text: As it was written.
        source: Whose rows.
        protocol: How they were used.
        metric: Which figure.
        sensitive: Of which attribute; ``None`` for each that has it.
        group: Of which group.
        bound: ``value``, ``low`` or ``high``.
        comparison: ``>=``, ``<=``, ``>`` or ``<``.
        limit: What it is held against.
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
class Decision:
    """What a requirement's figure says of it.

    Args:
        requirement: The requirement.
        answer: Whether the figure meets it.
        why: In a sentence.
        record: The figure; ``None`` if there is no such.
    """

    requirement: Requirement
    answer: Answer
    why: str
    record: Record | None = None


def parse(text: str) -> Requirement:
    """Parse a requirement.

    >>> found = parse('low(synthetic A tpr by sex in "not said") >= 0.5')
    >>> found.bound, found.metric, found.sensitive, found.group, found.limit
    ('low', 'tpr', 'sex', 'not said', 0.5)

    Raises:
        ConfigError: It is not understood, or there is no such protocol or metric.
    """
    form = _FORM.fullmatch(text)
    try:
        words = shlex.split((form["inside"] or form["plain"] or "") if form else "")
    except ValueError:
        words = []
    shape = [words[place] for place in (3, 5) if len(words) > place]
    if form is None or len(words) not in (3, 5, 7) or shape != ["by", "in"][: len(shape)]:
        raise ConfigError(f"{text!r} is not understood; write it like {EXAMPLE}.", field="require")
    source, protocol, metric = words[:3]
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
        words[4] if len(words) > 4 else None,
        words[6] if len(words) > 6 else None,
        form["bound"] or "value",
        form["op"],
        float(form["limit"]),
    )


def decide(records: Sequence[Record], wanted: Sequence[Requirement]) -> list[Decision]:
    """Decide each figure that a requirement is about, in order.

    Args:
        records: All records of the audit; the main outcome's are held against the requirements.
        wanted: What is required.
    """
    mine = RecordSet(records).main
    return [decision for requirement in wanted for decision in _decisions(mine, requirement)]


def all_met(found: Sequence[Decision]) -> bool:
    """Return whether every figure meets its requirement."""
    return all(decision.answer is Answer.MET for decision in found)


def _decisions(records: RecordSet, wanted: Requirement) -> list[Decision]:
    mine = records.where(source=wanted.source, protocol=wanted.protocol, metric=wanted.metric)
    mine = mine if wanted.sensitive is None else mine.where(sensitive=wanted.sensitive)
    mine = mine if wanted.group is None else mine.where(group=wanted.group)
    overall = mine.overall
    found = overall if overall and wanted.group is None else mine
    if not found:
        return [Decision(wanted, Answer.UNDECIDED, "There is no such figure.")]
    return [_decision(wanted, record) for record in found]


def _decision(wanted: Requirement, record: Record) -> Decision:
    if record.status is not Status.OK:
        why = record.note or f"The figure is {record.status.value.replace('_', ' ')}."
        return Decision(wanted, Answer.UNDECIDED, why, record)
    held: float | None = getattr(record, wanted.bound)
    if held is None:
        return Decision(wanted, Answer.UNDECIDED, "The figure has no interval.", record)
    met = _OPERATORS[wanted.comparison](held, wanted.limit)
    name = {"value": "the figure", "low": "the lower bound", "high": "the upper bound"}[wanted.bound]
    why = f"{name.capitalize()}, {number(held)}, is {'' if met else 'not '}{wanted.comparison} {wanted.limit:g}."
    return Decision(wanted, Answer.MET if met else Answer.NOT_MET, why, record)
