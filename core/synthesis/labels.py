"""The fair label channel: which label a synthetic row carries, so that classifiers trained on it treat groups alike.

Scores. ``eta = P(y = 1 | .)`` is estimated by gradient boosting on the coded train rows, cross-fitted: train rows
are scored by models that did not see them, generated rows by the mean of all of them.

*s-blind* (default). The most accurate rule that sees x alone and selects every group at one rate is
``eta(x) >= tau(x)``, ``tau(x) = 1/2 + sum_g l_g P(g|x) / (2 p_g)``, ``sum_g l_g = 0``; the l_g minimise the convex dual
``E[(2 eta - 2 tau)_+]`` (the linear post-processing of Xian and Zhao 2024, for demographic parity). A label law whose
Bayes rule is that one and whose noise is the data's own shifts the log-odds:
``eta* = sigmoid(sharpness * (logit eta - logit tau))``. It does not depend on s, so classifiers with and without s
inherit it.

*s-aware*. ``eta* = sum_k p_k Q_k(F_s(eta))``: each group's quantiles carried to the mean quantile function, the
2-Wasserstein barycentre (Chzhen et al. 2020; Le Gouic et al. 2020). Fair for classifiers that see s.

Labels are coupled to the source row's own: ``u ~ U(0, eta)`` if its y is 1, ``U(eta, 1)`` if it is 0, and
``y' = [u < eta*]``. So y' is Bernoulli(eta*), and as few labels change as the law allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows, TableEncoding
    from core.synthesis.settings import LabelSettings

FOLDS = 3
ITERATIONS = {"target": 100, "group": 50}
TAU_RANGE = (0.02, 0.98)
ETA_RANGE = (1e-4, 1.0 - 1e-4)
GRID = np.linspace(0.0, 1.0, 513)

Floats = "NDArray[np.float64]"


class CrossFitted:
    """Gradient boosting on coded rows, cross-fitted over folds; probabilities (n, classes)."""

    def __init__(self, encoding: TableEncoding, *, with_groups: bool, iterations: int, seed: int) -> None:
        self.index = encoding.feature_index
        self.with_groups = with_groups
        self.iterations = iterations
        self.seed = seed
        sizes = [encoding.sizes[i] for i in self.index]
        self.categorical = [not encoding.numeric[i] and encoding.sizes[i] <= 255 for i in self.index]
        if with_groups:
            self.categorical.append(len(encoding.groups) <= 255)
        del sizes

    def _matrix(self, rows: CodedRows) -> NDArray[np.float64]:
        codes = rows.codes[:, self.index]
        if self.with_groups:
            codes = np.column_stack([codes, rows.groups])
        return codes.astype(float)

    def fit(self, rows: CodedRows, outcome: NDArray[np.int64]) -> NDArray[np.float64]:
        """Fit all folds; returns out-of-fold probabilities of the train rows."""
        matrix = self._matrix(rows)
        self.classes = np.unique(outcome)
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=self.seed)
        held_out = np.zeros((len(rows), len(self.classes)))
        self.models = []
        for fold, (fit_rows, score_rows) in enumerate(folds.split(matrix, outcome)):
            model = HistGradientBoostingClassifier(
                max_iter=self.iterations,
                l2_regularization=1.0,
                categorical_features=self.categorical,
                early_stopping=False,
                random_state=self.seed + fold,
            ).fit(matrix[fit_rows], outcome[fit_rows])
            held_out[score_rows] = model.predict_proba(matrix[score_rows])
            self.models.append(model)
        return held_out

    def predict(self, rows: CodedRows) -> NDArray[np.float64]:
        """Mean probability over the folds' models, for rows that none of them has seen."""
        matrix = self._matrix(rows)
        mean: NDArray[np.float64] = np.mean([model.predict_proba(matrix) for model in self.models], axis=0)
        return mean


def parity_multipliers(eta: NDArray[np.float64], membership: NDArray[np.float64]) -> NDArray[np.float64]:
    """The l_g of the s-blind rule, shape (G,), summing to 0.

    Args:
        eta: P(y = 1 | x) of each row, shape (n,).
        membership: P(g | x) / p_g of each row, shape (n, G).
    """
    count = membership.shape[1]
    free = membership[:, 1:] - membership[:, :1]

    def dual(multipliers: NDArray[np.float64], width: float) -> tuple[float, NDArray[np.float64]]:
        margin = 2.0 * eta - 1.0 - free @ multipliers
        soft = np.logaddexp(0.0, margin / width) * width
        slope = expit(margin / width)
        return float(soft.mean()), -(free * slope[:, None]).mean(axis=0)

    multipliers = np.zeros(count - 1)
    for width in (0.3, 0.1, 0.03, 0.01):
        multipliers = minimize(dual, multipliers, args=(width,), jac=True, method="L-BFGS-B").x
    return np.concatenate([[-multipliers.sum()], multipliers])


@dataclass(frozen=True)
class BlindLaw:
    multipliers: NDArray[np.float64]
    shares: NDArray[np.float64]

    def tau(self, membership: NDArray[np.float64]) -> NDArray[np.float64]:
        return 0.5 + 0.5 * (membership / self.shares) @ self.multipliers
