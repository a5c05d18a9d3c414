"""The thresholds that serve a goal best: one for all groups, or one a group.

Highest accuracy: the threshold, or each group's own, with the most right decisions. Alike rates, one for all: the
smallest disparity. One a group: for each point that some group can reach, every group takes its nearest threshold; of
these the smallest disparity. Chance alone makes disparities of samples differ, so among choices whose disparity is at
most the smallest plus its standard error, or at most ``CLOSE``, the most accurate counts (the one-standard-error rule,
Breiman et al. 1984). Selecting everybody or nobody makes rates alike and is useless: a choice must keep at least
``KEPT`` of what the score can tell at best (true minus false positive rate, Youden's index).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit.metrics.declarations.rates import FPR, TPR
from core.audit.statistics.confusion import GroupCounts
from core.audit.thresholds.curves import Floats, ScoreCurve, ScoreCurves
from core.audit.thresholds.goals import Goal, accuracy
from core.audit.thresholds.rules import ThresholdRule, by_group, one_for_all

CLOSE: Final = 0.01
"""Disparity below which two choices count as equally alike: 10 people per 1,000."""
KEPT: Final = 0.5
MAX_SHARED: Final = 5_000
MAX_CUTS: Final = 1_000
MAX_POINTS: Final = 200


@dataclass(frozen=True)
class Search:
    """The rows from which thresholds are chosen.

    Args:
        curves: Groups that are compared, each with both outcomes.
        everyone: All rows as one curve.
        favours_positive: Whether to be selected is good for the person.
    """

    curves: ScoreCurves
    everyone: ScoreCurve
    favours_positive: bool = True

    def favourable(self, thresholds: Floats) -> GroupCounts:
        """Return the counts at thresholds with the favourable outcome as the positive one."""
        counts = self.curves.counts(thresholds)
        return counts if self.favours_positive else counts.flipped()

    def most_accurate(self) -> float:
        """Return the threshold for all rows with the most right decisions."""
        return _most_accurate(self.everyone)

    def shared(self, goal: Goal) -> ThresholdRule:
        """Return the threshold for all groups that serves the goal best."""
        if not goal.rates:
            return one_for_all(goal.name, self.most_accurate())
        cuts = self.curves.cuts(MAX_SHARED)
        every = np.broadcast_to(cuts[:, None], (len(cuts), len(self.curves.names)))
        return one_for_all(goal.name, float(cuts[self._best(every, goal)]))

    def separate(self, goal: Goal) -> ThresholdRule:
        """Return the thresholds, one a group, that serve the goal best; other groups follow the most accurate one."""
        names, otherwise = self.curves.names, self.most_accurate()
        if not goal.rates:
            own = {name: _most_accurate(curve) for name, curve in zip(names, self.curves.curves, strict=True)}
            return by_group(goal.name, own, otherwise)
        candidates = self._near(goal)
        best = candidates[self._best(candidates, goal)]
        return by_group(goal.name, dict(zip(names, best.tolist(), strict=True)), otherwise)

    def _near(self, goal: Goal) -> Floats:
        """Return for every point that some group reaches the nearest threshold of each group, shape (points, groups).

        Near is what differs least in the rate that differs most.
        """
        alone = [ScoreCurves((name,), (curve,)) for name, curve in zip(*self._parts(), strict=True)]
        cuts = [one.curves[0].cuts(MAX_CUTS) for one in alone]
        reached = [self._values(one, cut, goal) for one, cut in zip(alone, cuts, strict=True)]
        points = np.concatenate([one[_spread(len(one))] for one in reached])
        return np.stack([cut[_nearest(points, one)] for cut, one in zip(cuts, reached, strict=True)], axis=-1)

    def _parts(self) -> tuple[tuple[str, ...], tuple[ScoreCurve, ...]]:
        return self.curves.names, self.curves.curves

    def _values(self, one: ScoreCurves, cuts: Floats, goal: Goal) -> Floats:
        """Return the rates of one group at thresholds, shape (thresholds, rates)."""
        counts = one.counts(cuts[:, None])
        return goal.values(counts if self.favours_positive else counts.flipped())[:, 0]

    def _best(self, thresholds: Floats, goal: Goal) -> int:
        """Return the place of the best of several choices, shape (choices, groups)."""
        counts = self.favourable(thresholds)
        told = informedness(counts)
        disparity = np.where(told >= KEPT * told.max(), goal.disparity(counts), np.inf)
        least = int(np.argmin(disparity))
        near = disparity <= max(CLOSE, float(disparity[least]) + goal.error(self.favourable(thresholds[least])))
        return int(np.argmax(np.where(near, accuracy(counts), -1.0)))


def _most_accurate(curve: ScoreCurve) -> float:
    """Return the threshold with the most right decisions; of several the highest."""
    right = 2 * curve.positives - curve.rows  # right decisions less a constant
    place = len(right) - 1 - int(np.argmax(right[::-1]))
    return float(curve.scores[place]) if place < len(curve.scores) else float("inf")


def informedness(counts: GroupCounts) -> Floats:
    """Return true minus false positive rate over all groups, -1 to 1, shape (choices,)."""
    pooled = counts.pooled()
    return np.asarray((TPR.value(pooled) - FPR.value(pooled))[..., 0])


def _spread(count: int) -> NDArray[np.intp]:
    return np.unique(np.linspace(0, count - 1, min(count, MAX_POINTS)).round().astype(np.intp))


def _nearest(points: Floats, reached: Floats) -> NDArray[np.intp]:
    """Return for each point, shape (points, rates), the place of the nearest of ``reached``, shape (cuts, rates)."""
    return np.asarray(np.abs(points[:, None] - reached[None]).max(axis=-1).argmin(axis=-1))
