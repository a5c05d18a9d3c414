"""Comparison of two audits, figure by figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from core.audit.display_names import attribute_title, protocol_name, source_name, split_name
from core.audit.metrics.catalog import HEADLINES, describe
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.tables.base import CLASSIFIER_HEADS, Cell, Table, figure_cell

OVERLAP, APART, UNKNOWN = "overlap", "apart", "–"
Outcomes = tuple[str | None, str | None]
_Address = tuple[str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """One figure in two audits.

    Args:
        first: In the one; ``None`` if it is not there.
        second: In the other.
    """

    first: Record | None
    second: Record | None

    @property
    def record(self) -> Record:
        """The record of the first audit, or of the second if the first has none."""
        found = self.first or self.second
        if found is None:
            raise ValueError("A pair has one record at least.")
        return found

    @property
    def shared(self) -> bool:
        """Whether both audits have the figure."""
        return self.first is not None and self.second is not None

    @property
    def is_headline(self) -> bool:
        """Whether it is a headline figure: one over all groups, of a classifier that was tested on real rows."""
        record = self.record
        known = record.source != "constant" and record.protocol in ("A", "B")
        return known and record.group is None and record.metric in HEADLINES

    @property
    def difference(self) -> float | None:
        """Second minus first; ``None`` where one is lacking or undefined."""
        if self.first is None or self.second is None or self.first.value is None or self.second.value is None:
            return None
        return self.second.value - self.first.value

    @property
    def intervals(self) -> str:
        """``overlap``, ``apart`` or ``–``; intervals that are apart differ beyond chance, those that overlap may."""
        bounds = [(r.low, r.high) for r in (self.first, self.second) if r is not None]
        known = [(low, high) for low, high in bounds if low is not None and high is not None]
        if len(known) < 2:
            return UNKNOWN
        return OVERLAP if max(low for low, _ in known) <= min(high for _, high in known) else APART


def pair_up(first: Sequence[Record], second: Sequence[Record]) -> list[Pair]:
    """Return every shown figure of either audit with that of the other, in the first one's order."""
    sides = [{_address(r): r for r in RecordSet(records).shown} for records in (first, second)]
    return [Pair(*(side.get(address) for side in sides)) for address in dict.fromkeys([*sides[0], *sides[1]])]


def headlines(found: Sequence[Pair], outcomes: Outcomes) -> list[Pair]:
    """Return the pairs that a reader asks for first, as far as both audits have them.

    Args:
        found: The result of `pair_up`.
        outcomes: What each audit counts as the favourable outcome, if it is known. The first one's counts here.
    """
    positive = outcomes[0] or RecordSet(pair.record for pair in found).positive_outcome
    return [pair for pair in found if pair.is_headline and pair.shared and pair.record.positive in (None, positive)]


def over_all_groups(found: Sequence[Pair], outcomes: Outcomes) -> list[Pair]:
    """Return every pair that is not of a single group, those of :func:`headlines` first."""
    first = headlines(found, outcomes)
    return [*first, *(pair for pair in found if pair.record.group is None and pair not in first)]


def left_out(found: Sequence[Pair], names: tuple[str, str], outcomes: Outcomes) -> list[str]:
    """Return what :func:`headlines` does not show, and in which respects the two audits differ."""
    shown, all_over = headlines(found, outcomes), over_all_groups(found, outcomes)
    both = sum(pair.shared for pair in all_over)
    alone = [sum(pair.second is None for pair in all_over), sum(pair.first is None for pair in all_over)]
    said = f"Figures left out here: {both - len(shown)} that both have"
    said += "".join(f", {count} that only {name} has" for count, name in zip(alone, names, strict=True) if count)
    unlike = [
        *_unlike("attributes", attrgetter("attributes"), found, names),
        *_unlike("positive outcomes", _outcome, found, names),
        *_unlike_favorable(names, outcomes),
    ]
    return [*unlike, f"{said}."]


def _unlike(
    what: str, of: Callable[[RecordSet], list[str]], found: Sequence[Pair], names: tuple[str, str]
) -> list[str]:
    first, second = (of(RecordSet(one for pair in found if (one := side(pair)) is not None)) for side in _SIDES)
    if set(first) == set(second):
        return []
    return [f"The {what} differ: {', '.join(first)} in {names[0]}; {', '.join(second)} in {names[1]}."]


def _unlike_favorable(names: tuple[str, str], outcomes: Outcomes) -> list[str]:
    if None in outcomes or outcomes[0] == outcomes[1]:
        return []
    return [
        f"{names[0]} counts “{outcomes[0]}” as the favourable outcome, {names[1]} counts “{outcomes[1]}”; here "
        f"“{outcomes[0]}” counts."
    ]


def _outcome(records: RecordSet) -> list[str]:
    main = records.positive_outcome
    return [] if main is None else [main]


def comparison(found: Sequence[Pair], names: tuple[str, str]) -> Table:
    """Return the pairs as a table; the difference is shown, not tested.

    Args:
        found: Those to show, of :func:`pair_up`.
        names: How the two audits are called.
    """
    rows = []
    for pair in found:
        record = pair.record
        labels = (
            protocol_name(record.protocol),
            source_name(record.source),
            split_name(record.split),
            attribute_title(record.sensitive or ""),
            record.positive or "",
        )
        difference = Cell("–" if pair.difference is None else f"{pair.difference:+.3f}")
        cells = (figure_cell(pair.first), figure_cell(pair.second), difference, Cell(pair.intervals))
        rows.append((*map(Cell, (*labels, describe(record.metric).label)), *cells))
    return Table(
        f"{names[0]} and {names[1]}, figure by figure",
        "Difference: second minus first. Where the intervals are apart, the figures differ by more than chance gives; "
        "where they overlap, they may or may not.",
        (*CLASSIFIER_HEADS, "rows", "attribute", "positive", "figure", *names, "difference", "intervals"),
        tuple(rows),
        labels=6,
    )


def as_json(found: Sequence[Pair], names: tuple[str, str]) -> dict[str, Any]:
    """Return the pairs, those of groups among them, as JSON values."""
    return {
        "names": list(names),
        "figures": [
            {
                **{name: getattr(pair.record, name) for name in _COMMON},
                "first": _side(pair.first),
                "second": _side(pair.second),
                "difference": pair.difference,
                "intervals": None if pair.intervals == UNKNOWN else pair.intervals,
            }
            for pair in found
        ],
    }


_COMMON = ("protocol", "source", "split", "sensitive", "group", "positive", "metric")
_SIDES = (attrgetter("first"), attrgetter("second"))
_SIDE = {"value", "low", "high", "n", "status", "note"}


def _side(record: Record | None) -> dict[str, Any] | None:
    return None if record is None else record.model_dump(mode="json", include=_SIDE)


def _address(record: Record) -> _Address:
    return (
        record.protocol,
        record.source,
        record.split,
        record.sensitive or "",
        record.group or "",
        record.positive or "",
        record.metric,
    )
