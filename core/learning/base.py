"""The interface of a downstream classifier."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.data.encoding.ordinal import MatrixColumns

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

Floats = NDArray[np.float64]
FOLDS = 3


@dataclass(frozen=True)
class LabelledMatrix:
    """Rows to learn from.

    Args:
        points: Features, shape (n, d), no NaN.
        classes: 0 .. k - 1, each of them present, shape (n,).
        columns: How the features are read.
    """

    points: NDArray[Any]
    classes: NDArray[np.integer]
    columns: MatrixColumns


class DownstreamClassifier(ABC):
    """A classifier that learns an outcome from rows: the same rows and seed give the same probabilities.

    A subclass gives its name and a scikit-learn estimator; the rest follows from these.
    """

    title: ClassVar[str]
    """As it stands in a sentence, with its article."""

    @abstractmethod
    def estimator(self, columns: MatrixColumns, seed: int) -> ClassifierMixin:
        """An unfitted scikit-learn classifier of matrices with these columns."""

    def fit(
        self, rows: LabelledMatrix, seed: int, progress: Callable[[float], None] = lambda _share: None
    ) -> ClassifierMixin:
        """A fitted scikit-learn classifier.

        Args:
            rows: What it learns from.
            seed: Random state.
            progress: Receives the share that is done, 0 to 1; may raise to cancel.
        """
        progress(0.0)
        return self.estimator(rows.columns, seed).fit(rows.points, rows.classes)

    def probabilities(self, rows: LabelledMatrix, tested: NDArray[Any], seed: int) -> Floats:
        """Class probabilities of the tested points, shape (m, d); rows of the result, shape (m, k), sum to 1."""
        return np.asarray(self.fit(rows, seed).predict_proba(tested), dtype=np.float64)

    def probabilities_out_of_source(
        self, rows: LabelledMatrix, source: NDArray[np.integer], real: NDArray[Any], seed: int
    ) -> tuple[NDArray[np.int64], Floats]:
        """Probabilities of class 1 for real rows, each from classifiers that saw no row generated from it.

        Here the real rows are dealt into 3 folds, and each fold is judged by a classifier of the other rows.

        Args:
            rows: Generated rows, n of them, of two classes.
            source: Position of the real row behind each generated row, shape (n,).
            real: All real rows, shape (r, d).
            seed: Random state of folds and classifiers.

        Returns:
            Positions of the real rows that could be judged, ascending, and their probabilities.
        """
        judged = np.unique(source)
        fold_of = np.full(len(real), -1)
        fold_of[judged] = np.random.default_rng(seed).permutation(len(judged)) % FOLDS
        scores = np.full(len(real), np.nan)
        for fold in range(FOLDS):
            inside, outside = fold_of[source] != fold, np.flatnonzero(fold_of == fold)
            classes = rows.classes[inside]
            if len(outside) and len(np.unique(classes)) == 2:
                part = LabelledMatrix(rows.points[inside], classes, rows.columns)
                scores[outside] = self.probabilities(part, real[outside], seed)[:, 1]
        judged = judged[~np.isnan(scores[judged])]
        return judged, scores[judged]
