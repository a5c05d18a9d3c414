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
    """Training rows of a classifier.

    Args:
        points: Features, shape (n, d), without NaN.
        classes: Class of each row, 0 .. k - 1, shape (n,). Each class occurs.
        columns: Meaning of the feature columns.
    """

    points: NDArray[Any]
    classes: NDArray[np.integer]
    columns: MatrixColumns


class DownstreamClassifier(ABC):
    """A classifier of outcomes. The same rows and seed give the same probabilities.

    A subclass defines a title and a scikit-learn estimator. One that overrides `probabilities_out_of_source` also
    defines ``out_of_source``.
    """

    title: ClassVar[str]
    """Name for use in a sentence, with article if it needs one."""
    out_of_source: ClassVar[str] = (
        f"The real rows are split into {FOLDS} folds; a classifier trained on the rows generated from the other folds "
        "scores each fold."
    )
    """How `probabilities_out_of_source` keeps a real row from the classifiers that score it, in a sentence."""

    @abstractmethod
    def estimator(self, rows: LabelledMatrix, seed: int) -> ClassifierMixin:
        """Return an unfitted scikit-learn classifier for these training rows."""

    def fit(
        self, rows: LabelledMatrix, seed: int, progress: Callable[[float], None] = lambda _share: None
    ) -> ClassifierMixin:
        """Return a fitted scikit-learn classifier.

        Args:
            rows: Training rows.
            seed: Random state.
            progress: Receives the completed share, 0 to 1; may raise to cancel.
        """
        progress(0.0)
        return self.estimator(rows, seed).fit(rows.points, rows.classes)

    def probabilities(self, rows: LabelledMatrix, tested: NDArray[Any], seed: int) -> Floats:
        """Return class probabilities of the test points ``tested``, shape (m, d); the rows, shape (m, k), sum to 1."""
        return np.asarray(self.fit(rows, seed).predict_proba(tested), dtype=np.float64)

    def probabilities_out_of_source(
        self,
        rows: LabelledMatrix,
        source: NDArray[np.integer],
        real: NDArray[Any],
        seed: int,
        *,
        single_rows: bool = False,  # noqa: ARG002  # this default is as exact for one row as for many
    ) -> tuple[NDArray[np.int64], Floats]:
        """Return probabilities of class 1 for real rows, each from classifiers that saw no row generated from it.

        This default splits the real rows into 3 folds. A classifier of the other folds' rows scores each fold.

        Args:
            rows: Generated rows, n of them, of two classes.
            source: Position of the real row that each generated row comes from, shape (n,).
            real: All real rows, shape (r, d).
            seed: Random state of folds and classifiers.
            single_rows: Whether the noise of a row's probability counts, and not only the rates of groups.

        Returns:
            Positions of the scored real rows, ascending, and their probabilities.
        """
        positions = np.unique(source)
        fold_of = np.full(len(real), -1)
        fold_of[positions] = np.random.default_rng(seed).permutation(len(positions)) % FOLDS
        scores = np.full(len(real), np.nan)
        for fold in range(FOLDS):
            is_train, test = fold_of[source] != fold, np.flatnonzero(fold_of == fold)
            classes = rows.classes[is_train]
            if len(test) and len(np.unique(classes)) == 2:
                train = LabelledMatrix(rows.points[is_train], classes, rows.columns)
                scores[test] = self.probabilities(train, real[test], seed)[:, 1]
        positions = positions[~np.isnan(scores[positions])]
        return positions, scores[positions]
