"""Threshold rules: from which score on each group is selected, with or without a random part.

A group's rule is a list of steps: a share of its people is selected from one score on, another share from another. One
step is a plain threshold. Two or more are the rules of Hardt, Price and Srebro (2016), which draw by lot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.data.groups import Grouping

Floats = NDArray[np.float64]
_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Step:
    """A share of a group's people, and the lowest score at which they are selected.

    Args:
        share: Above 0, at most 1.
        threshold: A score; minus infinity selects everybody, infinity nobody.
    """

    share: float
    threshold: float


@dataclass(frozen=True)
class ThresholdRule:
    """Thresholds for all groups.

    Args:
        name: What it is for, e.g. ``equal selection rates``.
        steps: By group; the shares of a group add up to 1.
        otherwise: The threshold of every other group.
    """

    name: str
    steps: Mapping[str, tuple[Step, ...]]
    otherwise: float

    @property
    def uses_groups(self) -> bool:
        """Whether two groups have different rules."""
        return len({*self.steps.values(), (Step(1.0, self.otherwise),)}) > 1

    @property
    def is_random(self) -> bool:
        """Whether two people of one group with one score can be treated differently."""
        return any(len(steps) > 1 for steps in self.steps.values())

    def chances(self, scores: Floats, grouping: Grouping) -> Floats:
        """Return each row's chance to be selected, 0 to 1, shape (n,)."""
        result = np.asarray(scores >= self.otherwise, dtype=np.float64)
        for place, name in enumerate(grouping.names):
            if name in self.steps:
                mine = grouping.codes == place
                result[mine] = sum(step.share * (scores[mine] >= step.threshold) for step in self.steps[name])
        return result

    def selected(self, scores: Floats, grouping: Grouping, seed: int) -> NDArray[np.int8]:
        """Return 1 for the selected rows, else 0, shape (n,); the seed decides where the rule draws by lot.

        >>> rule = one_for_all("0.5 for all", 0.5)
        >>> rule.selected(np.array([0.4, 0.5]), Grouping.of(np.array(["a", "b"], object)), 0).tolist()
        [0, 1]
        """
        chances = self.chances(scores, grouping)
        if not self.is_random:
            return chances.round().astype(np.int8)
        draws = np.random.default_rng(seed).random(len(scores))
        return np.asarray(draws < chances - _TOLERANCE, dtype=np.int8)


def one_for_all(name: str, threshold: float) -> ThresholdRule:
    """Return the rule with one threshold for all groups."""
    return ThresholdRule(name, {}, threshold)


def by_group(name: str, thresholds: Mapping[str, float], otherwise: float) -> ThresholdRule:
    """Return the rule with one threshold a group."""
    return ThresholdRule(name, {group: (Step(1.0, one),) for group, one in thresholds.items()}, otherwise)
