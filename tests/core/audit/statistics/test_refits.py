import numpy as np
import pytest
from scipy.stats import norm, t

from core.audit.statistics import extremes
from core.audit.statistics.refits import effective, spread, widened

Z = norm.ppf(0.975)
MANY = np.full((8, 2), 1e9)


def drawn(groups=2, seed=0):
    return np.random.default_rng(seed).normal(0.4, 0.03, (8, groups))


def variances(rates, trials, centring):
    """Return what a group's rate varies by, from rows without number, so that refits alone count."""
    k, n = effective(rates[0] * trials[0], trials[0], (rates * trials, trials), centring)
    return (k / n) * (1 - k / n) / n


def test_the_parts_of_two_groups_add_up_to_the_variance_of_their_difference():
    rates, factor = drawn(), (t.ppf(0.975, 7) / Z) ** 2
    found = variances(rates, MANY, "difference")
    assert found.sum() == pytest.approx(factor * np.var(rates[:, 0] - rates[:, 1], ddof=1), rel=1e-3)
    assert variances(rates, MANY, "none") == pytest.approx(factor * rates.var(axis=0, ddof=1), rel=1e-3)


@pytest.mark.parametrize("centring", ["difference", "ratio"])
def test_what_moves_all_groups_alike_does_not_count(centring):
    moves = np.linspace(-0.1, 0.1, 8)[:, None]
    rates = np.array([0.3, 0.6, 0.4]) * np.exp(moves) if centring == "ratio" else np.array([0.3, 0.6, 0.4]) + moves
    trials = np.full(rates.shape, 1e9)
    assert variances(rates, trials, centring) == pytest.approx(0, abs=1e-8)
    assert (variances(rates, trials, "none") > 5e-4).all()


def test_fewer_rows_of_the_same_rate_vary_as_much():
    refits = np.array([[0.25, 0.0], [0.35, 0.1], [0.30, 0.05]]) * 1e9, np.full((3, 2), 1e9)
    k, n = effective([30.0, 0.0], [100.0, 50.0], refits, "none")
    rate = 30.5 / 101
    rows, between = rate * (1 - rate) / 100, 0.0025
    freedom = 2 * ((rows + between) / between) ** 2  # Satterthwaite's
    assert k[0] / n[0] == pytest.approx(0.3)
    assert rate * (1 - rate) / n[0] == pytest.approx((rows + between) * (t.ppf(0.975, freedom) / Z) ** 2, rel=1e-6)
    assert k[1] == 0 < n[1] < 50
    same = effective([30.0], [100.0], (np.full((4, 1), 30.0), np.full((4, 1), 100.0)), "none")
    assert (float(same[0][0]), float(same[1][0])) == pytest.approx((30, 100))


def test_a_constant_or_undefined_figure_adds_nothing():
    assert spread(np.full(8, 0.7)) == pytest.approx(0, abs=1e-12)
    assert spread(np.array([0.7, np.nan])) == 0
    assert spread(np.array([0.7, 0.8])) == pytest.approx(t.ppf(0.975, 1) * np.std([0.7, 0.8], ddof=1))
    assert widened(0.1, np.array([0.7, np.nan])) == widened(0.1, np.array([0.7])) == 0.1
    assert widened(0.1, np.full(8, 0.7)) == pytest.approx(0.1)
    assert widened(0.0, np.full(8, 0.5)) == 0


def test_a_bound_moves_by_the_t_interval_where_rows_do_not_matter_and_by_less_where_they_do():
    values = np.array([0.70, 0.72, 0.75, 0.69])
    alone = spread(values)
    assert widened(0.0, values) == pytest.approx(alone)
    assert 0.1 < widened(0.1, values) < np.hypot(0.1, alone)


def test_a_bound_with_refits_covers():
    """A figure that varies by rows and by refits in equal parts, with four refits; nominal 95 % in 4,000 samples."""
    rng = np.random.default_rng(0)
    figure = rng.normal(0, 1, 4_000) + rng.normal(0, 1, 4_000)
    half = np.array([widened(Z, refits) for refits in rng.normal(0, 1, (4_000, 4))])
    assert 0.93 <= (np.abs(figure) <= half).mean() <= 0.97


@pytest.mark.parametrize("true", [(0.3, 0.5), (0.4, 0.4), (0.3, 0.4, 0.5)])
def test_intervals_with_refits_hold_the_mean_rates(true):
    """Each training sample moves all groups by one amount and each by its own; nominal 95 % in 400 samples."""
    rng, groups, n = np.random.default_rng(1), len(true), np.full(len(true), 500)
    hits = {"with": 0, "without": 0}
    for _ in range(400):
        moved = np.array(true) + 0.05 * rng.normal(size=(9, 1)) + 0.03 * rng.normal(size=(9, groups))
        k = rng.binomial(n, np.clip(moved, 0, 1))
        refits = k[1:], np.tile(n, (8, 1))
        for name, family in {"without": (k[0], n), "with": effective(k[0], n, refits, "difference")}.items():
            low, high = extremes.max_difference([family])
            hits[name] += low <= np.ptp(true) + 1e-12 and np.ptp(true) - 1e-12 <= high
    assert hits["without"] < 360
    assert 370 <= hits["with"] <= 399
