"""The noise of outcomes keeps the threshold, the order of rows and the base rate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from core.synthesis.label_repair.label_noise import tail_for, with_noise

SHARPNESS = st.floats(1.0, 20.0)


@given(st.floats(1.0, 4.0), st.floats(-0.5, 0.5))
def test_no_row_crosses_the_threshold_and_none_overtakes_another(sharpness: float, share: float) -> None:
    log_odds = np.linspace(-9, 9, 721)
    after = with_noise(log_odds, sharpness, share * sharpness)
    assert np.array_equal(np.sign(after), np.sign(log_odds))
    assert (np.diff(after) > 0).all()


@given(SHARPNESS, st.floats(-3.0, 1.0), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_the_tail_keeps_the_base_rate(sharpness: float, mean: float, seed: int) -> None:
    log_odds = np.random.default_rng(seed).normal(mean, 2.0, 4000)
    base = float(expit(log_odds).mean())
    tail = tail_for(log_odds, sharpness, base)
    assert expit(with_noise(log_odds, sharpness, tail)).mean() == pytest.approx(base, abs=1e-3)


def test_a_base_rate_out_of_reach_is_approached() -> None:
    log_odds = np.full(100, -0.5)
    nearest = expit(with_noise(log_odds, 2.0, tail_for(log_odds, 2.0, 0.9))).mean()
    assert expit(log_odds).mean() < nearest < 0.9
