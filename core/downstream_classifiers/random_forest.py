"""Random forest with the same trees as scikit-learn's, grown in our own threads.

`RandomForestClassifier` with several jobs adds the trees' probabilities in the order in which threads finish, so the
last bits differ between runs. Its threads also race for Python's warning filters and may leave them empty. This module
grows the same trees and adds them in a fixed order. The result equals scikit-learn's (a test compares them), is
reproducible, and needs no memory for trees that have voted.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.downstream_classifiers.base import DownstreamClassifier, Floats, LabelledMatrix
from core.downstream_classifiers.default import TITLES
from core.downstream_classifiers.threads import workers

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.tree import DecisionTreeClassifier

TREES, MIN_LEAF_ROWS = 100, 5
MAX_DRAWN_ROWS = 20_000
"""Rows that a tree draws at most. Of more rows, trees learn in the same time, and all rows take part."""
OUT_OF_SOURCE_TREES = 60  # group means need fewer trees, and are computed several times
SINGLE_ROW_TREES = 200  # three in eight of them drew no row of a real row, and score it


class RandomForest(DownstreamClassifier):
    """100 trees with at least 5 rows a leaf and the square root of the number of features at each split.

    Each tree draws as many rows as there are, with replacement, and of more than 20,000 rows that many.
    """

    title: ClassVar[str] = TITLES["forest"]
    out_of_source: ClassVar[str] = "Only those trees score a real row that saw no row generated from it (out of bag)."

    def estimator(self, rows: LabelledMatrix, seed: int) -> RandomForestClassifier:
        """Return scikit-learn's forest with these hyperparameters."""
        return _forest(rows, seed, n_estimators=TREES)

    def fit(
        self, rows: LabelledMatrix, seed: int, progress: Callable[[float], None] = lambda _share: None
    ) -> RandomForestClassifier:
        """Fit the same forest as in one call, and report progress after each tree."""
        forest = _forest(rows, seed, warm_start=True)
        points = rows.points.astype(np.float32)  # the dtype of the trees, so that no call converts it again
        for trees in range(1, TREES + 1):
            progress((trees - 1) / TREES)
            forest.set_params(n_estimators=trees).fit(points, rows.classes)
        return forest

    def probabilities(self, rows: LabelledMatrix, tested: NDArray[Any], seed: int) -> Floats:
        """Return the mean over the trees of their leaves' class shares."""
        train = np.ascontiguousarray(np.asarray(rows.points, dtype=np.float32).T)  # trees scan columns
        test = np.ascontiguousarray(tested, dtype=np.float32)
        labels = np.ascontiguousarray(rows.classes, dtype=np.int64)
        # As in scikit-learn, each tree has one seed, from which it draws first its rows and then its splits.
        source = np.random.RandomState(seed)
        seeds = [int(source.randint(np.iinfo(np.int32).max)) for _ in range(TREES)]
        total = np.zeros((len(test), int(labels.max()) + 1))
        with workers(os.cpu_count()) as pool:
            for classes, shares in pool.map(lambda tree_seed: _votes(train, labels, test, tree_seed), seeds):
                total[:, classes] += shares
        return total / TREES

    def probabilities_out_of_source(
        self,
        rows: LabelledMatrix,
        source: NDArray[np.integer],
        real: NDArray[Any],
        seed: int,
        *,
        single_rows: bool = False,
    ) -> tuple[NDArray[np.int64], Floats]:
        """Score out of bag by source: each real row by the trees that drew no row generated from it."""
        trees = SINGLE_ROW_TREES if single_rows else OUT_OF_SOURCE_TREES
        points, positions = real.astype(np.float32), np.unique(source)

        def votes(tree: DecisionTreeClassifier, drawn: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
            out_of_bag = np.setdiff1d(positions, source[drawn])
            return out_of_bag, tree.predict_proba(points[out_of_bag])[:, 1]

        total, count = np.zeros(len(points)), np.zeros(len(points))
        with workers(os.cpu_count()) as pool:
            forest = _forest(rows, seed, n_estimators=trees, n_jobs=-1)  # in threads of its own
            forest.fit(rows.points, rows.classes)
            for out_of_bag, vote in pool.map(votes, forest.estimators_, forest.estimators_samples_):
                total[out_of_bag] += vote
                count[out_of_bag] += 1
        positions = positions[count[positions] > 0]
        return positions, total[positions] / count[positions]


def _forest(rows: LabelledMatrix, seed: int, **settings: Any) -> RandomForestClassifier:
    from sklearn.ensemble import RandomForestClassifier  # a slow import, not needed for the names of the classifiers

    drawn = min(len(rows.classes), MAX_DRAWN_ROWS)
    return RandomForestClassifier(min_samples_leaf=MIN_LEAF_ROWS, max_samples=drawn, random_state=seed, **settings)


def _votes(
    train: NDArray[np.float32], labels: NDArray[np.int64], test: NDArray[np.float32], tree_seed: int
) -> tuple[NDArray[np.int64], Floats]:
    """Return the classes that one tree drew, and their shares for the test rows.

    ``train`` has one row for each feature. A tree may draw no row of a rare class.
    """
    from sklearn import config_context
    from sklearn.tree import DecisionTreeClassifier

    count = min(len(labels), MAX_DRAWN_ROWS)
    rows = np.random.RandomState(tree_seed).randint(0, len(labels), count, dtype=np.int32)
    weights = np.bincount(rows, minlength=len(labels)).astype(np.float64)
    drawn = np.flatnonzero(weights)  # without rows of weight 0 the tree is the same, and a tenth faster to grow
    tree = DecisionTreeClassifier(min_samples_leaf=MIN_LEAF_ROWS, max_features="sqrt", random_state=tree_seed)
    # Checking the same parameters and labels for each tree takes up to a tenth of the time.
    with config_context(assume_finite=True, skip_parameter_validation=True):
        tree.fit(train[:, drawn].T, labels[drawn], sample_weight=weights[drawn], check_input=False)
    return tree.classes_, np.asarray(tree.predict_proba(test, check_input=False), dtype=np.float64)
