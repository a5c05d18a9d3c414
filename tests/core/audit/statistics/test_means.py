"""Means of numbers whose squares a computer cannot hold."""

import warnings

import numpy as np
import pytest

from core.audit.statistics.means import mean_t


@pytest.mark.parametrize("scale", [1e120, 1e160, 1e308])
def test_huge_numbers_have_the_mean_of_small_ones_times_their_scale(scale: float) -> None:
    small = np.asarray([0.1, 0.4, 1.0, -0.3])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = mean_t(small * scale)
    assert np.divide(found, scale) == pytest.approx(mean_t(small))
