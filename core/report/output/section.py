"""One part of the report, and its tables with their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.report.charts.gallery import Gallery
from core.report.charts.theme import Figure
from core.report.tables.base import Table


@dataclass(frozen=True)
class Section:
    """A part of the report.

    Args:
        key: ``T0`` to ``T10``, or empty.
        title: Its heading.
        lead: What was measured, on which rows.
        limit: What it does not prove; may be empty.
        tables: Shown at once.
        folded: Shown on request, and on paper.
        figures: Pictures.
        told: Tables of which a sentence tells all; the sentence is shown.
    """

    key: str
    title: str
    lead: str
    limit: str = ""
    tables: Sequence[Table] = ()
    folded: Sequence[Table] = ()
    figures: Sequence[Figure | Gallery] = field(default=())
    told: Sequence[Table] = ()

    @property
    def anchor(self) -> str:
        """Its address within the report."""
        return re.sub(r"[^a-z0-9]+", "-", (self.key or self.title).lower()).strip("-") or "part"

    def is_empty(self) -> bool:
        """Return whether there is nothing to show."""
        return not (self.tables or self.folded or self.figures or self.told)


def every_table(found: Sequence[Section]) -> Iterator[tuple[str, Table]]:
    """Return all tables with rows and their numbers, e.g. ``T6.1``; a section without a key lends its title."""
    for section in found:
        rows = [table for table in (*section.tables, *section.folded, *section.told) if table.rows]
        for place, table in enumerate(rows, 1):
            yield f"{section.key or section.title}.{place}", table
