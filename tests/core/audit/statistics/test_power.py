import numpy as np
import pytest
from statsmodels.stats.proportion import power_proportions_2indep

from core.audit.statistics import extremes
from core.audit.statistics.power import detectable_difference


@pytest.mark.parametrize(("first", "second"), [(300, 300), (2000, 150), (5000, 5000)])
def test_the_gap_is_that_which_statsmodels_finds_in_80_of_100_samples(first, second):
    gap = detectable_difference([([0.4 * first, 0.4 * second], [first, second])])
    low = 0.4 - gap * second / (first + second)  # rates whose mean over all rows is .4
    found = power_proportions_2indep(gap, low, second, ratio=first / second, alternative="two-sided")
    assert found.power == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("sizes", [(400, 400), (1000, 300), (2000, 500, 400)])
def test_the_interval_finds_it_in_80_of_100_samples(sizes):
    """Only the two smallest groups differ; a third in between can only help."""
    rng, n = np.random.default_rng(0), np.array(sizes)
    gap = detectable_difference([(0.5 * n, n)])
    rates = np.full(len(sizes), 0.5)
    rates[-2:] = 0.5 - gap / 2, 0.5 + gap / 2
    low, _ = extremes.max_difference([(rng.binomial(n, rates, (4000, len(n))), np.tile(n, (4000, 1)))])
    assert 0.77 <= (low > 0).mean() <= 0.86


def test_more_pairs_and_families_find_only_larger_gaps_and_no_gap_is_above_1():
    one = [[50, 50], [100, 100]]
    assert detectable_difference([one]) < detectable_difference([one, one])
    assert detectable_difference([one]) < detectable_difference([[[50] * 3, [100] * 3]])
    assert detectable_difference([one]) < detectable_difference([one], level=0.99)
    assert detectable_difference([[[1, 1], [2, 2]]]) == 1
