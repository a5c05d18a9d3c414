"""What a protocol trains and tests: the interface that tables and images share."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.metrics import unawareness


class ClassifierOutput(NamedTuple):
    """The output of a classifier for the tested rows.

    ``scores`` of the positive outcome, shape (m,); ``copies``, the scores of rows with flipped attributes, shape
    (G * c,), empty without flips; ``classes``, the predicted class, shape (m,), for more than two classes.
    """

    scores: NDArray[np.float64]
    copies: NDArray[np.float64]
    classes: NDArray[np.object_] | None


class Trainable(Protocol):
    """A classifier that `measure` trains and tests, on rows of a table (`Fit`) or on images."""

    @property
    def source(self) -> str:
        """Whose rows."""

    @property
    def protocol(self) -> str:
        """A, B, C or D."""

    @property
    def split(self) -> str:
        """Which rows are tested: ``holdout`` or ``source``."""

    @property
    def tested(self) -> pd.DataFrame:
        """The tested rows, for labels and groups."""

    @property
    def flips(self) -> unawareness.AttributeFlips | None:
        """The values that replace the sensitive columns to measure their direct effect."""

    def why_untrainable(self) -> str:
        """Return why no classifier can be trained; empty if one can."""

    def predict(self, seed: int, *, direct: bool) -> ClassifierOutput:
        """Train with one seed and predict the tested rows; if ``direct``, also with flipped attributes."""

    def copies_by_chance(self, seed: int) -> NDArray[np.float64] | None:
        """Train with shuffled attributes, and score the rows with flipped ones; ``None`` if that takes too long."""

    def resampled(self, seed: int) -> Trainable:
        """Return the same on a bootstrap resample of the training rows; only its scores are used."""
