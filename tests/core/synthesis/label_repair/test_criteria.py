"""Thresholds and distances of each criterion, on scores with known rates."""

import numpy as np
import pytest

from core.choices import Criterion
from core.synthesis.label_repair.criteria import EVERYBODY, compared_outcomes, distance, thresholds

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
