import numpy as np
import pytest
from scipy.stats import norm, t

from core.audit.statistics import intervals
from core.audit.statistics.refits import effective, spread, variances

FACTOR = (t.ppf(0.975, 7) / norm.ppf(0.975)) ** 2
TRIALS = np.full((8, 2), 100_000)


def drawn(groups=2, seed=0):
    return np.random.default_rng(seed).normal(0.4, 0.03, (8, groups))


def test_the_parts_of_two_groups_add_up_to_the_variance_of_their_difference():
    rates = drawn()
    found = variances(rates * TRIALS, TRIALS, "difference")
    assert found.sum() == pytest.approx(FACTOR * np.var(rates[:, 0] - rates[:, 1], ddof=1), rel=1e-3)
    alone = variances(rates * TRIALS, TRIALS, "none")
    assert alone == pytest.approx(FACTOR * rates.var(axis=0, ddof=1), rel=1e-3)


@pytest.mark.parametrize("centring", ["difference", "ratio"])
def test_what_moves_all_groups_alike_does_not_count(centring):
    moves = np.linspace(-0.1, 0.1, 8)[:, None]
    rates = np.array([0.3, 0.6, 0.4]) * np.exp(moves) if centring == "ratio" else np.array([0.3, 0.6, 0.4]) + moves
    trials = np.full(rates.shape, 1e9)
    assert variances(rates * trials, trials, centring) == pytest.approx(0, abs=1e-12)
    assert (variances(rates * trials, trials, "none") > 5e-4).all()


def test_fewer_rows_of_the_same_rate_vary_as_much():
    k, n = effective([30.0, 0.0], [100.0, 50.0], [0.002, 0.002])
    rate = 30.5 / 101
    assert k[0] / n[0] == pytest.approx(0.3)
    assert rate * (1 - rate) / n[0] == pytest.approx(rate * (1 - rate) / 100 + 0.002)
    assert k[1] == 0 < n[1] < 50
    same = effective([30.0], [100.0], [0.0])
    assert (float(same[0][0]), float(same[1][0])) == (30, 100)


def test_a_constant_or_undefined_figure_adds_nothing():
    assert spread(np.full(8, 0.7)) == 0
    assert spread(np.array([0.7, np.nan])) == 0
    assert spread(np.array([0.7, 0.8])) == pytest.approx(t.ppf(0.975, 1) * np.std([0.7, 0.8], ddof=1))


@pytest.mark.parametrize("true", [(0.3, 0.5), (0.4, 0.4), (0.3, 0.4, 0.5)])
def test_intervals_with_refits_hold_the_mean_rates(true):
    """Each training sample moves all groups by one amount and each by its own; nominal 95 % in 400 samples."""
    rng, groups, n = np.random.default_rng(1), len(true), np.full(len(true), 500)
    hits = {"with": 0, "without": 0}
    for _ in range(400):
        moved = np.array(true) + 0.05 * rng.normal(size=(9, 1)) + 0.03 * rng.normal(size=(9, groups))
        k = rng.binomial(n, np.clip(moved, 0, 1))
        variance = variances(k[1:], np.tile(n, (8, 1)), "difference")
        for name, family in {"without": (k[0], n), "with": effective(k[0], n, variance)}.items():
            low, high = intervals.max_difference([family])
            hits[name] += low <= np.ptp(true) + 1e-12 and np.ptp(true) - 1e-12 <= high
    assert hits["without"] < 360
    assert 372 <= hits["with"] <= 399
