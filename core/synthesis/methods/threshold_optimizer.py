"""Threshold optimizer: a random forest's probabilities, cut at thresholds of each group's own.

Source: Hardt, Price, Srebro, "Equality of Opportunity in Supervised Learning", NeurIPS 2016, as `ThresholdOptimizer` of
fairlearn 0.15. Settings, in every preset: demographic parity, the most accurate thresholds. The forest is the one that
the audit trains: 100 trees, leaves of at least 5 rows.

Mended: thresholds are chosen on rows that the forest has not seen, a quarter of the train rows, since a forest is too
sure of its own; and decisions are the thresholded ones, not the forest's. Between two thresholds fairlearn draws lots:
here from the seed, so that the same rows in the same order have the same decisions.

A group with one outcome only among the validation rows can have no thresholds of its own: it is given the largest
group's. Listeners are asked after every tree; choosing thresholds cannot be cancelled, and takes about a second.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pandas as pd
import torch
from fairlearn.postprocessing import ThresholdOptimizer as Optimizer
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from core.data.schema import Schema
from core.data.split import validation_split
from core.events import Listener, ignore
from core.synthesis.base import Classifier, Decisions, Observations
from core.synthesis.methods.feature_matrix import Features, Rows, fit_features, rows_of, tell
from core.synthesis.methods.settings import ThresholdOptimizerSettings

TREES, LEAF = 100, 5


class ThresholdOptimizer(Classifier[ThresholdOptimizerSettings]):
    """A random forest with thresholds by group."""

    decides_with_groups: ClassVar[bool] = True
    features: Features
    forest: RandomForestClassifier
    thresholds: Optimizer
    stand_in: NDArray[np.int64]
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
        """Grow the forest on one part of the rows, choose thresholds on the other; see `Synthesizer.fit`."""
        self.seed = seed
        self.features = fit_features(data.frame, schema, with_sensitive=True)
        grown, tuned = validation_split(data.frame, schema, self.settings.validation_share, seed)
        self.forest = grow(rows_of(grown, self.features), seed, listener)
        validation = rows_of(tuned, self.features)
        self.stand_in = _stand_in(validation, len(self.features.groups))
        self.thresholds = Optimizer(
            estimator=self.forest,
            constraints=self.settings.constraint,
            prefit=True,
            predict_method="predict_proba",
        ).fit(validation.matrix, validation.labels, sensitive_features=self.stand_in[validation.codes])
        tell(listener, TREES + 1, TREES + 1, self._message())
        return self

    def decide(self, frame: pd.DataFrame) -> Decisions:
        """The forest's probabilities, and the thresholded decisions."""
        matrix, groups = self.features.matrix(frame), self.stand_in[self.features.codes(frame)]
        scores = np.asarray(self.forest.predict_proba(matrix)[:, 1], dtype=np.float64)
        selected = self.thresholds.predict(matrix, sensitive_features=groups, random_state=self.seed)
        return Decisions(scores, np.asarray(selected, dtype=np.int8))

    def _message(self) -> str:
        lent = int((self.stand_in != np.arange(len(self.stand_in))).sum())
        if not lent:
            return ""
        return (
            f"{lent} of {len(self.stand_in)} groups have fewer than two outcomes among the validation rows and are "
            "given the thresholds of the largest group."
        )


def grow(rows: Rows, seed: int, listener: Listener) -> RandomForestClassifier:
    """scikit-learn's forest, the same as if grown at once, told of tree by tree so that it can be cancelled."""
    forest = RandomForestClassifier(min_samples_leaf=LEAF, random_state=seed, warm_start=True)
    matrix = rows.matrix.astype(np.float32)  # as the trees have it, or each call would convert it anew
    for trees in range(1, TREES + 1):
        tell(listener, trees - 1, TREES + 1)
        forest.set_params(n_estimators=trees).fit(matrix, rows.labels)
    return forest


def _stand_in(validation: Rows, groups: int) -> NDArray[np.int64]:
    rows = np.bincount(validation.codes, minlength=groups)
    positive = np.bincount(validation.codes, weights=validation.labels, minlength=groups)
    usable = (positive > 0) & (positive < rows)
    if not usable.any():  # each group has one outcome, but not all have the same: no group tells them apart
        return np.zeros(groups, dtype=np.int64)
    return np.where(usable, np.arange(groups), np.where(usable, rows, -1).argmax()).astype(np.int64)
