"""Threshold optimizer: a classifier with a separate decision threshold for each group.

Source: Hardt, Price, Srebro, "Equality of Opportunity in Supervised Learning", NeurIPS 2016, as `ThresholdOptimizer` of
fairlearn 0.15. Settings, in every preset: demographic parity, the most accurate thresholds. The classifier is the
audit's downstream classifier (`core.classifiers.catalog`), by default a random forest.

Thresholds are chosen on rows that the classifier has not seen, a quarter of the train rows, because a forest is
overconfident on its own train rows. Fairlearn randomises between two thresholds. Here the seed decides, so the same
rows in the same order have the same decisions.

A group with a single outcome among the validation rows has no thresholds of its own and gets those of the largest
group. The listener receives an event after every tree of a forest. Choosing the thresholds takes about a second and
cannot be cancelled.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pandas as pd
import torch
from fairlearn.postprocessing import ThresholdOptimizer as Optimizer
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin

from core.classifiers.base import LabelledMatrix
from core.classifiers.catalog import CLASSIFIERS
from core.data.encoding.feature_matrix import Features, fit_features
from core.data.encoding.ordinal import numeric_columns
from core.data.holdout_split import validation_split
from core.data.schema import Schema
from core.events import Listener, ignore
from core.synthesis.base import Classifier, Decisions, Observations
from core.synthesis.methods.labelled_rows import LabelledRows, labelled_rows, report_progress
from core.synthesis.methods.settings import ThresholdOptimizerSettings

TOTAL_STEPS = 101  # the last one is the choice of thresholds


class ThresholdOptimizer(Classifier[ThresholdOptimizerSettings]):
    """A downstream classifier with one threshold per group."""

    decides_with_groups: ClassVar[bool] = True
    features: Features
    classifier: ClassifierMixin
    thresholds: Optimizer
    threshold_group: NDArray[np.int64]
    """Group whose thresholds each group uses, usually its own; shape (G,)."""

    def fit(
        self,
        data: Observations,
        schema: Schema,
        *,
        seed: int,
        device: torch.device,  # noqa: ARG002 runs on the CPU
        listener: Listener = ignore,
    ) -> Self:
        """Fit the classifier on one part of the rows and choose thresholds on the other; see `Synthesizer.fit`."""
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
        """Return the classifier's probabilities and the decisions at the thresholds."""
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
            f"{replaced} of {len(self.threshold_group)} groups have a single outcome among the validation rows and get "
            "the thresholds of the largest group."
        )


def _threshold_groups(validation: LabelledRows, groups: int) -> NDArray[np.int64]:
    rows = np.bincount(validation.codes, minlength=groups)
    positive = np.bincount(validation.codes, weights=validation.labels, minlength=groups)
    usable = (positive > 0) & (positive < rows)
    if not usable.any():  # every group has a single outcome, so no group can have thresholds of its own
        return np.zeros(groups, dtype=np.int64)
    return np.where(usable, np.arange(groups), np.where(usable, rows, -1).argmax()).astype(np.int64)
