"""Latents of generated rows that start from no train row: the codewords of a codebook, drawn by their weights.

Every group of the train rows uses codeword k with the weight w_k (`core.synthesis.codebook`). So a group drawn by its
share and a codeword drawn by its weight have the distribution of a train row's group and drawn codeword.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.synthesis.sampling import plan_groups


@dataclass(frozen=True)
class CodewordLatents:
    """The codewords, as a `core.synthesis.table.row_generator.LatentSource`; places are groups.

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

    def plan(self, rows: int, *, seed: int, proportions: Mapping[str, float] | None = None) -> NDArray[np.int64]:
        """Return the group of each generated row, shape (rows,)."""
        return plan_groups(self.shares, self.names, rows, seed=seed, columns=self.columns, proportions=proportions)

    def groups(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the groups, shape (m,), which are the places themselves."""
        return places

    def draw(self, places: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw a codeword for each row, shape (m, d); it does not depend on the group."""
        return self.points[rng.choice(len(self.points), size=len(places), p=self.weights)]

    def copies(self, _codes: NDArray[np.int64], _places: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return no index: there are no train rows to compare with."""
        return np.empty(0, dtype=np.intp)

    def with_outcomes(
        self, codes: NDArray[np.int64], probability: NDArray[np.float64], _places: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return codes and probabilities as they are: an autoregressive decoder has drawn the outcomes."""
        return codes, probability
