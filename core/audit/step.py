"""One step of an audit: what it measures, and its share of the run time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.audit.estimate import sentence
from core.audit.records import Record


@dataclass(frozen=True)
class Step:
    """One step of an audit.

    Args:
        message: A sentence for the progress display.
        weight: Its share of the run time, relative to the other steps; above 0.
        work: Measures, and returns the records.
    """

    message: str
    weight: float
    work: Callable[[], list[Record]]


def with_note(work: Callable[[], list[Record]], note: str) -> Callable[[], list[Record]]:
    """Return the work with a sentence added to the note of each record; an empty one changes nothing."""
    return (lambda: noted(work(), note)) if note else work


def noted(records: Iterable[Record], note: str) -> list[Record]:
    """Return the records with a sentence added to the note of each; an empty one changes nothing."""
    if not note:
        return list(records)
    return [record.model_copy(update={"note": sentence(record.note, note)}) for record in records]
