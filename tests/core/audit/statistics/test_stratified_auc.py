import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.audit.statistics import intervals
from core.audit.statistics.stratified_auc import stratified_auc


def test_it_is_the_mean_of_the_aucs_within_strata_by_van_elterens_weights():
    rng = np.random.default_rng(0)
    strata = rng.integers(0, 3, 600)
    labels = (rng.random(600) < np.array([0.2, 0.5, 0.8])[strata]).astype(int)
    scores = rng.normal(size=600) + 0.7 * labels + 3 * strata
    aucs, weights = [], []
    for stratum in range(3):
        rows = strata == stratum
        n, m = labels[rows].sum(), (1 - labels[rows]).sum()
        aucs.append(roc_auc_score(labels[rows], scores[rows]))
        weights.append(n * m / (n + m + 1))
    value, low, high = stratified_auc(labels, scores, strata)
    assert value == pytest.approx(np.average(aucs, weights=weights))
    assert low < value < high
    assert roc_auc_score(labels, scores) > value + 0.1  # over all rows, the stratum tells the label


def test_one_large_stratum_is_delongs_auc():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, 400)
    scores = rng.normal(size=400) + 0.5 * labels
    assert stratified_auc(labels, scores, np.zeros(400, dtype=int)) == pytest.approx(
        intervals.auc(labels, scores), abs=1e-4
    )


@pytest.mark.parametrize("per_stratum", [4, 40])
def test_the_interval_covers_also_with_strata_of_a_few_rows(per_stratum):
    rng, covered, runs = np.random.default_rng(2), 0, 400
    strata = np.repeat(np.arange(400 // per_stratum), per_stratum)
    true = 0.638  # P(X + 0.5 > Y) of standard normals: Phi(0.5 / sqrt 2)
    for _ in range(runs):
        labels = (rng.random(400) < 0.3).astype(int)
        _, low, high = stratified_auc(labels, rng.normal(size=400) + 0.5 * labels + strata, strata)
        covered += low <= true <= high
    assert covered / runs > 0.93


def test_without_a_stratum_of_both_classes_it_is_undefined():
    assert np.isnan(stratified_auc(np.array([0, 1]), np.array([0.1, 0.2]), np.array([0, 1]))[0])
