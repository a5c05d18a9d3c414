"""The one classifier of the protocols: scikit-learn's random forest, tree for tree, in threads of our own.

`RandomForestClassifier` with several jobs adds its trees' probabilities in the order in which threads finish, so that
the last bits differ between runs, and its threads race for Python's warning filters, which they may leave emptied.
Growing the same trees here and adding them in order gives its figures (a test compares), the same ones every time, and
lets each tree go once it has voted.
"""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from core.audit.classifiers.threads import workers

TREES, LEAF, THRESHOLD = 100, 5, 0.5


def probabilities(
    train: NDArray[np.floating], classes: NDArray[np.integer], test: NDArray[np.floating], seed: int
) -> NDArray[np.float64]:
    """Class probabilities of the test rows: mean over 100 trees with leaves of at least 5 rows.

    Args:
        train: Shape (n, d), no NaN.
        classes: 0 .. k - 1, each of them present, shape (n,).
        test: Shape (m, d), no NaN.
        seed: The forest's random state.

    Returns:
        Shape (m, k), rows sum to 1.
    """
    inside = np.ascontiguousarray(np.asarray(train, dtype=np.float32).T)  # by column: trees walk along columns
    outside = np.ascontiguousarray(test, dtype=np.float32)
    labels = np.ascontiguousarray(classes, dtype=np.float64)
    # The order of draws is scikit-learn's: one seed a tree, from which the tree draws its rows and then its splits.
    source = np.random.RandomState(seed)
    seeds = [int(source.randint(np.iinfo(np.int32).max)) for _ in range(TREES)]

    def votes(tree_seed: int) -> NDArray[np.float64]:
        rows = np.random.RandomState(tree_seed).randint(0, len(train), len(train), dtype=np.int32)
        weights = np.bincount(rows, minlength=len(train)).astype(np.float64)
        drawn = np.flatnonzero(weights)  # the tree is the same without the rows of weight 0, and a tenth quicker
        tree = DecisionTreeClassifier(min_samples_leaf=LEAF, max_features="sqrt", random_state=tree_seed)
        tree.fit(inside[:, drawn].T, labels[drawn], sample_weight=weights[drawn], check_input=False)
        return np.asarray(tree.predict_proba(outside, check_input=False), dtype=np.float64)

    total = np.zeros((len(outside), int(labels.max()) + 1))
    with workers(os.cpu_count()) as pool:
        for part in pool.map(votes, seeds):
            total += part
    return total / TREES
