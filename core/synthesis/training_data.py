"""The input of a training: rows, groups and classes, and the batches of an epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.synthesis.sampling import repeat_shuffled


@dataclass(frozen=True)
class TrainingData:
    """Rows to train on, all on one device.

    Args:
        data: Inputs, shape (n, ...).
        groups: Group codes, shape (n,), in 0 .. group_count - 1.
        group_count: Number of groups; with one group there is no independence term.
        classes: Class codes, shape (n,), in 0 .. class_count - 1. Dependence of the latent on the group is then
            penalised within each class. ``None``: over all rows.
        class_count: Number of classes.
    """

    data: Tensor
    groups: Tensor
    group_count: int
    classes: Tensor | None = None
    class_count: int = 1

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.data)

    def take(self, rows: Tensor) -> TrainingData:
        """Return the rows at these indices, in this order."""
        classes = None if self.classes is None else self.classes[rows]
        return replace(self, data=self.data[rows], groups=self.groups[rows], classes=classes)

    def strata(self) -> NDArray[np.int64]:
        """Return the stratum of each row: its group, within its class if there are classes; shape (n,)."""
        crossed = self.groups if self.classes is None else self.classes * self.group_count + self.groups
        return np.asarray(crossed.cpu().numpy(), dtype=np.int64)


def stratified_batches(strata: NDArray[np.int64], steps: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Split all rows into ``steps`` batches in which every stratum has its share, so that no batch lacks rare strata.

    The rows of each stratum are shuffled and spaced evenly on [0, 1). The batches are consecutive blocks of the rows in
    order of position.
    """
    positions = np.empty(len(strata))
    for stratum in np.unique(strata):
        rows = np.flatnonzero(strata == stratum)
        positions[rng.permutation(rows)] = (np.arange(len(rows)) + rng.random()) / len(rows)
    yield from np.array_split(np.argsort(positions, kind="stable"), steps)


def balanced_rows(strata: NDArray[np.int64], balance: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Resample n of n rows, shape (n,), so that a stratum of m rows has weight ``m^(1 - balance)``.

    With balance 0, every row occurs once. With balance 1, all strata are equally frequent: rows of rare strata repeat,
    and each call draws other rows of the frequent strata.

    >>> strata = np.repeat([0, 1], [90, 10])
    >>> np.bincount(strata[balanced_rows(strata, 1.0, np.random.default_rng(0))]).tolist()
    [50, 50]
    """
    names, counts = np.unique(strata, return_counts=True)
    weights = counts ** (1.0 - balance)
    # One random offset for all strata: each gets its share to within one row, and the total is exact.
    ends = np.floor(np.cumsum(weights) / weights.sum() * len(strata) + rng.random()).astype(np.int64)
    ends[-1] = len(strata)
    row_counts = np.diff(ends, prepend=0)
    return np.concatenate(
        [
            repeat_shuffled(np.flatnonzero(strata == name), int(count), rng)
            for name, count in zip(names, row_counts, strict=True)
        ]
    )


def batches(
    strata: NDArray[np.int64], steps: int, balance: float, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield the row indices of each batch of an epoch, stratified; see :func:`balanced_rows` for ``balance``."""
    if balance == 0:
        yield from stratified_batches(strata, steps, rng)
        return
    rows = balanced_rows(strata, balance, rng)
    for positions in stratified_batches(strata[rows], steps, rng):
        yield rows[positions]
