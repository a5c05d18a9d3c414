"""Random forest: scikit-learn's, tree for tree, in threads of our own.

`RandomForestClassifier` with several jobs adds its trees' probabilities in the order in which threads finish, so that
the last bits differ between runs, and its threads race for Python's warning filters, which they may leave emptied.
Growing the same trees here and adding them in order gives its figures (a test compares), the same ones every time, and
lets each tree go once it has voted.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.data.encoding.ordinal import MatrixColumns
from core.learning.base import DownstreamClassifier, Floats, LabelledMatrix
from core.learning.threads import workers

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.tree import DecisionTreeClassifier

TREES, MIN_LEAF_ROWS = 100, 5
OUT_OF_SOURCE_TREES = 60  # a mean over groups of rows needs fewer, and is taken several times


class RandomForest(DownstreamClassifier):
    """100 trees whose leaves hold at least 5 rows, on the square root of all features at each split."""

    title: ClassVar[str] = "a random forest"

    def estimator(self, columns: MatrixColumns, seed: int) -> RandomForestClassifier:  # noqa: ARG002  # trees split any code
        """scikit-learn's forest with these hyperparameters."""
        return _forest(seed, n_estimators=TREES)

    def fit(
        self, rows: LabelledMatrix, seed: int, progress: Callable[[float], None] = lambda _share: None
    ) -> RandomForestClassifier:
        """The same forest as if grown at once; progress is reported tree by tree."""
        forest = _forest(seed, warm_start=True)
        points = rows.points.astype(np.float32)  # as the trees have it, or each call would convert it anew
        for trees in range(1, TREES + 1):
            progress((trees - 1) / TREES)
            forest.set_params(n_estimators=trees).fit(points, rows.classes)
        return forest

    def probabilities(self, rows: LabelledMatrix, tested: NDArray[Any], seed: int) -> Floats:
        """Mean over the trees of their leaves' class shares."""
        inside = np.ascontiguousarray(np.asarray(rows.points, dtype=np.float32).T)  # trees walk along columns
        outside = np.ascontiguousarray(tested, dtype=np.float32)
        labels = np.ascontiguousarray(rows.classes, dtype=np.float64)
        # The order of draws is scikit-learn's: one seed a tree, from which the tree draws its rows and then its splits.
        source = np.random.RandomState(seed)
        seeds = [int(source.randint(np.iinfo(np.int32).max)) for _ in range(TREES)]
        total = np.zeros((len(outside), int(labels.max()) + 1))
        with workers(os.cpu_count()) as pool:
            for part in pool.map(lambda tree_seed: _votes(inside, labels, outside, tree_seed), seeds):
                total += part
        return total / TREES

    def probabilities_out_of_source(
        self, rows: LabelledMatrix, source: NDArray[np.integer], real: NDArray[Any], seed: int
    ) -> tuple[NDArray[np.int64], Floats]:
        """Out of bag by source: each real row is put only to the trees that drew no row generated from it."""
        forest = _forest(seed, n_estimators=OUT_OF_SOURCE_TREES, n_jobs=-1).fit(rows.points, rows.classes)
        points, judged = real.astype(np.float32), np.unique(source)

        def votes(tree: DecisionTreeClassifier, drawn: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
            asked = np.setdiff1d(judged, source[drawn])
            return asked, tree.predict_proba(points[asked])[:, 1]

        total, count = np.zeros(len(points)), np.zeros(len(points))
        with workers(os.cpu_count()) as pool:
            for asked, vote in pool.map(votes, forest.estimators_, forest.estimators_samples_):
                total[asked] += vote
                count[asked] += 1
        judged = judged[count[judged] > 0]
        return judged, total[judged] / count[judged]


def _forest(seed: int, **settings: Any) -> RandomForestClassifier:
    from sklearn.ensemble import RandomForestClassifier  # slow, and the names of the classifiers are needed without it

    return RandomForestClassifier(min_samples_leaf=MIN_LEAF_ROWS, random_state=seed, **settings)


def _votes(inside: NDArray[np.float32], labels: Floats, outside: NDArray[np.float32], tree_seed: int) -> Floats:
    """One tree's class shares for the tested rows; ``inside`` has a row a feature."""
    from sklearn.tree import DecisionTreeClassifier

    rows = np.random.RandomState(tree_seed).randint(0, len(labels), len(labels), dtype=np.int32)
    weights = np.bincount(rows, minlength=len(labels)).astype(np.float64)
    drawn = np.flatnonzero(weights)  # the tree is the same without the rows of weight 0, and a tenth quicker
    tree = DecisionTreeClassifier(min_samples_leaf=MIN_LEAF_ROWS, max_features="sqrt", random_state=tree_seed)
    tree.fit(inside[:, drawn].T, labels[drawn], sample_weight=weights[drawn], check_input=False)
    return np.asarray(tree.predict_proba(outside, check_input=False), dtype=np.float64)
