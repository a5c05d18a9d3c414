"""The names and titles of the downstream classifiers, and which one is used by default. It imports nothing slow."""

from __future__ import annotations

from typing import Final, Literal

ClassifierName = Literal["forest", "boosting", "logistic"]
TITLES: Final[dict[ClassifierName, str]] = {
    "forest": "a random forest",
    "boosting": "gradient boosting",
    "logistic": "logistic regression",
}
"""What each is called in a sentence."""
DEFAULT_CLASSIFIER: ClassifierName = "forest"
