"""The goals of a choice of thresholds: highest accuracy, or rates that are alike in all groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.audit.metrics.declarations.performance import ACCURACY
from core.audit.metrics.declarations.rates import FPR, SELECTION_RATE, TPR
from core.audit.metrics.formulas import Disparity, Rate
from core.audit.statistics.confusion import GroupCounts
from core.audit.statistics.intervals import Floats


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be alike.

    Args:
        key: Its short name.
        name: Its name in a sentence.
        meaning: What it asks for.
        rates: The rates of the favourable outcome that are to be alike; none: accuracy is to be high.
        constraint: Fairlearn's name of it, by whether the positive outcome is the favourable one.
    """

    key: str
    name: str
    meaning: str
    rates: tuple[Rate, ...] = ()
    constraint: tuple[str, str] = ("", "")

    def values(self, counts: GroupCounts) -> Floats:
        """Return the rates that are to be alike, shape (..., groups, rates)."""
        return np.stack([rate.value(counts) for rate in self.rates], axis=-1)

    def disparity(self, counts: GroupCounts) -> Floats:
        """Return the greatest difference of two groups' rates, 0 to 1, shape (...)."""
        return np.asarray(np.ptp(self.values(counts), axis=-2).max(axis=-1))

    def error(self, counts: GroupCounts) -> float:
        """Return the greatest standard error of a difference of two groups' rates, from counts of shape (groups,)."""
        found = []
        for rate in self.rates:
            hits, trials = rate.counts(counts)
            smooth = (hits + 0.5) / (trials + 1)  # never 0 or 1
            found.append(np.sqrt(np.sort(smooth * (1 - smooth) / np.maximum(trials, 1))[-2:].sum()))
        return float(max(found))

    @property
    def gap(self) -> Disparity:
        """The same with its interval."""
        return Disparity("difference", self.rates)


ACCURATE: Final = Goal("accuracy", "highest accuracy", "As many right decisions as possible.")
PARITY: Final = Goal(
    "selection",
    "equal selection rates",
    "Each group gets the favourable decision equally often (demographic parity).",
    (SELECTION_RATE,),
    ("demographic_parity", "demographic_parity"),
)
OPPORTUNITY: Final = Goal(
    "opportunity",
    "equal opportunity",
    "Of those who earn the favourable decision, equally many of each group get it.",
    (TPR,),
    ("true_positive_rate_parity", "true_negative_rate_parity"),
)
ODDS: Final = Goal(
    "odds",
    "equalized odds",
    "The same, and of those who do not earn it, equally many of each group get it.",
    (TPR, FPR),
    ("equalized_odds", "equalized_odds"),
)
GOALS: Final = (PARITY, OPPORTUNITY, ODDS)


def accuracy(counts: GroupCounts) -> Floats:
    """Return the share of right decisions over all groups, shape (...)."""
    return np.asarray(ACCURACY.value(counts.pooled())[..., 0])
