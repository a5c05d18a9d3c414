"""The multipliers of the fair scoring rules, for known groups."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from core.synthesis.label_repair.attribute_blind import fair_multipliers, strata
from core.synthesis.label_repair.criteria import EVERYBODY, compared_outcomes


@settings(max_examples=6, deadline=None)
@given(gap=st.floats(0.0, 1.5), leak=st.floats(0.5, 3.0), seed=st.integers(0, 1000))
def test_multipliers_equalise_thresholded_rates(gap: float, leak: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    group = rng.random(6_000) < 0.4
    proxy = rng.normal(leak * group, 1.0)
    belongs = 1 / (1 + np.exp(-(leak * proxy - leak**2 / 2 + np.log(0.4 / 0.6))))
    eta = 1 / (1 + np.exp(-(rng.normal(0, 1, 6_000) + gap * proxy - 1.0)))
    membership = np.column_stack([(1 - belongs) / 0.6, belongs / 0.4])
    multipliers = fair_multipliers(eta, [membership])
    chosen = eta >= 0.5 + 0.5 * membership @ multipliers
    assert multipliers.sum() == pytest.approx(0.0, abs=1e-9)
    assert abs(chosen[group].mean() - chosen[~group].mean()) < 0.06


def test_multipliers_of_both_labels_equalise_odds() -> None:
    rng = np.random.default_rng(0)
    rows = 60_000
    group = rng.random(rows) < 0.4
    score = rng.normal(0, 1.5, rows)
    eta = expit(score + 1.5 * group - 1.0)
    label = rng.random(rows) < eta

    def shares(side: np.ndarray, probability: np.ndarray) -> np.ndarray:
        """P(g, y | x) / p_gy of one label; x tells the group."""
        there = np.column_stack([~group, group]) * probability[:, None]
        return there / [np.mean(~group & side), np.mean(group & side)]

    blocks = [shares(~label, 1.0 - eta), shares(label, eta)]
    before = eta >= 0.5
    chosen = eta >= 0.5 + 0.5 * np.hstack(blocks) @ fair_multipliers(eta, blocks)
    for side in (label, ~label):
        gap = [abs(rule[side & group].mean() - rule[side & ~group].mean()) for rule in (before, chosen)]
        assert gap[0] > 0.15
        assert gap[1] < 0.4 * gap[0]


def test_strata_of_equalized_odds_are_groups_within_a_label_and_rare_ones_are_left_out() -> None:
    groups = np.repeat([0, 1, 2], [20, 20, 3])
    label = np.tile([0, 1], 22)[:43]
    positives, negatives = strata(groups, label, compared_outcomes("equalized_odds", favours_positive=True))
    assert set(positives) == {-1, 0, 2}
    assert set(negatives) == {-1, 1, 3}
    (earned,) = strata(groups, label, compared_outcomes("equal_opportunity", favours_positive=True))
    assert np.array_equal(earned >= 0, positives >= 0)
    (everyone,) = strata(groups, label, EVERYBODY)
    assert set(everyone) == {-1, 0, 1}
