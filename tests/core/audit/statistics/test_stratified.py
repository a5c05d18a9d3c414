import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from core.audit.statistics.stratified import risk_difference

TABLES = [(35, 50, 40, 40), (7, 50, 30, 150), (3, 9, 0, 4)]  # hits and rows of the group, hits and rows of the others


def of(tables, level=0.95):
    return risk_difference(*np.asarray(tables, dtype=float).T, level=level)


def by_hand(tables):
    """The estimate and Sato's variance at it, stratum by stratum as in Sato, Greenland and Robins (1989)."""
    top = bottom = p = q = 0.0
    for x0, n0, x1, n1 in tables:  # 0: the group, 1: the others
        size = n0 + n1
        top += (x1 * n0 - x0 * n1) / size
        bottom += n1 * n0 / size
        p += (n1**2 * x0 - n0**2 * x1 + n1 * n0 * (n0 - n1) / 2) / size**2
        q += (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2 * size)
    value = top / bottom
    return value, (value * p + q) / bottom**2, p / bottom**2


def test_estimate_and_bounds_equal_those_by_hand():
    found = of(TABLES)
    value, variance, slope = by_hand(TABLES)
    assert found.value == pytest.approx(value, abs=1e-12)
    assert (found.strata, found.rows, found.others) == (3, 109, 194)
    z = float(ndtri(0.975))
    for bound in (found.low, found.high):  # the test of the bound, with the variance at it, is just at its level
        at_bound = variance + (bound - value) * slope
        assert (bound - value) ** 2 / at_bound == pytest.approx(z**2, rel=1e-9)


def test_one_stratum_is_the_plain_difference():
    found = of([(200, 1000, 300, 1000)])
    assert found.value == pytest.approx(0.1)
    wald = 1.96 * np.sqrt(0.2 * 0.8 / 1000 + 0.3 * 0.7 / 1000)
    assert (found.low, found.high) == (pytest.approx(0.1 - wald, abs=2e-3), pytest.approx(0.1 + wald, abs=2e-3))


def test_the_test_of_no_difference_agrees_with_mantel_and_haenszel():
    stratified = pytest.importorskip("statsmodels.stats.contingency_tables")
    tables = [(100, 400, 130, 400), (250, 500, 290, 500), (40, 300, 70, 400)]
    theirs = stratified.StratifiedTable([np.array([[x1, n1 - x1], [x0, n0 - x0]]) for x0, n0, x1, n1 in tables])
    value, variance, slope = by_hand(tables)
    assert value**2 / (variance - value * slope) == pytest.approx(theirs.test_null_odds().statistic, rel=0.03)


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6
    )
)
def test_the_roles_can_be_exchanged_and_empty_strata_change_nothing(cells):
    tables = [(a, a + b, c, c + d) for a, b, c, d in cells]
    found, mirrored = of(tables), of([(c, m, a, n) for a, n, c, m in tables])
    np.testing.assert_allclose(
        (found.value, found.low, found.high), (-mirrored.value, -mirrored.high, -mirrored.low), atol=1e-12
    )
    more = of([*tables, (0, 0, 3, 5)])
    np.testing.assert_allclose(more[:3], found[:3], atol=1e-12)
    assert np.isnan(found.low) or -1 <= found.low <= found.value + 1e-12 <= found.high + 2e-12 <= 1 + 2e-12


def test_without_a_common_stratum_or_any_variation_there_are_no_bounds():
    assert np.isnan(of([(1, 2, 0, 0), (0, 0, 3, 4)]).value)
    nobody = of([(0, 20, 0, 30)])
    assert nobody.value == 0
    assert np.isnan([nobody.low, nobody.high]).all()


@pytest.mark.parametrize(("strata", "rows"), [(3, 40), (60, 2)])
def test_the_interval_covers_in_few_large_and_in_many_small_strata(strata, rows):
    rng, missed = np.random.default_rng(strata), 0
    for _ in range(1000):
        n, m = rng.poisson(rows, strata), rng.poisson(2 * rows, strata)
        rates = np.linspace(0.1, 0.6, strata)
        found = risk_difference(rng.binomial(n, 0.7 * rates), n, rng.binomial(m, rates), m, level=0.95)
        weights = n * m / np.maximum(n + m, 1)
        missed += not found.low <= 0.3 * (weights @ rates) / weights.sum() <= found.high
    assert 0.03 < missed / 1000 < 0.07
