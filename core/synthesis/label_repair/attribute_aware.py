"""The attribute-aware rule: fair labels from features and group, by transport of each group's score quantiles.

The fair score is ``sum_k p_k Q_k(F_s(eta))``: it transports each group's scores to the mean quantile function, the
2-Wasserstein barycentre (Chzhen et al. 2020; Le Gouic et al. 2020). It gives demographic parity to classifiers that
see s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import logit

from core.synthesis.label_repair.out_of_fold import CrossFittedClassifier
from core.synthesis.label_repair.scoring_rule import ETA_RANGE, OUTCOME_ITERATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows, TableEncoding

    Floats = NDArray[np.float64]

QUANTILE_GRID = np.linspace(0.0, 1.0, 257)


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
        self._outcome_classifier = CrossFittedClassifier(
            encoding, with_groups=True, iterations=OUTCOME_ITERATIONS, seed=seed
        )
        self._out_of_fold_scores = self._outcome_classifier.fit(rows, label)[:, 1].clip(*ETA_RANGE)
        counts = np.bincount(rows.groups, minlength=len(encoding.groups))
        overall = np.quantile(self._out_of_fold_scores, QUANTILE_GRID)
        self._quantiles = np.stack(
            [
                np.quantile(self._out_of_fold_scores[rows.groups == group], QUANTILE_GRID) if count else overall
                for group, count in enumerate(counts)
            ]
        )
        self._barycentre = counts @ self._quantiles / counts.sum()
        self._out_of_fold_logits: Floats = logit(
            self._transported(self._out_of_fold_scores, rows.groups).clip(*ETA_RANGE)
        )

    def out_of_fold_scores(self) -> Floats:
        """Return the out-of-fold P(y = 1 | x, s) of the train rows."""
        return self._out_of_fold_scores

    def out_of_fold_logits(self) -> Floats:
        """Return the out-of-fold log-odds of the fair score of the train rows."""
        return self._out_of_fold_logits

    def logits(self, rows: CodedRows) -> Floats:
        """Return the log-odds of ``Q(F_s(eta))``."""
        eta = self._outcome_classifier.predict(rows)[:, 1].clip(*ETA_RANGE)
        logits: Floats = logit(self._transported(eta, rows.groups).clip(*ETA_RANGE))
        return logits

    def _transported(self, eta: Floats, groups: NDArray[np.int64]) -> Floats:
        fair = eta.copy()
        for group in range(len(self._quantiles)):
            members = groups == group
            rank = np.interp(eta[members], _ascending(self._quantiles[group]), QUANTILE_GRID)
            fair[members] = np.interp(rank, QUANTILE_GRID, self._barycentre)
        return fair


def _ascending(values: Floats) -> Floats:
    """Make the quantiles strictly ascending, so that equal quantiles have a unique inverse."""
    return values + np.arange(len(values)) * 1e-12
