"""Everything that a person needs to move a threshold and see what follows, computed once for a model and an attribute.

All figures are those of the rows at hand, without intervals: they show what a threshold does to these rows. What a
chosen threshold costs elsewhere is told by `core.audit.thresholds.repair`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.audit.metrics.declarations.performance import ACCURACY
from core.audit.metrics.declarations.rates import FPR, SELECTION_RATE, TPR
from core.audit.metrics.formulas import Rate
from core.audit.statistics.confusion import GroupCounts
from core.audit.thresholds.curves import Floats
from core.audit.thresholds.goals import ACCURATE, GOALS, Goal, accuracy
from core.audit.thresholds.repair import ScoredRows
from core.audit.thresholds.rules import ThresholdRule
from core.audit.thresholds.search import Search

DRAWN: Final = 120
"""Thresholds at which curves are drawn."""
RATES: Final[Mapping[str, Rate]] = {"favourable": SELECTION_RATE, "earned": TPR, "unearned": FPR, "accuracy": ACCURACY}
"""The rates that follow a threshold, of the favourable outcome."""


@dataclass(frozen=True)
class Point:
    """A choice of thresholds that is marked.

    Args:
        goal: What it serves.
        thresholds: One a compared group, shape (groups,).
    """

    goal: Goal
    thresholds: Floats


@dataclass(frozen=True)
class Follow:
    """What follows from thresholds, on the rows of the compared groups.

    Args:
        names: The groups.
        n: Rows of each group, shape (groups,).
        rates: By name as in ``RATES``, shape (groups,).
        accuracy: Share of right decisions over the groups.
        disparities: By goal, the greatest difference of two groups' rates.
        moved: How many more of 1,000 people of each group get the favourable decision than today, shape (groups,).
    """

    names: tuple[str, ...]
    n: Floats
    rates: Mapping[str, Floats]
    accuracy: float
    disparities: Mapping[str, float]
    moved: Floats


@dataclass(frozen=True)
class Explorer:
    """Curves and marked points of one model and one attribute.

    Args:
        search: Counts at any threshold.
        today: The threshold of today's decisions.
        shared: Marked points with one threshold for all.
        separate: Marked points with one threshold a group.
    """

    search: Search
    today: float
    shared: tuple[Point, ...]
    separate: tuple[Point, ...]

    @classmethod
    def of(cls, rows: ScoredRows) -> Explorer | None:
        """Return the explorer; ``None`` if fewer than two groups can be compared."""
        compared = rows.comparable()
        if len(compared) < 2:
            return None
        search, goals = rows.search(compared), (ACCURATE, *GOALS)
        selected = rows.scores[rows.now == 1]
        return cls(
            search,
            float(selected.min()) if len(selected) else float("inf"),
            tuple(Point(goal, _thresholds(search.shared(goal), compared)) for goal in goals),
            tuple(Point(goal, _thresholds(search.separate(goal), compared)) for goal in goals),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The compared groups."""
        return self.search.curves.names

    def follow(self, thresholds: Floats | float) -> Follow:
        """Return what follows from one threshold for all, or one a group, shape (groups,)."""
        counts, today = self.search.favourable(np.asarray(thresholds)), self.search.favourable(np.asarray(self.today))
        return Follow(
            self.names,
            np.asarray(counts.n, dtype=np.float64),
            {name: rate.value(counts) for name, rate in RATES.items()},
            float(accuracy(counts)),
            {goal.key: float(goal.disparity(counts)) for goal in GOALS},
            1000 * (SELECTION_RATE.value(counts) - SELECTION_RATE.value(today)),
        )

    def curves(self) -> tuple[Floats, Mapping[str, Floats]]:
        """Return thresholds, shape (k,), and every rate at them, shape (k, groups)."""
        cuts = self.search.curves.cuts(100 * DRAWN)
        finite = cuts[np.isfinite(cuts)]
        spread = np.linspace(finite[0], finite[-1], DRAWN) if len(finite) > DRAWN else finite
        counts: GroupCounts = self.search.favourable(np.repeat(spread[:, None], len(self.names), axis=1))
        return spread, {name: rate.value(counts) for name, rate in RATES.items()}


def _thresholds(rule: ThresholdRule, names: tuple[str, ...]) -> Floats:
    return np.asarray([rule.steps[name][0].threshold if name in rule.steps else rule.otherwise for name in names])
