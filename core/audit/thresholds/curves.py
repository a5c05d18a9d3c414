"""Confusion counts of groups at any threshold of a score, from counts that are sorted and summed once.

A threshold selects the rows with this score or a higher one. The counts change only at the distinct scores, so sums
over the sorted scores give them for every threshold: a search, and no pass over the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.audit.statistics.confusion import GroupCounts
from core.data.groups import Grouping

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ScoreCurve:
    """One group's rows by score.

    Args:
        scores: Distinct scores, ascending, shape (m,).
        rows: Rows with the score or a higher one; 0 at the end, shape (m + 1,).
        positives: Those of them with the positive outcome, shape (m + 1,).
    """

    scores: Floats
    rows: NDArray[np.int64]
    positives: NDArray[np.int64]

    @classmethod
    def of(cls, labels: NDArray[np.int8], scores: Floats) -> ScoreCurve:
        """Return the curve of some rows.

        >>> ScoreCurve.of(np.array([0, 1, 1], np.int8), np.array([0.2, 0.7, 0.2])).rows.tolist()
        [3, 1, 0]
        """
        distinct, codes = np.unique(scores, return_inverse=True)
        size = len(distinct)
        each = np.bincount(codes, minlength=size), np.bincount(codes, weights=labels, minlength=size)
        rows, positives = (np.append(np.cumsum(one[::-1])[::-1], 0).astype(np.int64) for one in each)
        return cls(distinct, rows, positives)

    def cuts(self, most: int) -> Floats:
        """Return thresholds that select from all rows to none: every distinct score, or ``most`` spread over the rows.

        The last one is infinite and selects nobody.
        """
        if len(self.scores) <= most:
            return np.append(self.scores, np.inf)
        wanted = np.linspace(self.rows[0], 1, most)
        places = np.searchsorted(-self.rows[:-1], -wanted, side="left").clip(max=len(self.scores) - 1)
        return np.append(np.unique(self.scores[places]), np.inf)

    def at(self, thresholds: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows that thresholds select, and those of them with the positive outcome, of the same shape."""
        places = np.searchsorted(self.scores, np.asarray(thresholds, dtype=np.float64), side="left")
        return self.rows[places], self.positives[places]


@dataclass(frozen=True)
class ScoreCurves:
    """The rows of several groups by score.

    Args:
        names: The groups.
        curves: One a group.
    """

    names: tuple[str, ...]
    curves: tuple[ScoreCurve, ...]

    @classmethod
    def of(cls, labels: NDArray[np.int8], scores: Floats, grouping: Grouping) -> ScoreCurves:
        """Return the curves of all groups.

        Args:
            labels: 0 or 1, shape (n,).
            scores: Higher means 1, finite, shape (n,).
            grouping: The groups of the rows.
        """
        order = np.argsort(grouping.codes, kind="stable")
        parts = np.split(order, np.cumsum(grouping.sizes)[:-1])
        return cls(grouping.names, tuple(ScoreCurve.of(labels[part], scores[part]) for part in parts))

    def subset(self, names: Sequence[str]) -> ScoreCurves:
        """Return the curves of these groups."""
        kept = [place for place, name in enumerate(self.names) if name in names]
        return ScoreCurves(tuple(self.names[place] for place in kept), tuple(self.curves[place] for place in kept))

    def counts(self, thresholds: ArrayLike) -> GroupCounts:
        """Return the counts of every group.

        Args:
            thresholds: One for all groups, or shape (..., groups).

        >>> one = Grouping.of(np.array(["a", "a", "b"], object))
        >>> curves = ScoreCurves.of(np.array([1, 0, 1], np.int8), np.array([0.9, 0.4, 0.3]), one)
        >>> curves.counts(0.4).tp.tolist(), curves.counts([0.4, 0.3]).tp.tolist()
        ([1, 0], [1, 1])
        """
        given = np.asarray(thresholds, dtype=np.float64)
        given = np.broadcast_to(given, (len(self.names),)) if given.ndim == 0 else given
        found = [curve.at(given[..., place]) for place, curve in enumerate(self.curves)]
        selected, hits = (np.stack(part, axis=-1) for part in zip(*found, strict=True))
        every = np.asarray([curve.rows[0] for curve in self.curves])
        positives = np.asarray([curve.positives[0] for curve in self.curves])
        return GroupCounts(
            self.names, tp=hits, fp=selected - hits, fn=positives - hits, tn=every - selected - (positives - hits)
        )

    def cuts(self, most: int) -> Floats:
        """Return thresholds that matter to at least one group, ascending; see `ScoreCurve.cuts`."""
        share = max(most // len(self.curves), 2) if sum(len(one.scores) for one in self.curves) > most else most
        return np.unique(np.concatenate([curve.cuts(share) for curve in self.curves]))
