import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from core.audit.metrics.calibration import ECE, ECE_CHANCE, bin_of_rows, error_figures, null_errors, reliability
from tests.core.audit.thresholds.made import rows


@pytest.fixture(scope="module")
def made():
    return rows(3000)


def test_shares_and_mean_scores_equal_those_of_scikit_learn(made):
    share, score = calibration_curve(made.labels, made.scores, n_bins=10, strategy="quantile")
    found = reliability(made.labels, made.scores)
    assert found.n.min() > 250  # scikit-learn interpolates its edges, so a row may lie in the next bin
    assert found.share == pytest.approx(share, abs=0.01)
    assert found.score == pytest.approx(score, abs=0.002)


def test_every_bin_counts_its_rows_exactly(made):
    codes = bin_of_rows(made.scores)
    found = reliability(made.labels, made.scores)
    for place in range(10):
        mine = codes == place
        assert found.share[place] == pytest.approx(made.labels[mine].mean(), abs=1e-12)
        assert found.score[place] == pytest.approx(made.scores[mine].mean(), abs=1e-12)
        assert found.low[place] == made.scores[mine].min()
        assert found.high[place] == made.scores[mine].max()
    weights = found.n / found.n.sum()
    assert found.error == pytest.approx((weights * abs(found.share - found.score)).sum(), abs=1e-12)


def test_ties_stay_together_and_a_constant_has_one_bin():
    scores = np.array([0.1] * 50 + [0.2] * 30 + [0.9] * 20)
    codes = bin_of_rows(scores)
    assert all(len(set(codes[scores == value])) == 1 for value in (0.1, 0.2, 0.9))
    assert reliability(np.ones(7, np.int8), np.full(7, 0.3)).n.tolist() == [7]


@pytest.mark.parametrize("n", [300, 20_000])
def test_right_probabilities_stay_below_the_chance_limit_nine_times_of_ten(n):
    rng = np.random.default_rng(4)
    below = []
    for _ in range(150):
        scores = rng.beta(1, 2, n)
        labels = (rng.random(n) < scores).astype(np.int8)
        found = error_figures(labels, scores)
        below.append(found[ECE].value < found[ECE_CHANCE].value)
    assert 0.83 <= np.mean(below) <= 0.96


def test_wrong_probabilities_lie_above_it():
    rng = np.random.default_rng(4)
    scores = rng.random(2000)
    labels = (rng.random(2000) < scores**2).astype(np.int8)
    found = error_figures(labels, scores)
    assert found[ECE].value > 2 * found[ECE_CHANCE].value


def test_the_normal_limit_of_large_bins_agrees_with_single_draws():
    rng = np.random.default_rng(1)
    scores = rng.random(4990)  # ten bins just below the limit
    more = np.append(scores, rng.random(20))  # and just above it
    small = null_errors(scores, reliability(np.zeros(4990, np.int8), scores), 0, 4000)
    large = null_errors(more, reliability(np.zeros(5010, np.int8), more), 0, 4000)
    assert large.mean() == pytest.approx(small.mean(), rel=0.03)
    assert np.percentile(large, 90) == pytest.approx(np.percentile(small, 90), rel=0.03)
