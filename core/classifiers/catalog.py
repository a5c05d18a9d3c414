"""The downstream classifiers by name."""

from __future__ import annotations

from typing import Final, Literal

from core.classifiers.base import DownstreamClassifier
from core.classifiers.boosting import GradientBoosting
from core.classifiers.logistic_regression import LogisticRegression
from core.classifiers.random_forest import RandomForest

ClassifierName = Literal["forest", "boosting", "logistic"]

CLASSIFIERS: Final[dict[ClassifierName, DownstreamClassifier]] = {
    "forest": RandomForest(),
    "boosting": GradientBoosting(),
    "logistic": LogisticRegression(),
}
DEFAULT_CLASSIFIER: Final[ClassifierName] = "forest"
THRESHOLD: Final = 0.5
"""A row is selected if its predicted probability of the positive outcome is at least this."""
