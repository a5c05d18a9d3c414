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
        repeated: The same sums of each replicate weight, if variances come from them.
        scale: What the weights of each group are multiplied by, shape (groups,); ``None`` where every row counts once.
    """

    names: tuple[str, ...]
    tp: Counts
    fp: Counts
    fn: Counts
    tn: Counts
    squares: GroupCounts | None = None
    repeated: RepeatedCounts | None = None
    scale: NDArray[np.float64] | None = None

    @property
    def n(self) -> Counts:
        """Rows of each group; of weighted rows the effective number."""
        return self.tp + self.fp + self.fn + self.tn

    def flipped(self) -> GroupCounts:
        """Return the same predictions with the other outcome counted as positive."""
        squares = None if self.squares is None else self.squares.flipped()
        repeated = None if self.repeated is None else replace(self.repeated, counts=self.repeated.counts.flipped())
        return GroupCounts(self.names, self.tn, self.fn, self.fp, self.tp, squares, repeated, self.scale)

    def subset(self, mask: NDArray[np.bool_]) -> GroupCounts:
        """Return the counts of the groups where ``mask`` is true."""
        names = tuple(name for name, is_in in zip(self.names, mask, strict=True) if is_in)
        squares = None if self.squares is None else self.squares.subset(mask)
        repeated = None if self.repeated is None else self.repeated.subset(mask)
        tp, fp, fn, tn = (part[..., mask] for part in (self.tp, self.fp, self.fn, self.tn))
        scale = None if self.scale is None else self.scale[mask]
        return GroupCounts(names, tp, fp, fn, tn, squares, repeated, scale)

    def pooled(self) -> GroupCounts:
        """Return all groups taken as one, each with its share of the weight."""
        if self.scale is None:
            return self.summed()
        one = self.times(1 / self.scale).summed()
        return one.effective()

    def summed(self) -> GroupCounts:
        """Return all groups taken as one, of weights without a scale."""
        tp, fp, fn, tn = (part.sum(axis=-1, keepdims=True) for part in (self.tp, self.fp, self.fn, self.tn))
        squares = None if self.squares is None else self.squares.summed()
        repeated = None if self.repeated is None else self.repeated.summed()
        scale = None if self.scale is None else np.ones(1)
        return GroupCounts(("all",), tp, fp, fn, tn, squares, repeated, scale)

    def effective(self) -> GroupCounts:
        """Return plain sums of weights scaled in each group, so that their sum is the effective number of rows."""
        return self if self.squares is None else self.times(np.asarray(self.n / self.squares.n, dtype=np.float64))

    def times(self, factor: NDArray[np.float64]) -> GroupCounts:
        """Return the counts of rows whose weights are multiplied by a factor in each group, shape (groups,)."""
        squares = None if self.squares is None else self.squares.times(factor**2)
        repeated = None if self.repeated is None else replace(self.repeated, counts=self.repeated.counts.times(factor))
        tp, fp, fn, tn = (part * factor for part in (self.tp, self.fp, self.fn, self.tn))
        scale = None if self.scale is None else self.scale * factor
        return GroupCounts(self.names, tp, fp, fn, tn, squares, repeated, scale)

    def beside_rest(self, place: int) -> GroupCounts:
        """Return the counts of one group and of all others taken as one; at least one other."""
        own = np.arange(len(self.names)) == place
        return _joined(self.subset(own), self.subset(~own).pooled())

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


@dataclass(frozen=True)
class RepeatedCounts:
    """Sums of replicate weights (`core.data.replicates`).

    Args:
        counts: Those of each replicate, shape (R, groups).
        factor: What a sum of squared differences is multiplied by.
        degrees: Degrees of freedom in each group, shape (groups,).
    """

    counts: GroupCounts
    factor: float
    degrees: NDArray[np.int64]

    def correlation(self, rates: NDArray[np.float64], rate: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the correlation of the groups' rates, shape (groups, groups), from those of each replicate.

        Args:
            rates: Shape (R, groups); NaN where a replicate leaves out all rows of a group.
            rate: Those of the weights, shape (groups,).
        """
        moved = np.nan_to_num(rates - rate)
        covariance = moved.T @ moved
        spread = np.sqrt(np.diag(covariance))
        product = np.outer(spread, spread)
        return np.asarray(np.divide(covariance, product, out=np.eye(len(spread)), where=product > 0))

    def subset(self, mask: NDArray[np.bool_]) -> RepeatedCounts:
        """Return those of the groups where ``mask`` is true."""
        return replace(self, counts=self.counts.subset(mask), degrees=self.degrees[mask])

    def summed(self) -> RepeatedCounts:
        """Return all groups taken as one, of weights without a scale."""
        return replace(self, counts=self.counts.pooled(), degrees=self.degrees.max(keepdims=True))


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
        plain = np.bincount(cells, minlength=4 * len(grouping.names)).astype(np.int64)
        return _counts(grouping, plain.reshape(-1, 4))
    values, squares = (
        np.bincount(cells, weights=one, minlength=4 * len(grouping.names)).reshape(-1, 4)
        for one in (grouping.weights.per_row, grouping.weights.squares)
    )
    sums = replace(_counts(grouping, values), squares=_counts(grouping, squares), repeated=_repeated(cells, grouping))
    return replace(sums, scale=np.ones(len(grouping.names))).effective()


def _repeated(cells: NDArray[np.int64], grouping: Grouping) -> RepeatedCounts | None:
    """Return the sums of replicate weights in each cell."""
    found = None if grouping.weights is None else grouping.weights.replicates
    if found is None:
        return None
    table = found.sums(cells, 4 * len(grouping.names)).reshape(-1, len(grouping.names), 4)
    return RepeatedCounts(_counts(grouping, table), found.factor, grouping.degrees)


def _counts(grouping: Grouping, table: Counts) -> GroupCounts:
    """Return the counts from a table of shape (..., groups, 4), in the order of outcome and prediction."""
    return GroupCounts(grouping.names, tp=table[..., 3], fp=table[..., 1], fn=table[..., 2], tn=table[..., 0])


def _joined(first: GroupCounts, second: GroupCounts) -> GroupCounts:
    """Return the groups of both, whose rows are of one table."""
    tp, fp, fn, tn = (
        np.concatenate([getattr(one, name) for one in (first, second)], axis=-1) for name in ("tp", "fp", "fn", "tn")
    )
    both = GroupCounts((*first.names, *second.names), tp, fp, fn, tn)
    if first.squares is None or second.squares is None or first.scale is None or second.scale is None:
        return both
    scale = np.concatenate([first.scale, second.scale])
    both = replace(both, squares=_joined(first.squares, second.squares), scale=scale)
    one, other = first.repeated, second.repeated
    if one is None or other is None:
        return both
    degrees = np.concatenate([one.degrees, other.degrees])
    return replace(both, repeated=RepeatedCounts(_joined(one.counts, other.counts), one.factor, degrees))


def single_group(n: int, weights: Weights | None = None) -> Grouping:
    """Return all rows as one group."""
    return Grouping((), ("all",), np.zeros(n, dtype=np.int64), weights)


def polarities(counts: GroupCounts, outcomes: tuple[str, str]) -> list[tuple[str, GroupCounts]]:
    """Return the counts under each outcome's name: the positive one as given, the other flipped."""
    return [(outcomes[0], counts), (outcomes[1], counts.flipped())]
