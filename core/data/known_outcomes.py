"""Decisions on rows whose outcome is known. The other rows stand after them in the table."""

from __future__ import annotations

from dataclasses import replace

from core.data.model_decisions import Decisions
from core.errors import DataError


def with_known_outcome(one: Decisions, count: int) -> Decisions:
    """Return a model's decisions on the first rows of a table alone.

    Args:
        one: The decisions.
        count: How many rows have a known outcome; they come first.

    Raises:
        DataError: The model decided on none of them.
    """
    kept = one.rows < count
    if not kept.any():
        raise DataError(f"{one.name!r} has no decision on a row whose outcome is known.", field="score")
    scores = None if one.scores is None else one.scores[kept]
    labels = None if one.labels is None else one.labels[kept]
    return replace(one, rows=one.rows[kept], scores=scores, selected=one.selected[kept], labels=labels)
