"""Threshold optimizer: a classifier's probabilities, cut at thresholds of each group's own.

Source: Hardt, Price, Srebro, "Equality of Opportunity in Supervised Learning", NeurIPS 2016, as `ThresholdOptimizer` of
fairlearn 0.15. Settings, in every preset: demographic parity, the most accurate thresholds. The classifier is the one
that the audit trains (`core.learning.catalog`), a random forest by default.

Mended: thresholds are chosen on rows that the classifier has not seen, a quarter of the train rows, since a forest is
too sure of its own; and decisions are the thresholded ones, not the classifier's. Between two thresholds fairlearn
draws lots: here from the seed, so that the same rows in the same order have the same decisions.

A group with one outcome only among the validation rows can have no thresholds of its own: it is given the largest
group's. Listeners are asked after every tree of a forest; choosing thresholds cannot be cancelled, and takes about a
second.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pandas as pd
import torch
from fairlearn.postprocessing import ThresholdOptimizer as Optimizer
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin

from core.data.encoding.feature_matrix import Features, fit_features
from core.data.encoding.ordinal import numeric_columns
from core.data.schema import Schema
from core.data.split import validation_split
from core.events import Listener, ignore
from core.learning.base import LabelledMatrix
from core.learning.catalog import CLASSIFIERS
from core.synthesis.base import Classifier, Decisions, Observations
from core.synthesis.methods.labelled_rows import LabelledRows, labelled_rows, report_progress
from core.synthesis.methods.settings import ThresholdOptimizerSettings

TOTAL_STEPS = 101  # of which the thresholds are the last


class ThresholdOptimizer(Classifier[ThresholdOptimizerSettings]):
    """A downstream classifier with thresholds by group."""

    decides_with_groups: ClassVar[bool] = True
    features: Features
    classifier: ClassifierMixin
    thresholds: Optimizer
    threshold_group: NDArray[np.int64]
    """Whose thresholds each group has: mostly its own, shape (G,)."""

    def fit(
        self,
        data: Observations,
        schema: Schema,
        *,
        seed: int,
        device: torch.device,  # noqa: ARG002 all is done on the CPU
        listener: Listener = ignore,
    ) -> Self:
        """Fit the classifier on one part of the rows, choose thresholds on the other; see `Synthesizer.fit`."""
        self.seed = seed
        self.features = fit_features(data.frame, schema, with_sensitive=True)
        fit_rows, validation_rows = validation_split(data.frame, schema, self.settings.validation_share, seed)
        self.classifier = self._fit_classifier(labelled_rows(fit_rows, self.features), seed, listener)
        validation = labelled_rows(validation_rows, self.features)
        self.threshold_group = _threshold_groups(validation, len(self.features.groups))
        self.thresholds = Optimizer(
            estimator=self.classifier,
            constraints=self.settings.constraint,
            prefit=True,
            predict_method="predict_proba",
        ).fit(validation.matrix, validation.labels, sensitive_features=self.threshold_group[validation.codes])
        report_progress(listener, TOTAL_STEPS, TOTAL_STEPS, self._message())
        return self

    def decide(self, frame: pd.DataFrame) -> Decisions:
        """The classifier's probabilities, and the thresholded decisions."""
        matrix, groups = self.features.matrix(frame), self.threshold_group[self.features.codes(frame)]
        scores = np.asarray(self.classifier.predict_proba(matrix)[:, 1], dtype=np.float64)
        selected = self.thresholds.predict(matrix, sensitive_features=groups, random_state=self.seed)
        return Decisions(scores, np.asarray(selected, dtype=np.int8))

    def _fit_classifier(self, rows: LabelledRows, seed: int, listener: Listener) -> ClassifierMixin:
        training_set = LabelledMatrix(rows.matrix, rows.labels, numeric_columns(rows.matrix.shape[1]))

        def progress(share: float) -> None:
            report_progress(listener, round(share * (TOTAL_STEPS - 1)), TOTAL_STEPS)

        return CLASSIFIERS[self.settings.classifier].fit(training_set, seed, progress)

    def _message(self) -> str:
        replaced = int((self.threshold_group != np.arange(len(self.threshold_group))).sum())
        if not replaced:
            return ""
        return (
            f"{replaced} of {len(self.threshold_group)} groups have fewer than two outcomes among the validation rows and are "
            "given the thresholds of the largest group."
        )


def _threshold_groups(validation: LabelledRows, groups: int) -> NDArray[np.int64]:
    rows = np.bincount(validation.codes, minlength=groups)
    positive = np.bincount(validation.codes, weights=validation.labels, minlength=groups)
    usable = (positive > 0) & (positive < rows)
    if not usable.any():  # each group has one outcome, but not all have the same: no group tells them apart
        return np.zeros(groups, dtype=np.int64)
    return np.where(usable, np.arange(groups), np.where(usable, rows, -1).argmax()).astype(np.int64)
