"""What each fairness goal would cost: what follows from the thresholds that serve it best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.audit.thresholds.explorer import Explorer, Follow
from core.audit.thresholds.goals import ODDS, OPPORTUNITY, PARITY, Goal
from core.choices import Criterion

GOALS: Final[Mapping[Criterion, Goal]] = {
    "demographic_parity": PARITY,
    "equal_opportunity": OPPORTUNITY,
    "equalized_odds": ODDS,
}
NOTHING: Final = "none"
"""In place of a criterion: the same threshold for all."""


@dataclass(frozen=True)
class CriterionCosts:
    """What each goal costs for the groups of one attribute.

    Args:
        attribute: The attribute.
        rows: Number of rows from which the figures come.
        choices: By criterion, ``NOTHING`` first, what follows from its thresholds.
    """

    attribute: str
    rows: int
    choices: Mapping[str, Follow]

    @classmethod
    def of(cls, attribute: str, rows: int, explorer: Explorer) -> CriterionCosts:
        """Return the costs on scored rows; ``NOTHING`` is today's threshold."""
        thresholds = {point.goal: point.thresholds for point in explorer.separate}
        choices: dict[str, Follow] = {NOTHING: explorer.follow(explorer.today)}
        for criterion, goal in GOALS.items():
            choices[criterion] = explorer.follow(thresholds[goal])
        return cls(attribute, rows, choices)
