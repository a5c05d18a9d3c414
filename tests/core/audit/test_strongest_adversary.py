"""The strongest of three adversaries: which one wins depends on what is to be found."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.audit.strongest_adversary import Points, Sample, mean_auc, strongest

ROWS = 1600


def told(rule, seed=0, columns=4):
    """Return the winner and its AUC on other rows, for groups that follow ``rule`` with some noise."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(2 * ROWS, columns))
    codes = (rule(points) + 0.3 * rng.normal(size=2 * ROWS) > 0).astype(np.int64)
    inside, outside = (Points(part, part) for part in (points[:ROWS], points[ROWS:]))
    best = strongest(Sample(inside, codes[:ROWS]), outside)
    return best.name, roc_auc_score(codes[ROWS:], best.probabilities[:, 1])


def test_products_of_many_numbers_are_found_by_logistic_regression_with_products():
    name, auc = told(lambda z: (z[:, :6] * z[:, 6:]).sum(axis=1), columns=12)
    assert name == "logistic regression"
    assert auc > 0.9


def test_thresholds_are_found_by_trees():
    name, auc = told(lambda z: np.where((np.abs(z[:, 0]) < 0.3) ^ (np.abs(z[:, 1]) < 0.5) ^ (z[:, 2] > 1), 1.0, -1.0))
    assert name == "gradient boosting"
    assert auc > 0.95


def test_a_smooth_combination_is_found_by_the_network_where_boosting_finds_less():
    name, auc = told(lambda z: np.sin(2 * z.sum(axis=1)), columns=3)
    assert name == "a neural network"
    assert auc > 0.85


def test_groups_that_nothing_tells_are_not_told():
    rng = np.random.default_rng(1)
    points = rng.normal(size=(3000, 4))
    codes = rng.integers(0, 3, 3000)
    best = strongest(Sample(Points(points[:1500], points[:1500]), codes[:1500]), Points(points[1500:], points[1500:]))
    assert best.probabilities.shape == (1500, 3)
    assert abs(mean_auc(codes[1500:], best.probabilities) - 0.5) < 0.05


def test_the_same_seed_gives_the_same_answer():
    assert told(lambda z: np.sin(z.sum(axis=1))) == told(lambda z: np.sin(z.sum(axis=1)))


def test_the_mean_auc_is_scikit_learns():
    rng = np.random.default_rng(0)
    codes, scores = rng.integers(0, 3, 200), rng.random((200, 3))
    expected = np.mean([roc_auc_score(codes == group, scores[:, group]) for group in range(3)])
    assert mean_auc(codes, scores) == pytest.approx(expected)
