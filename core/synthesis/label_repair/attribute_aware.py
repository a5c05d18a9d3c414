"""The attribute-aware rule: the most accurate score from features and group.

For equal selection rates, the level of a score within its group decides. This carries each group's scores to a common
distribution, the 2-Wasserstein barycentre (Chzhen et al. 2020; Le Gouic et al. 2020). For equal error rates, each group
has a threshold of its own (Hardt et al. 2016), which calibration finds. Both are fair for classifiers that see s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from scipy.special import logit

from core.synthesis.label_repair.out_of_fold import cross_fitted_probabilities
from core.synthesis.label_repair.scoring_rule import ETA_RANGE, OUTCOME_ITERATIONS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows, TableEncoding

    Floats = NDArray[np.float64]


class AttributeAwareRule:
    """The attribute-aware rule, fitted on train rows.

    Args:
        encoding: Encoding of the rows; it names the feature codes.
        rows: Coded train rows, n of them.
        label: Outcomes of the rows, 0 or 1, shape (n,).
        seed: Seed of the cross-fitting.
    """

    blind: ClassVar[bool] = False

    def __init__(self, encoding: TableEncoding, rows: CodedRows, label: NDArray[np.int64], seed: int) -> None:
        matrix = encoding.predictors(rows, with_groups=True)
        eta = cross_fitted_probabilities(matrix, label, iterations=OUTCOME_ITERATIONS, seed=seed)[:, 1]
        self._logits: Floats = logit(eta.clip(*ETA_RANGE))

    def out_of_fold_logits(self) -> Floats:
        """Return the out-of-fold ``logit P(y = 1 | x, s)`` of the train rows."""
        return self._logits
