"""The noise of outcomes keeps the threshold, the order of rows and the base rate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from core.synthesis.label_repair.label_noise import with_noise, with_noise_keeping

SHARPNESS = st.floats(1.0, 20.0)


@given(st.floats(1.0, 4.0), st.floats(-0.5, 0.5))
def test_no_row_crosses_the_threshold_and_none_overtakes_another(sharpness: float, share: float) -> None:
    log_odds = np.linspace(-9, 9, 721)
    after = with_noise(log_odds, sharpness, share * sharpness)
    assert np.array_equal(np.sign(after), np.sign(log_odds))
    assert (np.diff(after) > 0).all()


@given(SHARPNESS, st.floats(-3.0, 1.0), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_sharpening_keeps_the_base_rate(sharpness: float, mean: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    log_odds, rows = rng.normal(mean, 2.0, 4000), rng.integers(0, 3, 4000).astype(float)
    positives = float((rows * expit(log_odds)).sum())
    after = with_noise_keeping(log_odds, rows, sharpness, positives)
    assert (rows * expit(after)).sum() == pytest.approx(positives, rel=1e-3)


def test_a_usual_table_keeps_its_threshold() -> None:
    log_odds = np.random.default_rng(0).normal(-1.5, 2.0, 4000)
    after = with_noise_keeping(log_odds, np.ones(4000), 3.0, float(expit(log_odds).sum()))
    clear = np.abs(log_odds) > 1e-2
    assert np.array_equal(np.sign(after)[clear], np.sign(log_odds)[clear])


@given(st.floats(0.01, 0.99), st.floats(1.0, 4.0))
@settings(max_examples=50, deadline=None)
def test_a_base_rate_out_of_reach_of_the_tail_is_kept_by_a_shift(rate: float, sharpness: float) -> None:
    log_odds = np.asarray([-0.5, 0.2, 1.0])
    after = with_noise_keeping(log_odds, np.ones(3), sharpness, 3 * rate)
    assert expit(after).mean() == pytest.approx(rate, abs=1e-4)
    assert (np.diff(after) > 0).all()


@pytest.mark.parametrize("positives", [0.0, 3.0])
def test_none_or_all_is_approached(positives: float) -> None:
    after = with_noise_keeping(np.asarray([-0.5, 0.2, 1.0]), np.ones(3), 2.0, positives)
    assert expit(after).sum() == pytest.approx(positives, abs=1e-3)
