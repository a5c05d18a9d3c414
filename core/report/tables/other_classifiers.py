"""Accuracy and parity with other downstream classifiers: whether fairness carries over to another learner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from core.audit.display_names import attribute_title, protocol_name, source_name
from core.audit.figure_text import number
from core.audit.glossary import with_classifier
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import ACCURACY, PARITY_RATIO
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.downstream_classifiers.default import TITLES
from core.report.tables.base import Cell, Table, figure_cell, interval_caption

TITLE: Final = "Other classifiers"
_LETTERS: Final = ("A", "B")
PROTOCOLS: Final = tuple(with_classifier(letter, name) for letter in _LETTERS for name in TITLES)


def table(mine: RecordSet, own: str) -> Table:
    """Return accuracy and parity of each source by classifier, and by whether it sees the group.

    Args:
        mine: One record a figure.
        own: The audit's own classifier, in words; it comes first.
    """
    return Table(
        TITLE,
        "The same rows, learned by another classifier and tested on the same test rows. Parity ratio: the lowest over "
        "the highest rate of any group; 1 is parity. If it falls with another classifier, fairness does not carry over "
        f"to it. The others are one classifier each, whose intervals hold for it alone. {interval_caption(mine)}",
        header(mine),
        rows(mine, own, mine.where(protocol=PROTOCOLS).sources),
        labels=3,
    )


def header(mine: RecordSet) -> tuple[str, ...]:
    """Return the header of `rows`."""
    parity = describe(PARITY_RATIO).label
    ratios = (f"{parity}, {attribute_title(name)}" for name in mine.attributes)
    return ("source", "classifier", "test setup", "accuracy", *ratios)


def rows(mine: RecordSet, own: str, sources: Iterable[str]) -> tuple[tuple[Cell, ...], ...]:
    """Return accuracy and parity ratios, a row for each source, classifier, and whether it sees the group.

    Args:
        mine: One record a figure.
        own: The audit's own classifier, in words.
        sources: The rows to learn from.
    """
    found = []
    for source in sources:
        for title, protocols in _classifiers(mine, own):
            for letter in _LETTERS:
                accuracy = mine.at(ACCURACY, source=source, protocol=protocols[letter])
                ratios = [_ratio(mine, source, protocols[letter], name) for name in mine.attributes]
                labels = (Cell(source_name(source)), Cell(title), Cell(protocol_name(letter)))
                found.append((*labels, figure_cell(accuracy), *map(figure_cell, ratios)))
    return tuple(found)


def sentences(mine: RecordSet, own: str) -> list[str]:
    """Return for each attribute between which parity ratios the classifiers lie, of each source."""
    found = []
    for name in mine.attributes:
        parts = []
        for source in mine.where(protocol=PROTOCOLS).sources:
            every = _classifiers(mine, own)
            ratios = [_ratio(mine, source, protocols[letter], name) for _, protocols in every for letter in _LETTERS]
            known = [one.value for one in ratios if one is not None and one.value is not None]
            if known:
                low, high = number(min(known)), number(max(known))
                parts.append(f"{low} to {high} from {source_name(source)} rows")
        if parts:
            count = len(_classifiers(mine, own))
            found.append(
                f"By {attribute_title(name)}, the parity ratio is {' and '.join(parts)}, over {count} classifiers that "
                "see the group or do not."
            )
    return found


def _classifiers(mine: RecordSet, own: str) -> list[tuple[str, Mapping[str, str]]]:
    """Return the classifiers that were trained, in words, with their protocols; the audit's own one first."""
    return [(own, {letter: letter for letter in _LETTERS}), *_others(mine)]


def _others(mine: RecordSet) -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, title in TITLES.items():
        protocols = {letter: with_classifier(letter, name) for letter in _LETTERS}
        if mine.where(protocol=tuple(protocols.values())):
            yield title, protocols


def _ratio(mine: RecordSet, source: str, protocol: str, sensitive: str) -> Record | None:
    return mine.at(PARITY_RATIO, source=source, protocol=protocol, sensitive=sensitive)
