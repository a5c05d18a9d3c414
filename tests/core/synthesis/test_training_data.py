"""The rows of a batch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.synthesis.training_data import TrainingData, balanced_rows, batches, stratified_batches


def test_every_batch_holds_its_share_of_every_group() -> None:
    groups = np.asarray([0] * 950 + [1] * 50)
    batches = list(stratified_batches(groups, 10, np.random.default_rng(0)))
    assert sorted(np.concatenate(batches).tolist()) == list(range(1000))
    assert {int((groups[rows] == 1).sum()) for rows in batches} <= {4, 5, 6}


@given(
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=6),
    balance=st.floats(0, 1),
    seed=st.integers(0, 1000),
)
def test_a_balanced_pass_has_as_many_rows_and_each_cell_its_share(sizes: list[int], balance: float, seed: int) -> None:
    strata = np.repeat(np.arange(len(sizes)), sizes)
    rows = balanced_rows(strata, balance, np.random.default_rng(seed))
    assert len(rows) == len(strata)
    weights = np.asarray(sizes, dtype=float) ** (1 - balance)
    wanted = weights / weights.sum() * len(strata)
    found = np.bincount(strata[rows], minlength=len(sizes))
    assert np.all(np.abs(found - wanted) <= 1 + 1e-9)


def test_rows_of_a_cell_come_equally_often() -> None:
    strata = np.repeat([0, 1], [900, 100])
    counts = np.bincount(balanced_rows(strata, 1.0, np.random.default_rng(0)), minlength=1000)
    assert set(counts[900:]) == {5}
    assert set(counts[:900]) == {0, 1}


def test_without_balance_an_epoch_is_every_row_once() -> None:
    strata = np.repeat([0, 1], [90, 10])
    dealt = np.concatenate(list(batches(strata, 7, 0.0, np.random.default_rng(0))))
    assert sorted(dealt.tolist()) == list(range(100))


def test_cells_are_groups_within_classes() -> None:
    groups, classes = torch.tensor([0, 1, 1]), torch.tensor([0, 0, 2])
    examples = TrainingData(torch.zeros(3, 2), groups, 2, classes, 3)
    assert examples.strata().tolist() == [0, 1, 5]
    assert examples.take(torch.tensor([2])).strata().tolist() == [5]
    assert TrainingData(torch.zeros(3, 2), groups, 2).strata().tolist() == pytest.approx([0, 1, 1])
