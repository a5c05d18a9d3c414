import numpy as np
import pytest
from scipy.optimize import brentq

from core.audit.statistics.confidence import intervals_at
from core.audit.statistics.paired import paired_difference


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        # Altman et al. 2000, "Statistics with confidence", table 6.2.
        ((14, 0, 5, 22), -0.226, -0.011),
        # Bentur et al. 2009, in Fagerland, Lydersen and Laake 2014: Newcombe's square-and-add.
        ((1, 7, 1, 12), 0.026, 0.507),
    ],
)
def test_published_intervals(table, low, high):
    found = paired_difference(*table)
    assert [float(one) for one in found] == pytest.approx([low, high], abs=5e-4)


def tango(both, gained, lost, neither, z=1.959964):
    """Tango's score interval (1998), by search."""
    n, value = both + gained + lost + neither, (gained - lost) / (both + gained + lost + neither)

    def score(delta):
        a = 2 * n
        b = -gained - lost + (2 * n - gained + lost) * delta
        c = -lost * delta * (1 - delta)
        q = (np.sqrt(b * b - 4 * a * c) - b) / (2 * a)
        return (gained - lost - n * delta) / np.sqrt(n * (2 * q + delta * (1 - delta)))

    return brentq(lambda d: score(d) - z, -0.999, value), brentq(lambda d: score(d) + z, value, 0.999)


@pytest.mark.parametrize("table", [(900, 40, 130, 800), (300, 20, 25, 200), (1200, 90, 800, 1166)])
def test_close_to_the_score_interval_at_many_rows(table):
    assert [float(one) for one in paired_difference(*table)] == pytest.approx(tango(*table), abs=0.003)


def test_the_sign_turns_with_before_and_after_and_with_the_other_outcome():
    low, high = paired_difference(30, 4, 11, 55)
    for other in (paired_difference(30, 11, 4, 55), paired_difference(55, 11, 4, 30)):
        assert (-float(other[1]), -float(other[0])) == pytest.approx((float(low), float(high)))


def test_no_rows_have_no_interval_and_equal_decisions_an_interval_around_0():
    low, high = paired_difference([0, 50], [0, 0], [0, 0], [0, 50])
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert low[1] < 0 < high[1] < 0.05


def test_the_level_is_that_of_the_audit():
    with intervals_at(0.99):
        wide = paired_difference(30, 4, 11, 55)
    low, high = paired_difference(30, 4, 11, 55)
    assert wide[0] < low < high < wide[1]


def test_coverage_of_pairs_that_agree_often():
    rng, shares = np.random.default_rng(0), np.array([0.55, 0.03, 0.08, 0.34])
    low, high = paired_difference(*rng.multinomial(300, shares, size=4000).T)
    covered = (low <= shares[1] - shares[2]) & (shares[1] - shares[2] <= high)
    assert 0.935 < covered.mean() < 0.985
