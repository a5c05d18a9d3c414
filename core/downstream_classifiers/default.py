"""The names of the downstream classifiers, and which one is used by default. It imports nothing slow."""

from __future__ import annotations

from typing import Literal

ClassifierName = Literal["forest", "boosting", "logistic"]
DEFAULT_CLASSIFIER: ClassifierName = "forest"
