import sys
import warnings

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from core.data.encoding.ordinal import numeric_columns
from core.downstream_classifiers import random_forest
from core.downstream_classifiers.base import LabelledMatrix


@pytest.mark.parametrize("classes", [2, 3])
def test_is_scikit_learns_forest_tree_for_tree(classes):
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(300, 5)).astype(np.float32), rng.integers(0, classes, 300)
    theirs = RandomForestClassifier(
        random_forest.TREES, min_samples_leaf=random_forest.MIN_LEAF_ROWS, random_state=3
    ).fit(points, labels)
    rows = LabelledMatrix(points, labels, numeric_columns(5))
    ours = random_forest.RandomForest().probabilities(rows, points[:50], 3)
    assert ours == pytest.approx(theirs.predict_proba(points[:50]), abs=1e-12)
    assert (ours == random_forest.RandomForest().probabilities(rows, points[:50], 3)).all()
    shares = []
    stepwise = random_forest.RandomForest().fit(rows, 3, shares.append)
    assert (stepwise.predict_proba(points[:50]) == theirs.predict_proba(points[:50])).all()
    assert shares == sorted(shares)
    assert len(shares) == random_forest.TREES


def test_of_many_rows_each_tree_draws_some_as_scikit_learn_does(monkeypatch):
    monkeypatch.setattr(random_forest, "MAX_DRAWN_ROWS", 120)
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(300, 5)).astype(np.float32), rng.integers(0, 2, 300)
    theirs = RandomForestClassifier(
        random_forest.TREES, min_samples_leaf=random_forest.MIN_LEAF_ROWS, max_samples=120, random_state=3
    ).fit(points, labels)
    forest, rows = random_forest.RandomForest(), LabelledMatrix(points, labels, numeric_columns(5))
    expected = theirs.predict_proba(points[:50])
    assert forest.probabilities(rows, points[:50], 3) == pytest.approx(expected, abs=1e-12)
    assert (forest.fit(rows, 3).predict_proba(points[:50]) == expected).all()


@pytest.mark.parametrize("classes", [2, 3])
def test_trees_without_a_row_of_a_rare_class_vote_for_the_others(classes):
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(400, 3)).astype(np.float32), rng.integers(0, classes - 1, 400)
    labels[:2] = classes - 1  # a tree in seven draws neither
    theirs = RandomForestClassifier(
        random_forest.TREES, min_samples_leaf=random_forest.MIN_LEAF_ROWS, random_state=3
    ).fit(points, labels)
    ours = random_forest.RandomForest().probabilities(LabelledMatrix(points, labels, numeric_columns(3)), points, 3)
    assert ours.shape == (400, classes)
    assert ours == pytest.approx(theirs.predict_proba(points), abs=1e-12)


def test_its_threads_leave_the_warning_filters_as_they_were(monkeypatch):
    monkeypatch.setattr(random_forest, "SINGLE_ROW_TREES", 20)
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(60, 3)).astype(np.float32), np.arange(60) % 2
    rows = LabelledMatrix(points, labels, numeric_columns(3))
    before, interval = list(warnings.filters), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for seed in range(8):
            random_forest.RandomForest().probabilities_out_of_source(
                rows, np.arange(60), points, seed, single_rows=True
            )
            assert warnings.filters == before
    finally:
        sys.setswitchinterval(interval)
