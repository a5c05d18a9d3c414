"""What all families of findings read: the records of an audit, the schema, and the sources that matter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from core.audit.criterion import aimed_at
from core.audit.display_names import attribute_title, source_name
from core.audit.glossary import MODEL, SOURCES
from core.audit.metrics.names import PARITY_DIFFERENCE
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.data.groups import CROSS
from core.data.schema import Schema
from core.synthesis.base import ENCODERS

ORIGINAL = "original"
DECISIONS, REPRESENTATION = "decisions", "representation"
_DECIDED = ("selection_rate", "tpr", "fpr")
EXACT_ROWS = 100
"""Rows of a group from which on its rate in people of 100 is the same before and after `core.report.handed_on`."""
_NOT_THE_PRODUCT = ("constant", ORIGINAL, *ENCODERS)


@dataclass(frozen=True)
class Evidence:
    """The input of every family.

    Args:
        records: All records of an audit.
        schema: Roles, favourable outcome, margin.
    """

    records: Iterable[Record]
    schema: Schema

    @cached_property
    def all(self) -> RecordSet:
        """One record a figure, of both polarities."""
        return RecordSet(self.records).shown

    @cached_property
    def outcomes(self) -> tuple[str | None, str | None]:
        """Names of the positive and the negative outcome; ``None`` where the audit left none."""
        names = list(dict.fromkeys(r.positive for r in RecordSet(self.records) if r.positive is not None))
        return (names[0] if names else None), (names[1] if len(names) > 1 else None)

    @cached_property
    def favorable(self) -> str | None:
        """Name of the favourable outcome: as declared, else the positive one."""
        positive, negative = self.outcomes
        return negative if self.schema.favorable == "negative" and negative is not None else positive

    @cached_property
    def mine(self) -> RecordSet:
        """One record a figure, with the favourable outcome counted as positive."""
        return self.all.of_outcome(self.favorable)

    @property
    def attributes(self) -> list[str]:
        """The sensitive attributes, without combined ones."""
        return [name for name in self.all.attributes if not is_crossed(name)]

    @cached_property
    def aim(self) -> str | None:
        """The difference between groups that outcome repair was to close; ``None`` if nothing was to close one."""
        return aimed_at(self.all)

    @property
    def criterion(self) -> str:
        """The difference that the report asks about first: the aim, else that of selection rates."""
        return self.aim or PARITY_DIFFERENCE

    @cached_property
    def primary(self) -> Record | None:
        """The figure of the report's primary question.

        It is the criterion's difference for classifiers that do not see the attribute, trained on the rows that are
        meant to be used. Without classifiers, it is that of those rows. The attribute is the first sensitive one.
        """
        found = [
            figure
            for protocol in (*self.protocols(self.product), "data")
            for name in self.all.attributes
            for figure in [self.mine.at(self.criterion, source=self.product, protocol=protocol, sensitive=name)]
            if figure is not None
        ]
        return next((figure for figure in found if figure.value is not None), found[0] if found else None)

    @property
    def outcome(self) -> str:
        """The favourable outcome as a sentence names it: a bare number or letter with its column."""
        value = self.favorable
        if not value:
            return "the favourable outcome"
        return f"“{self.schema.target} = {value}”" if is_bare(value) else f"“{value}”"

    @property
    def margin(self) -> float:
        """The least difference of two rates that matters."""
        return self.schema.margin

    @cached_property
    def products(self) -> tuple[str, ...]:
        """The sources that are meant to be used: every file or model, else the synthetic rows, else the original.

        Files and models stand in the order in which they were named.

        Beside a file, the synthetic rows of a run are what the file is compared with. Their own report judges them;
        here they would only add tests, and so hide gaps of the file.
        """
        names = [name for name in self.all.sources if name not in _NOT_THE_PRODUCT]
        named = dict.fromkeys(record.source for record in self.records)
        files = [name for name in named if name in names and name not in SOURCES]
        own = [name for name in names if name != REPRESENTATION]
        return tuple(files or own[-1:] or names or [ORIGINAL])

    @property
    def product(self) -> str:
        """The first source that is meant to be used; the report's primary question is about it."""
        return self.products[0]

    @cached_property
    def alike(self) -> dict[str, str]:
        """Models whose decisions count the same in every group as those of a model named before, with that model."""
        counted: dict[tuple[object, ...], str] = {}
        found = {}
        for name in self.products:
            mine = self.all.where(source=name, protocol=MODEL, metric=_DECIDED).of_groups
            key = tuple((r.metric, r.sensitive, r.group, r.positive, r.value, r.n) for r in mine)
            if key and counted.setdefault(key, name) != name:
                found[name] = counted[key]
        return found

    @cached_property
    def told(self) -> tuple[str, ...]:
        """The products that have sentences of their own; models that decide alike share those of the first."""
        return tuple(name for name in self.products if name not in self.alike)

    @property
    def compared(self) -> tuple[str, ...]:
        """The original and the sources that are meant to be used."""
        return tuple(dict.fromkeys((ORIGINAL, *self.products)))

    @cached_property
    def is_rounded(self) -> bool:
        """Whether counts and rates of groups were rounded before they came here, as something small was withheld."""
        return any(record.status is Status.WITHHELD for record in self.records)

    def people(self, rate: Record) -> str:
        """Return a group's rate as people of 100, with "about" where it was rounded more coarsely than that."""
        is_coarse = self.is_rounded and rate.group is not None and (rate.n or 0) < EXACT_ROWS
        return f"{'about ' if is_coarse else ''}{of_100(rate.value or 0.0)}"

    def protocols(self, source: str) -> tuple[str, ...]:
        """Return the protocols that judge a source: classifiers without the attribute first, as laws often ask."""
        if source == REPRESENTATION:
            return ("C",)
        if self.all.where(source=source, protocol=MODEL):
            return (MODEL,)
        return ("A",) if source == DECISIONS else ("B", "A")

    def group_rates(
        self, metric: str, *, source: str, protocol: str, sensitive: str, split: str | None = None
    ) -> RecordSet:
        """Return the rates of the groups that are large enough to compare, lowest first."""
        found = self.mine.where(metric=metric, source=source, protocol=protocol, sensitive=sensitive).of_groups
        found = found if split is None else found.where(split=split)
        known = found.filter(lambda one: one.value is not None and one.status is not Status.SMALL_N)
        return known.sorted(lambda one: (one.value or 0.0,))


def is_bare(value: str) -> bool:
    """Return whether the name of an outcome says nothing without its column: a letter or a number.

    >>> [is_bare(value) for value in ("Y", "0", "1.0", "-2", "yes", ">50K")]
    [True, True, True, True, False, False]
    """
    return re.fullmatch(r"[-+\d.,]+|\w", value) is not None


def called(source: str) -> str:
    """Return a source as a sentence names it, after "the"; a file's own name is in quotes.

    >>> called("synthetic"), called("other"), called("decisions")
    ('synthetic rows', '“other” rows', "method's own decisions")
    """
    names = {DECISIONS: "method's own decisions", REPRESENTATION: "representation of real rows"}
    rows = f"{source_name(source)} rows" if source in SOURCES else f"“{source}” rows"
    return names.get(source, rows)


def per_1000(share: float) -> str:
    """Return a share as people per 1,000.

    >>> per_1000(0.1234), per_1000(0.0004)
    ('123', '0.40')
    """
    people = 1000 * share
    return f"{people:.0f}" if abs(people) >= 1 or people == 0 else f"{people:.2f}"


def per_1000_interval(record: Record) -> str:
    """Return ``[low, high]`` in people per 1,000; empty without an interval."""
    if record.low is None or record.high is None:
        return ""
    return f"[{per_1000(record.low)}, {per_1000(record.high)}]"


def of_100(share: float) -> str:
    """Return a share as people of 100, as a first look needs it.

    >>> of_100(0.1234), of_100(0.004), of_100(0.0)
    ('12', 'under 1', '0')
    """
    people = 100 * share
    return "under 1" if 0 < abs(people) <= 0.5 else f"{people:.0f}"  # rounds to none


def between(record: Record) -> str:
    """Return the interval of a difference in people of 100: ``between 3 and 10``; empty without an interval."""
    if record.low is None or record.high is None:
        return ""
    low, high = (of_100(end) if end > 0 else f"{100 * end:.0f}" for end in (record.low, record.high))
    return f"between {low} and {high}"


def sized(record: Record) -> str:
    """Return a difference and its interval in people per 1,000, without the words: ``123 [80, 170]``."""
    return f"{per_1000(record.value or 0.0)} {per_1000_interval(record)}".strip()


def rate(record: Record) -> str:
    """Return a group and its rate: "Female (113 of 1,000)"."""
    return f"{record.group} ({per_1000(record.value or 0.0)} of 1,000)"


def columns_of(sensitive: str) -> str:
    """Return the columns that an attribute consists of, as a sentence names them.

    >>> columns_of("sex"), columns_of("race × sex")
    ('sex', 'race and sex')
    """
    return attribute_title(sensitive).removesuffix(" combined")


def is_crossed(sensitive: str) -> bool:
    """Return whether an attribute is an intersection of several columns."""
    return CROSS in sensitive
