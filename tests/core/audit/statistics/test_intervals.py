import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from core.audit.statistics import extremes, intervals
from core.audit.statistics.multiplicity import adjusted_levels, level_of
from core.benchmarks import interval_coverage

DRAWS = 4000
SLACK = 1e-12


def share(low, high, truth):
    return float(((low <= truth + SLACK) & (truth - SLACK <= high)).mean())


@pytest.mark.parametrize("n", interval_coverage.SIZES)
@pytest.mark.parametrize("dpr", interval_coverage.PARITY_RATIOS)
class TestCoverage:
    """95 % intervals hold the truth in 92 to 98 % of draws; more is allowed only at true parity."""

    @pytest.mark.parametrize("draws", [500, 4000])
    def test_two_groups(self, n, dpr, draws):
        for found in interval_coverage.simulate(2, n, dpr, draws):
            assert 0.92 <= found.share <= (1 if found.boundary else 0.98), found

    @pytest.mark.parametrize(("groups", "most"), [(3, 0.99), (5, 1)])
    def test_simultaneous_bounds_hold_too_if_anything_too_often(self, n, dpr, groups, most):
        # Bonferroni gives some of the coverage away: up to 98.7 % with three groups, up to 99.8 % with five.
        for found in interval_coverage.simulate(groups, n, dpr, DRAWS):
            assert 0.93 <= found.share <= most, found


def test_the_same_arguments_give_the_same_draws_and_a_line_of_the_table():
    found = list(interval_coverage.simulate(2, 50, 0.8, 100))
    assert found == list(interval_coverage.simulate(2, 50, 0.8, 100))
    assert interval_coverage.table(found).splitlines()[-1].startswith("| 2 | 50 | 0.8 | ")


def test_unequal_groups_and_rare_outcomes_stay_covered():
    rng = np.random.default_rng(0)
    sizes = np.array([60, 3000])
    family = rng.binomial(sizes, [0.04, 0.08], (DRAWS, 2)), np.broadcast_to(sizes, (DRAWS, 2))
    assert share(*extremes.min_ratio([family]), 0.5) >= 0.92
    assert share(*extremes.max_difference([family]), 0.04) >= 0.92


counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None, max_examples=50)
@given(st.lists(counts, min_size=2, max_size=6))
def test_bounds_enclose_the_figure_and_stay_in_range(groups):
    k, n = (np.array(part) for part in zip(*groups, strict=True))
    rates = k / n
    low, high = intervals.wilson(k, n)
    assert ((low >= 0) & (low <= rates + SLACK) & (rates <= high + SLACK) & (high <= 1)).all()
    low, high = extremes.max_difference([(k, n)])
    assert 0 <= low <= np.ptp(rates) + SLACK
    assert np.ptp(rates) - SLACK <= high <= 1
    if rates.max() > 0:
        low, high = extremes.min_ratio([(k, n)])
        dpr = rates.min() / rates.max()
        assert 0 <= low <= dpr + SLACK
        assert dpr - SLACK <= high <= 1


@settings(deadline=None, max_examples=50)
@given(counts, counts)
def test_the_two_group_interval_is_the_folded_one(one, two):
    low, high = map(float, intervals.ratio(*one, *two))
    if one[0] and two[0]:
        back_low, back_high = map(float, intervals.ratio(*two, *one))
        assert back_low == pytest.approx(1 / high, rel=1e-9)
        assert back_high == pytest.approx(1 / low, rel=1e-9)
        folded = min(low, 1 / high), min(high, 1 / low, 1)
        found = [*map(float, extremes.min_ratio([([one[0], two[0]], [one[1], two[1]])]))]
        assert found[0] == pytest.approx(folded[0])
        assert found[1] == pytest.approx(folded[1]) or (folded[1] < 1 and found[1] < folded[1])


@settings(deadline=None, max_examples=50)
@given(st.integers(2, 12), st.integers(1, 2))
def test_the_farther_from_parity_the_less_a_pair_must_give_away(groups, families):
    steps = adjusted_levels(groups, families)
    assert [step.end for step in steps[:-1]] == [step.start for step in steps[1:]]
    if groups * families > 2:
        assert [step.z for step in steps] == sorted((step.z for step in steps), reverse=True)
    pairs = families * groups * (groups - 1)
    assert level_of(steps[0].z) == pytest.approx(1 - 2 * 0.05 / pairs)


def test_zero_trials_are_undefined_without_a_warning():
    assert np.isnan(intervals.wilson(0, 0)).all()
    assert np.isnan(intervals.difference(0, 0, 1, 2)).all()
    assert np.isnan(intervals.ratio(0, 0, 1, 2)).all()
    assert [float(part) for part in intervals.ratio(0, 10, 0, 10)] == [0, np.inf]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=60))
def test_auc_is_the_probability_of_the_right_order(rows):
    labels, scores = (np.array(part) for part in zip(*rows, strict=True))
    value, low, high = intervals.auc(labels, scores)
    if labels.all() or not labels.any():
        assert np.isnan(value)
        return
    assert value == pytest.approx(roc_auc_score(labels, scores), abs=1e-12)
    assert 0 <= low <= value + SLACK
    assert value - SLACK <= high <= 1


def test_auc_interval_covers():
    rng = np.random.default_rng(1)
    truth, hits = 0.7602499389065233, 0  # two normals one apart: Phi(1 / sqrt 2)
    for _ in range(400):
        _, low, high = intervals.auc(
            np.repeat([0, 1], 100), np.concatenate([rng.normal(0, 1, 100), rng.normal(1, 1, 100)])
        )
        hits += low <= truth <= high
    assert 0.92 <= hits / 400 <= 0.98


def test_balanced_accuracy_and_f1_intervals_cover():
    rng = np.random.default_rng(2)
    tp, tn = rng.binomial(80, 0.7, DRAWS), rng.binomial(300, 0.9, DRAWS)
    assert 0.92 <= share(*intervals.balanced_accuracy(tp, 80, tn, 300), 0.8) <= 0.98
    cells = rng.multinomial(500, [0.2, 0.1, 0.06, 0.64], DRAWS)
    truth = 0.4 / (0.4 + 0.16)
    assert 0.92 <= share(*intervals.f1(cells[:, 0], cells[:, 1], cells[:, 2]), truth) <= 0.98
