"""What a fair scoring rule is: scores of the train rows, from which fair outcomes follow.

There are two: ``attribute_blind`` and ``attribute_aware``. A network learns a rule's scores
(``core.synthesis.label_repair.score_levels``), so that other rows can be scored without the classifiers behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

OUTCOME_ITERATIONS = 300
ETA_RANGE = (1e-4, 1.0 - 1e-4)


class FairScoringRule(Protocol):
    """Scores of the train rows."""

    blind: ClassVar[bool]
    """Whether the rule does not read the sensitive columns. It then predicts the group from the features (a proxy)."""

    def out_of_fold_scores(self) -> Floats:
        """Return the out-of-fold scores of the train rows, shape (n, D)."""

    def fair_probabilities(self) -> Floats:
        """Return the probability of a positive outcome of each train row by the rule, shape (n,)."""
