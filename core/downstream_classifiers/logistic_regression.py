"""Logistic regression on z-scores and one-hot categories: a model additive in the log-odds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.downstream_classifiers.base import DownstreamClassifier, LabelledMatrix
from core.downstream_classifiers.default import TITLES

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MAX_ITERATIONS = 1_000


class LogisticRegression(DownstreamClassifier):
    """scikit-learn's logistic regression with its defaults: L2 penalty, C = 1.

    Numbers become z-scores; a missing number gets the median and an indicator. Categories are one-hot, and missing is a
    category. A category unseen in training is all zeros, or counts as infrequent if there are infrequent categories.
    """

    title: ClassVar[str] = TITLES["logistic"]

    def estimator(self, rows: LabelledMatrix, seed: int) -> Pipeline:
        """Return a pipeline of column encoding and regression."""
        from sklearn.compose import ColumnTransformer
        from sklearn.linear_model import LogisticRegression as Regression
        from sklearn.pipeline import make_pipeline

        from core.data.encoding.feature_matrix import one_hot, scaled_numbers

        columns = rows.columns
        scaled = [
            (f"number {column}", scaled_numbers(columns.missing[column]), [column])
            for column in np.flatnonzero(~columns.categorical)
        ]
        encoder = ColumnTransformer([*scaled, ("categories", one_hot(), np.flatnonzero(columns.categorical))])
        return make_pipeline(encoder, Regression(max_iter=MAX_ITERATIONS, random_state=seed))
