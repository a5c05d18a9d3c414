"""Confusion counts by group, from which all rates and disparities follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.groups import Grouping

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
    """

    names: tuple[str, ...]
    tp: Counts
    fp: Counts
    fn: Counts
    tn: Counts

    @property
    def n(self) -> Counts:
        """Rows of each group."""
        return self.tp + self.fp + self.fn + self.tn

    def flipped(self) -> GroupCounts:
        """Return the same predictions with the other outcome counted as positive."""
        return replace(self, tp=self.tn, fp=self.fn, fn=self.fp, tn=self.tp)

    def subset(self, mask: NDArray[np.bool_]) -> GroupCounts:
        """Return the counts of the groups where ``mask`` is true."""
        names = tuple(name for name, is_in in zip(self.names, mask, strict=True) if is_in)
        return GroupCounts(names, self.tp[..., mask], self.fp[..., mask], self.fn[..., mask], self.tn[..., mask])

    def pooled(self) -> GroupCounts:
        """Return all groups taken as one."""
        parts = (part.sum(axis=-1, keepdims=True) for part in (self.tp, self.fp, self.fn, self.tn))
        return GroupCounts(("all",), *parts)

    @property
    def mean(self) -> GroupCounts:
        """The mean counts over classifiers, the first dimension; fractions."""
        return GroupCounts(self.names, *(part.mean(axis=0) for part in (self.tp, self.fp, self.fn, self.tn)))

    @staticmethod
    def stacked(counts: Sequence[GroupCounts]) -> GroupCounts:
        """Return the counts of several classifiers on the same rows, shape (classifiers, groups)."""
        parts = (np.stack([getattr(one, name) for one in counts]) for name in ("tp", "fp", "fn", "tn"))
        return GroupCounts(counts[0].names, *parts)


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
    size = len(grouping.names)
    table = np.bincount(cells, minlength=4 * size).reshape(size, 2, 2).astype(np.int64)
    return GroupCounts(grouping.names, tp=table[:, 1, 1], fp=table[:, 0, 1], fn=table[:, 1, 0], tn=table[:, 0, 0])


def single_group(n: int) -> Grouping:
    """Return all rows as one group."""
    return Grouping((), ("all",), np.zeros(n, dtype=np.int64))


def polarities(counts: GroupCounts, outcomes: tuple[str, str]) -> list[tuple[str, GroupCounts]]:
    """Return the counts under each outcome's name: the positive one as given, the other flipped."""
    return [(outcomes[0], counts), (outcomes[1], counts.flipped())]
