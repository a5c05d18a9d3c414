"""Code weights keep the distribution of the codes on each side."""

import numpy as np
import pytest

from core.synthesis.label_repair.code_shares import weights_keeping_shares, with_sides

POSITIVE = np.asarray([False, False, True, True, True])


def test_each_side_sums_to_one() -> None:
    within = with_sides(np.random.default_rng(0).random((3, 4, 5)), np.asarray([1.0, 2.0, 1.0, 0.5, 3.0]), POSITIVE)
    assert within[..., POSITIVE].sum(axis=-1) == pytest.approx(np.ones((3, 4)))
    assert within[..., ~POSITIVE].sum(axis=-1) == pytest.approx(np.ones((3, 4)))


def test_the_shares_of_each_side_are_reached() -> None:
    rng = np.random.default_rng(1)
    within = with_sides(rng.dirichlet(np.ones(5), size=(2, 6)), np.ones(5), POSITIVE)
    sums = rng.random((2, 2, 6))
    shares = np.asarray([0.1, 0.3, 0.2, 0.25, 0.15])
    weights = weights_keeping_shares(within, sums, POSITIVE, shares)
    assert np.abs(weights - 1).max() > 0.05
    found = np.einsum("kgl,glk->k", sums[POSITIVE.astype(int)], with_sides(within, weights, POSITIVE))
    for side in (POSITIVE, ~POSITIVE):
        assert found[side] / found[side].sum() == pytest.approx(shares[side] / shares[side].sum(), abs=1e-3)


def test_two_outcomes_need_no_weights() -> None:
    positive = np.asarray([False, True])
    sums = np.random.default_rng(2).random((2, 3, 4))
    weights = weights_keeping_shares(np.ones((3, 4, 2)), sums, positive, np.asarray([0.7, 0.3]))
    assert weights == pytest.approx(np.ones(2))
