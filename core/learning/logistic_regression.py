"""Logistic regression on z-scores and one-hot categories: what is additive in the log-odds, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.data.encoding.ordinal import MatrixColumns
from core.learning.base import DownstreamClassifier

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MAX_ITERATIONS = 1_000


class LogisticRegression(DownstreamClassifier):
    """scikit-learn's logistic regression with its defaults: L2 penalty, C = 1.

    Numbers become z-scores; a missing one sits at the median, and a column of its own says so. Categories become one
    column each, missing ones among them. A category that no training row has is all zeros, or counts as a rare one.
    """

    title: ClassVar[str] = "logistic regression"

    def estimator(self, columns: MatrixColumns, seed: int) -> Pipeline:
        """A pipeline of the columns' scaling and the regression."""
        from sklearn.compose import ColumnTransformer
        from sklearn.linear_model import LogisticRegression as Regression
        from sklearn.pipeline import make_pipeline

        from core.data.encoding.feature_matrix import one_hot, scaled_numbers

        scaled = [
            (f"number {place}", scaled_numbers(columns.missing[place]), [place])
            for place in np.flatnonzero(~columns.categorical)
        ]
        design = ColumnTransformer([*scaled, ("categories", one_hot(), np.flatnonzero(columns.categorical))])
        return make_pipeline(design, Regression(max_iter=MAX_ITERATIONS, random_state=seed))
