"""Out-of-fold probabilities for label repair: cross-fitted gradient boosting on coded rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold

from core.errors import ConfigError, give

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows, TableEncoding

FOLDS = 5
LEARNING_RATE, MAX_DEPTH = 0.05, 6


class CrossFittedClassifier:
    """Gradient boosting on the feature codes, fitted once per fold, so that no row is scored by a model that saw it.

    Args:
        encoding: Encoding of the rows; it names the feature codes.
        with_groups: Whether the group is a feature.
        iterations: Boosting rounds.
        seed: Seed of the folds and of the boosting.
    """

    def __init__(self, encoding: TableEncoding, *, with_groups: bool, iterations: int, seed: int) -> None:
        self._encoding = encoding
        self._with_groups = with_groups
        self._iterations = iterations
        self._seed = seed
        self._models: list[HistGradientBoostingClassifier] = []

    def fit(self, rows: CodedRows, outcome: NDArray[np.int64]) -> NDArray[np.float64]:
        """Fit all folds; return the out-of-fold probabilities, shape (n, classes), classes in ascending order.

        Raises:
            ConfigError: An outcome value has fewer rows than there are folds.
        """
        classes, counts = np.unique(outcome, return_counts=True)
        if counts.min() < FOLDS:
            raise ConfigError(
                f"The label channel needs at least {FOLDS} rows of each outcome, "
                f"but one has {counts.min()}; add rows of it.",
                field="label_channel",
                remedies=[give("label_channel", "off")],
            )
        matrix = self._matrix(rows)
        probabilities = np.zeros((len(rows), len(classes)))
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=self._seed)
        for fold, (fit_rows, scored_rows) in enumerate(folds.split(matrix, outcome)):
            model = HistGradientBoostingClassifier(
                max_iter=self._iterations,
                learning_rate=LEARNING_RATE,
                max_depth=MAX_DEPTH,
                l2_regularization=1.0,
                early_stopping=True,
                random_state=self._seed + fold,
            ).fit(matrix[fit_rows], outcome[fit_rows], X_val=matrix[scored_rows], y_val=outcome[scored_rows])
            probabilities[scored_rows] = model.predict_proba(matrix[scored_rows])
            self._models.append(model)
        return probabilities

    def predict(self, rows: CodedRows) -> NDArray[np.float64]:
        """Return the mean probabilities of all folds for unseen rows; shape (n, classes)."""
        matrix = self._matrix(rows)
        mean: NDArray[np.float64] = np.mean([model.predict_proba(matrix) for model in self._models], axis=0)
        return mean

    def _matrix(self, rows: CodedRows) -> NDArray[np.float64]:
        return self._encoding.predictors(rows, with_groups=self._with_groups).astype(float)
