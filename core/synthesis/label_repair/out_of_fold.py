"""Probabilities for the label channel: gradient boosting on coded rows, cross-fitted so that no row scores itself."""

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
RATE, DEPTH = 0.05, 6


class CrossFitted:
    """A classifier on the feature codes (and the group, if asked), fitted once a fold.

    Args:
        encoding: Says which codes are features.
        with_groups: Whether the group is a feature too.
        iterations: Boosting rounds.
        seed: Seeds the folds and the boosting.
    """

    def __init__(self, encoding: TableEncoding, *, with_groups: bool, iterations: int, seed: int) -> None:
        self._encoding = encoding
        self._with_groups = with_groups
        self._iterations = iterations
        self._seed = seed
        self._models: list[HistGradientBoostingClassifier] = []

    def fit(self, rows: CodedRows, outcome: NDArray[np.int64]) -> NDArray[np.float64]:
        """Fit every fold; returns the out-of-fold probabilities, shape (n, classes), classes ascending.

        Raises:
            ConfigError: An outcome has fewer rows than there are folds.
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
        held_out = np.zeros((len(rows), len(classes)))
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=self._seed)
        for fold, (fitted, scored) in enumerate(folds.split(matrix, outcome)):
            model = HistGradientBoostingClassifier(
                max_iter=self._iterations,
                learning_rate=RATE,
                max_depth=DEPTH,
                l2_regularization=1.0,
                early_stopping=True,
                random_state=self._seed + fold,
            ).fit(matrix[fitted], outcome[fitted], X_val=matrix[scored], y_val=outcome[scored])
            held_out[scored] = model.predict_proba(matrix[scored])
            self._models.append(model)
        return held_out

    def predict(self, rows: CodedRows) -> NDArray[np.float64]:
        """Mean over the folds for rows that none of them saw; shape (n, classes)."""
        matrix = self._matrix(rows)
        mean: NDArray[np.float64] = np.mean([model.predict_proba(matrix) for model in self._models], axis=0)
        return mean

    def _matrix(self, rows: CodedRows) -> NDArray[np.float64]:
        return self._encoding.predictors(rows, with_groups=self._with_groups).astype(float)
