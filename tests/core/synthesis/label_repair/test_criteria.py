"""Thresholds and distances of each criterion, on scores with known rates."""

import numpy as np
import pytest

from core.choices import Criterion
from core.synthesis.label_repair.criteria import EVERYBODY, _closest, _masks, compared_outcomes, distance, thresholds

ROWS = 20_000


@pytest.fixture(scope="module")
def scored() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Group 1 scores lower throughout, among both outcomes."""
    rng = np.random.default_rng(0)
    groups = (rng.random(ROWS) < 0.4).astype(np.int64)
    label = (rng.random(ROWS) < 0.3).astype(np.int64)
    scores = 1 / (1 + np.exp(-(2.0 * label - 1.0 - 0.8 * groups + rng.normal(0, 1, ROWS))))
    return scores, label, groups


@pytest.mark.parametrize("criterion", ["demographic_parity", "equalized_odds", "equal_opportunity"])
def test_thresholds_by_group_bring_the_compared_rates_together(
    scored: tuple[np.ndarray, np.ndarray, np.ndarray], criterion: Criterion
) -> None:
    scores, label, groups = scored
    compared = compared_outcomes(criterion, favours_positive=True)
    before = distance(compared, scores, label, groups)
    found = thresholds(compared, scores, label, groups, 2)
    moved = np.clip(scores - found[groups] + 0.5, 0, 1)
    assert before > 0.1
    assert distance(compared, moved, label, groups) < 0.05 < before
    assert found[1] < found[0]


def test_equal_opportunity_does_not_look_at_false_positives() -> None:
    rng = np.random.default_rng(1)
    groups, label = rng.integers(0, 2, ROWS), rng.integers(0, 2, ROWS)
    scores = np.where(label == 1, rng.random(ROWS), np.where(groups == 1, 0.9, 0.1))
    earned, unearned = (
        compared_outcomes("equal_opportunity", favours_positive=favours_positive) for favours_positive in (True, False)
    )
    assert distance(earned, scores, label, groups) < 0.03
    assert distance(unearned, scores, label, groups) > 0.5
    assert distance(compared_outcomes("equalized_odds", favours_positive=True), scores, label, groups) > 0.5


def test_a_group_too_small_for_a_rate_keeps_its_threshold() -> None:
    rng = np.random.default_rng(2)
    groups, label, scores = np.repeat([0, 1], [500, 10]), rng.integers(0, 2, 510), rng.random(510)
    assert thresholds(EVERYBODY, scores, label, groups, 3)[1:].tolist() == [0.5, 0.5]


def test_the_parity_threshold_is_the_quantile_of_the_overall_rate(
    scored: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    scores, label, groups = scored
    rate = float((scores >= 0.5).mean())
    found = thresholds(EVERYBODY, scores, label, groups, 2)
    for group in (0, 1):
        assert (scores[groups == group] >= found[group]).mean() == pytest.approx(rate, abs=0.005)


def test_two_rates_are_brought_together_where_the_groups_curves_meet_at_little_cost() -> None:
    """One group is ranked better than the other, so that no thresholds make both rates equal at 1/2."""
    rng = np.random.default_rng(4)
    groups, label = rng.integers(0, 2, ROWS), (rng.random(ROWS) < 0.3).astype(np.int64)
    signal = np.where(groups == 0, 1.6, 1.0) * (2.0 * label - 1.0)
    scores = 1 / (1 + np.exp(-(signal + rng.normal(-0.5, 1, ROWS))))
    both = compared_outcomes("equalized_odds", favours_positive=True)

    def apart(by_group: np.ndarray) -> float:
        selected = scores >= by_group[groups]
        rates = [[selected[(groups == g) & (label == y)].mean() for g in (0, 1)] for y in (0, 1)]
        return max(abs(np.log(rate[0] / rate[1])) for rate in rates)

    def accuracy(by_group: np.ndarray) -> float:
        return float(np.mean((scores >= by_group[groups]) == (label == 1)))

    at_half, _ = _closest(_masks(both, label), scores, groups, 2, 0.5)
    found = thresholds(both, scores, label, groups, 2)
    assert apart(found) < apart(at_half) - 0.02
    assert accuracy(found) > accuracy(at_half) - 0.016
