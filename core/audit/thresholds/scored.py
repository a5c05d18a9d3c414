"""The rows of models as the choice of thresholds needs them, from the audit's input."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from core.audit.model_decisions import DecisionsInput
from core.audit.thresholds.alternatives import Decided
from core.audit.thresholds.repair import ScoredRows
from core.data.groups import GroupedFrame, Grouping
from core.data.model_decisions import Decisions


def scored_models(inputs: DecisionsInput) -> Iterator[tuple[str, dict[str, ScoredRows]]]:
    """Yield each model that has scores, with its rows by attribute."""
    grouped = _Grouped(inputs)
    for one in inputs.models:
        if one.scores is not None:
            rows = grouped.of(one.rows)
            yield one.name, {name: _scored(rows, one, grouping, inputs) for name, grouping in rows.groupings.items()}


def shared_rows(inputs: DecisionsInput) -> tuple[list[Decided], dict[str, ScoredRows]]:
    """Return all models on the rows that each of them decided, and these rows by attribute; nothing if there are none.

    Models of a long file have rows of their own and share none.
    """
    rows = reduce(_common, [one.rows for one in inputs.models])
    if not len(rows):
        return [], {}
    kept = [_on(one, rows) for one in inputs.models]
    frame = GroupedFrame(inputs.frame.iloc[rows], inputs.schema)
    decided = [Decided(one.name, one.selected, one.scores) for one in kept]
    return decided, {name: _scored(frame, kept[0], grouping, inputs) for name, grouping in frame.groupings.items()}


class _Grouped:
    """Rows with their groups; models that decided the same rows share them.

    Args:
        inputs: All rows.
    """

    def __init__(self, inputs: DecisionsInput) -> None:
        self._inputs = inputs
        self._rows: NDArray[np.intp] | None = None
        self._last = GroupedFrame(inputs.frame, inputs.schema)

    def of(self, rows: NDArray[np.intp]) -> GroupedFrame:
        """Return some of the rows."""
        if self._rows is None or not np.array_equal(rows, self._rows):
            self._rows, self._last = rows, GroupedFrame(self._inputs.frame.iloc[rows], self._inputs.schema)
        return self._last


def _common(first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.intp]:
    return first if np.array_equal(first, second) else np.intersect1d(first, second)


def _on(one: Decisions, rows: NDArray[np.intp]) -> Decisions:
    places = np.searchsorted(one.rows, rows)
    scores = None if one.scores is None else one.scores[places]
    return Decisions(one.name, rows, scores, one.selected[places])


def _scored(rows: GroupedFrame, one: Decisions, grouping: Grouping, inputs: DecisionsInput) -> ScoredRows:
    schema = inputs.schema
    scores = one.selected.astype(np.float64) if one.scores is None else one.scores
    favours_positive = schema.favorable != "negative"
    return ScoredRows(rows.labels, scores, one.selected, grouping, schema.min_group_size, favours_positive)
