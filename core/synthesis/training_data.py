"""What a network learns from, and in which batches: rows, their groups, and the classes that independence is within."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.synthesis.sampling import cycled


@dataclass(frozen=True)
class Examples:
    """Rows to learn from, all on one device.

    Args:
        data: Inputs, shape (n, ...).
        groups: Group codes, shape (n,), in 0 .. group_count - 1.
        group_count: Number of groups; with one there is nothing to be independent of.
        classes: Class codes, shape (n,), in 0 .. class_count - 1: the latent is then made independent of the group
            within each class, and not over all rows. ``None``: over all rows.
        class_count: Number of classes.
    """

    data: Tensor
    groups: Tensor
    group_count: int
    classes: Tensor | None = None
    class_count: int = 1

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.data)

    def at(self, rows: Tensor) -> Examples:
        """Those rows alone, in that order."""
        classes = None if self.classes is None else self.classes[rows]
        return replace(self, data=self.data[rows], groups=self.groups[rows], classes=classes)

    def strata(self) -> NDArray[np.int64]:
        """Group of each row, crossed with its class if there are classes; shape (n,)."""
        crossed = self.groups if self.classes is None else self.classes * self.group_count + self.groups
        return np.asarray(crossed.cpu().numpy(), dtype=np.int64)


def stratified_batches(strata: NDArray[np.int64], steps: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Split all rows into ``steps`` batches in which every cell has its share, so that rare ones are always present.

    Each cell's rows are shuffled and laid out at even distances; sorting by place then deals them to the batches.
    """
    places = np.empty(len(strata))
    for cell in np.unique(strata):
        rows = np.flatnonzero(strata == cell)
        places[rng.permutation(rows)] = (np.arange(len(rows)) + rng.random()) / len(rows)
    yield from np.array_split(np.argsort(places, kind="stable"), steps)


def balanced_rows(strata: NDArray[np.int64], balance: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """As many rows as there are, shape (n,), in which a cell of m rows weighs as ``m^(1 - balance)``.

    0: every row once. 1: every cell as often as any other, so rows of rare cells come many times, and rows of frequent
    ones in turn from one call to the next.

    >>> cells = np.repeat([0, 1], [90, 10])
    >>> np.bincount(cells[balanced_rows(cells, 1.0, np.random.default_rng(0))]).tolist()
    [50, 50]
    """
    names, counts = np.unique(strata, return_counts=True)
    weights = counts ** (1.0 - balance)
    # One random start for all cells: each gets its exact share to within one row, and the total is exact.
    ends = np.floor(np.cumsum(weights) / weights.sum() * len(strata) + rng.random()).astype(np.int64)
    ends[-1] = len(strata)
    wanted = np.diff(ends, prepend=0)
    return np.concatenate(
        [cycled(np.flatnonzero(strata == name), int(count), rng) for name, count in zip(names, wanted, strict=True)]
    )


def batches(
    strata: NDArray[np.int64], steps: int, balance: float, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """The batches of one epoch: rows of each, every cell with its share; see :func:`balanced_rows` for that."""
    if balance == 0:
        yield from stratified_batches(strata, steps, rng)
        return
    rows = balanced_rows(strata, balance, rng)
    for places in stratified_batches(strata[rows], steps, rng):
        yield rows[places]
