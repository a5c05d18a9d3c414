"""Gradient boosting: scikit-learn's histogram-based implementation with its defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.downstream_classifiers.base import DownstreamClassifier, Floats, LabelledMatrix
from core.downstream_classifiers.default import TITLES
from core.downstream_classifiers.threads import one_openmp_thread

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier


class GradientBoosting(DownstreamClassifier):
    """100 rounds of trees with at most 31 leaves. Above 10,000 rows, a tenth of them is used for early stopping."""

    title: ClassVar[str] = TITLES["boosting"]

    def estimator(self, rows: LabelledMatrix, seed: int) -> HistGradientBoostingClassifier:  # noqa: ARG002  # any rows
        """Return scikit-learn's classifier with this seed."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(random_state=seed)

    def fit(
        self, rows: LabelledMatrix, seed: int, progress: Callable[[float], None] = lambda _share: None
    ) -> HistGradientBoostingClassifier:
        """Fit in one thread, so that the result does not depend on the number of cores."""
        with one_openmp_thread():
            return super().fit(rows, seed, progress)

    def probabilities(self, rows: LabelledMatrix, tested: NDArray[Any], seed: int) -> Floats:
        """Predict in one thread, as in `fit`."""
        model = self.fit(rows, seed)
        with one_openmp_thread():
            return np.asarray(model.predict_proba(tested), dtype=np.float64)
