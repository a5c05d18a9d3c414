"""Maximal coupling: the right distribution, and as few changes as possible."""

import numpy as np
import pytest

from core.synthesis.label_repair.coupling import couple

ROWS, CODES = 100_000, 5


def _drawn(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    own, fair = (rng.dirichlet(np.ones(CODES), size=8)[rng.integers(0, 8, ROWS)] for _ in range(2))
    code = (own.cumsum(axis=1) < rng.random(ROWS)[:, None]).sum(axis=1).clip(max=CODES - 1)
    return code, own, fair


def test_codes_follow_the_fair_distribution_and_change_no_more_than_needed() -> None:
    code, own, fair = _drawn(0)
    new = couple(code, own, fair, np.random.default_rng(1).random(ROWS))
    assert np.bincount(new, minlength=CODES) / ROWS == pytest.approx(fair.mean(axis=0), abs=0.005)
    for row in np.unique(fair, axis=0):
        same = (fair == row).all(axis=1)
        assert np.bincount(new[same], minlength=CODES) / same.sum() == pytest.approx(row, abs=0.02)
    assert (new != code).mean() == pytest.approx(np.abs(own - fair).sum(axis=1).mean() / 2, abs=0.005)


def test_a_code_that_gains_is_never_lost() -> None:
    code, own, fair = _drawn(2)
    rows = np.arange(ROWS)
    new = couple(code, own, fair, np.random.default_rng(3).random(ROWS))
    assert (new == code)[fair[rows, code] >= own[rows, code]].all()
    changed = new != code
    assert (fair[rows, new] > own[rows, new])[changed].all()


def test_coupling_to_the_same_distribution_keeps_every_code() -> None:
    code, own, _ = _drawn(4)
    almost_one = np.full(ROWS, np.nextafter(1.0, 0.0))
    assert (couple(code, own, own.copy(), almost_one) == code).all()
