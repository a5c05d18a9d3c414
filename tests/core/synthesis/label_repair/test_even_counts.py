"""Even counts: each group and level has as many positive outcomes as expected, and few outcomes move."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.synthesis.label_repair.even_counts import moves


def drawn(seed: int, rows: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    groups, levels = rng.choice(3, rows, p=[0.7, 0.25, 0.05]), rng.integers(0, 5, rows)
    rates = (0.1 + 0.15 * levels + 0.05 * groups).clip(0, 1)
    own = rng.random(rows) < rates
    return own, np.where(rng.random(rows) < 0.1, rng.random(rows) < rates, own), rates, groups, levels


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), rows=st.integers(0, 700))
def test_every_group_and_level_has_the_number_expected_to_within_one(seed: int, rows: int) -> None:
    own, positive, rates, groups, levels = drawn(seed, rows)
    moved = moves(positive, own, rates, (groups, levels), 1.0)
    assert len(set(moved.tolist())) == len(moved)
    evened = positive.copy()
    evened[moved] = ~evened[moved]
    for group in range(3):
        mine = groups == group
        assert abs(evened[mine].sum() - rates[mine].sum()) <= 0.5 + 1e-9 or evened[mine].all() or not evened[mine].any()
        for level in range(5):
            cell = mine & (levels == level)
            assert abs(evened[cell].sum() - rates[cell].sum()) <= 1 + 1e-9


def test_rows_whose_own_outcome_is_on_the_other_side_move_first() -> None:
    positive, own = np.asarray([True] * 6 + [False] * 4), np.asarray([True] * 4 + [False] * 6)
    same = np.zeros(10, dtype=np.int64)
    moved = moves(positive, own, np.full(10, 0.4), (same, same), 1.0)
    assert sorted(moved.tolist()) == [4, 5]
    assert len(moves(positive, own, np.full(10, 0.4), (same, same), 0.0)) == 0


def test_the_number_of_moves_is_that_of_chance() -> None:
    own, positive, rates, groups, levels = drawn(1, 20_000)
    assert len(moves(positive, own, rates, (groups, levels), 1.0)) / 20_000 == pytest.approx(0.01, abs=0.01)
