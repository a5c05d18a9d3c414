"""One part of a report, laid out for any form: HTML, PDF, JSON, CSV."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.report.charts.image_galleries import Gallery
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
    """

    key: str
    title: str
    lead: str
    limit: str = ""
    tables: Sequence[Table] = ()
    folded: Sequence[Table] = ()
    figures: Sequence[Figure | Gallery] = field(default=())

    @property
    def anchor(self) -> str:
        """Its address within the report."""
        return re.sub(r"[^a-z0-9]+", "-", (self.key or self.title).lower()).strip("-") or "part"

    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.tables or self.folded or self.figures)
