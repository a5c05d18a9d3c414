"""Latents of generated rows that start from no train row: the codewords of a codebook, drawn by their weights.

Every group of the train rows uses codeword k with the weight w_k (`core.synthesis.codebook`). So a group drawn by its
share and a codeword drawn by its weight have the distribution of a train row's group and drawn codeword.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.synthesis.sampling import plan_groups


@dataclass(frozen=True)
class CodewordLatents:
    """The codewords, as a `core.synthesis.table.row_generator.LatentSource`.

    A place is a group and a codeword: ``group * K + codeword``.

    Args:
        points: The codewords, shape (K, d).
        weights: How often every group uses each of them, shape (K,), summing to 1.
        shares: Share of the train rows of each group, shape (G,), summing to 1.
        names: Names of the groups.
        columns: Number of sensitive columns.
    """

    points: NDArray[np.float32]
    weights: NDArray[np.float64]
    shares: NDArray[np.float64]
    names: tuple[str, ...]
    columns: int

    def plan(
        self, rows: int, *, seed: int, proportions: Mapping[str, float] | None = None
    ) -> Iterator[NDArray[np.int64]]:
        """Yield group and codeword of generated rows, in parts; see `plan_groups`.

        In each part, every group uses each codeword in proportion to its weight, up to one row.
        """
        rng, size = np.random.default_rng([seed, 2]), len(self.weights)
        planned = plan_groups(self.shares, self.names, rows, seed=seed, columns=self.columns, proportions=proportions)
        for groups in planned:
            places = groups * size
            for group in np.unique(groups):
                members = np.flatnonzero(groups == group)
                places[members] += systematic_draw(self.weights, len(members), rng)
            yield places

    def take(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places: each names its group and codeword."""
        return places

    def without_rows(self) -> CodewordLatents:
        """Return the source, which has no train row in it."""
        return self

    def groups(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the groups, shape (m,)."""
        return places // len(self.weights)

    def draw(self, places: NDArray[np.int64], _rng: np.random.Generator) -> NDArray[np.float32]:
        """Return the codewords, shape (m, d)."""
        return self.points[places % len(self.weights)]

    def copies(self, _codes: NDArray[np.int64], _places: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return no index: there are no train rows to compare with."""
        return np.empty(0, dtype=np.intp)

    def with_outcomes(
        self, codes: NDArray[np.int64], own: NDArray[np.float64], _places: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return codes and distributions as they are: an autoregressive decoder has drawn the outcomes."""
        return codes, own


def systematic_draw(weights: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw indices of weights, shape (count,), in random order; each occurs ``count`` times its weight, up to one.

    The expected number is exact: one uniform number shifts a regular grid over the weights, whose order is random.

    Args:
        weights: Shape (K,), summing to 1.
        count: Number of indices.
        rng: Random generator.
    """
    order = rng.permutation(len(weights))
    grid = (rng.random() + np.arange(count)) / count
    drawn = np.searchsorted(np.cumsum(weights[order]), grid, side="right").clip(max=len(weights) - 1)
    return np.asarray(rng.permutation(order[drawn]), dtype=np.int64)
