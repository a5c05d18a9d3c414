"""A chapter of the auditor's part, independent of the output format."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.report.tables.base import Table

Fact = tuple[str, str]
"""A name and what it is."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter.

    Args:
        title: Its heading.
        sentences: Paragraphs, in order.
        points: Sentences of a list.
        facts: Names with their values or meanings.
        tables: Tables of figures, all from records.
        annexes: Titles of the annex's tables that have more.
        signature: Whether the facts are blanks for a person to fill.
    """

    title: str
    sentences: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    annexes: tuple[str, ...] = ()
    signature: bool = False

    @property
    def anchor(self) -> str:
        """Its address within the report."""
        return f"part-2-{re.sub(r'[^a-z0-9]+', '-', self.title.lower()).strip('-')}"
