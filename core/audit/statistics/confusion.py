"""Confusion counts by group, from which all rates and disparities follow.

Weighted rows have sums of weights in place of counts, scaled in each group so that their sum is the effective number of
rows, and sums of squared weights beside them (`core.audit.statistics.design`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.groups import Grouping
from core.data.weights import Weights

Counts = NDArray[np.number[Any]]


@dataclass(frozen=True)
class GroupCounts:
    """Confusion counts by group.

    Args:
        names: The groups.
        tp: True positives, shape (groups,) or, of resampled rows, (resamples, groups).
        fp: False positives, the same shape.
        fn: False negatives, the same shape.
        tn: True negatives, the same shape.
        squares: The same sums of squared weights; ``None`` where every row counts once.
    """

    names: tuple[str, ...]
    tp: Counts
    fp: Counts
    fn: Counts
    tn: Counts
    squares: GroupCounts | None = None

    @property
    def n(self) -> Counts:
        """Rows of each group; of weighted rows the effective number."""
        return self.tp + self.fp + self.fn + self.tn

    def flipped(self) -> GroupCounts:
        """Return the same predictions with the other outcome counted as positive."""
        squares = None if self.squares is None else self.squares.flipped()
        return replace(self, tp=self.tn, fp=self.fn, fn=self.fp, tn=self.tp, squares=squares)

    def subset(self, mask: NDArray[np.bool_]) -> GroupCounts:
        """Return the counts of the groups where ``mask`` is true."""
        names = tuple(name for name, is_in in zip(self.names, mask, strict=True) if is_in)
        squares = None if self.squares is None else self.squares.subset(mask)
        return GroupCounts(
            names, self.tp[..., mask], self.fp[..., mask], self.fn[..., mask], self.tn[..., mask], squares
        )

    def pooled(self) -> GroupCounts:
        """Return all groups taken as one."""
        tp, fp, fn, tn = (part.sum(axis=-1, keepdims=True) for part in (self.tp, self.fp, self.fn, self.tn))
        return GroupCounts(("all",), tp, fp, fn, tn, None if self.squares is None else self.squares.pooled())

    @property
    def mean(self) -> GroupCounts:
        """The mean counts over classifiers, the first dimension; fractions."""
        tp, fp, fn, tn = (part.mean(axis=0) for part in (self.tp, self.fp, self.fn, self.tn))
        return GroupCounts(self.names, tp, fp, fn, tn)

    @staticmethod
    def stacked(counts: Sequence[GroupCounts]) -> GroupCounts:
        """Return the counts of several classifiers on the same rows, shape (classifiers, groups)."""
        tp, fp, fn, tn = (np.stack([getattr(one, name) for one in counts]) for name in ("tp", "fp", "fn", "tn"))
        return GroupCounts(counts[0].names, tp, fp, fn, tn)


def count(labels: NDArray[np.int8], predictions: NDArray[np.int8], grouping: Grouping) -> GroupCounts:
    """Return the confusion counts of each group.

    Args:
        labels: True outcomes, 0 or 1, shape (n,), n at least 1.
        predictions: Predicted outcomes, 0 or 1, shape (n,).
        grouping: The groups of the rows.

    >>> count(np.array([1, 0, 1]), np.array([1, 1, 0]), Grouping.of(np.array(["a", "a", "b"], object))).fp.tolist()
    [1, 0]
    """
    cells = (grouping.codes * 2 + np.asarray(labels, dtype=np.int64)) * 2 + np.asarray(predictions, dtype=np.int64)
    if grouping.weights is None:
        return _counts(grouping, np.bincount(cells, minlength=4 * len(grouping.names)).astype(np.int64))
    values, squares = (
        np.bincount(cells, weights=one, minlength=4 * len(grouping.names)).reshape(-1, 4)
        for one in (grouping.weights.per_row, grouping.weights.squares)
    )
    scale = (values.sum(axis=1) / squares.sum(axis=1))[:, None]
    return replace(_counts(grouping, values * scale), squares=_counts(grouping, squares * scale**2))


def _counts(grouping: Grouping, table: Counts) -> GroupCounts:
    cells = table.reshape(len(grouping.names), 2, 2)
    return GroupCounts(grouping.names, tp=cells[:, 1, 1], fp=cells[:, 0, 1], fn=cells[:, 1, 0], tn=cells[:, 0, 0])


def single_group(n: int, weights: Weights | None = None) -> Grouping:
    """Return all rows as one group."""
    return Grouping((), ("all",), np.zeros(n, dtype=np.int64), weights)


def polarities(counts: GroupCounts, outcomes: tuple[str, str]) -> list[tuple[str, GroupCounts]]:
    """Return the counts under each outcome's name: the positive one as given, the other flipped."""
    return [(outcomes[0], counts), (outcomes[1], counts.flipped())]
