"""The downstream classifiers by name."""

from __future__ import annotations

from typing import Final

from core.downstream_classifiers.base import DownstreamClassifier
from core.downstream_classifiers.boosting import GradientBoosting
from core.downstream_classifiers.default import ClassifierName
from core.downstream_classifiers.logistic_regression import LogisticRegression
from core.downstream_classifiers.random_forest import RandomForest

CLASSIFIERS: Final[dict[ClassifierName, DownstreamClassifier]] = {
    "forest": RandomForest(),
    "boosting": GradientBoosting(),
    "logistic": LogisticRegression(),
}
THRESHOLD: Final = 0.5
"""A row is selected if its predicted probability of the positive outcome is at least this."""
