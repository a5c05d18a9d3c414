"""What each fairness goal would cost: what follows from thresholds by group that serve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.audit.thresholds.explorer import Follow
from core.audit.thresholds.goals import ODDS, OPPORTUNITY, PARITY, Goal
from core.choices import Criterion

GOALS: Final[Mapping[Criterion, Goal]] = {
    "demographic_parity": PARITY,
    "equal_opportunity": OPPORTUNITY,
    "equalized_odds": ODDS,
}
_RATES: Final[Mapping[str, tuple[str, ...]]] = {
    PARITY.key: ("favourable",),
    OPPORTUNITY.key: ("earned",),
    ODDS.key: ("earned", "unearned"),
}
NOTHING: Final = "none"
"""In place of a criterion: the same threshold for all."""


@dataclass(frozen=True)
class CriterionCosts:
    """What each goal costs for the groups of one attribute.

    Args:
        attribute: The attribute.
        rows: Number of rows of the compared groups, from which the figures come.
        constant_accuracy: Accuracy of always deciding for the more frequent outcome.
        choices: By criterion, ``NOTHING`` first, what follows from its thresholds.
    """

    attribute: str
    rows: int
    constant_accuracy: float
    choices: Mapping[str, Follow]


def ratio(found: Follow, goal: Goal) -> float:
    """Return the lowest over the highest rate of the groups, 0 to 1; of two rates the lower ratio; NaN if all are 0."""
    ratios = []
    for name in _RATES[goal.key]:
        rates = found.rates[name]
        ratios.append(float(np.min(rates) / np.max(rates)) if np.max(rates) > 0 else float("nan"))
    return min(ratios)
