"""Confusion counts by group: what every rate, and every comparison of rates, is made of."""

from __future__ import annotations

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
        """The same predictions with the other outcome counted as positive."""
        return replace(self, tp=self.tn, fp=self.fn, fn=self.fp, tn=self.tp)

    def kept(self, keep: NDArray[np.bool_]) -> GroupCounts:
        """Only the groups where ``keep``."""
        names = tuple(name for name, wanted in zip(self.names, keep, strict=True) if wanted)
        return GroupCounts(names, self.tp[..., keep], self.fp[..., keep], self.fn[..., keep], self.tn[..., keep])

    def pooled(self) -> GroupCounts:
        """All groups taken as one."""
        parts = (part.sum(axis=-1, keepdims=True) for part in (self.tp, self.fp, self.fn, self.tn))
        return GroupCounts(("all",), *parts)


def count(labels: NDArray[np.int8], predictions: NDArray[np.int8], grouping: Grouping) -> GroupCounts:
    """Confusion counts of each group.

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


def everyone(n: int) -> Grouping:
    """All rows as one group."""
    return Grouping((), ("all",), np.zeros(n, dtype=np.int64))


def polarities(counts: GroupCounts, outcomes: tuple[str, str]) -> list[tuple[str, GroupCounts]]:
    """The counts under each outcome's name: the positive one as given, the other flipped."""
    return [(outcomes[0], counts), (outcomes[1], counts.flipped())]
