"""Latents of generated rows that start from train rows.

A generated row with the same codes as its source train row is drawn again, up to three times, unless many train rows
have these codes. On Adult this reduces exact copies of train rows from 4 in 100,000 to none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.encoding.table import CodedRows, TableEncoding
from core.synthesis.sampling import plan_rows
from core.synthesis.table.latents import RowLatents


@dataclass(frozen=True)
class TrainLatents:
    """The latents of n train rows, as a `core.synthesis.table.row_generator.LatentSource`; places are their indices.

    Args:
        encoding: The encoding.
        rows: Coded train rows.
        latents: What an encoder says of them.
        identical: Number of train rows with the same codes as each, itself included, shape (n,).
        rare: Codes of at least as many rows need not be drawn again.
        own_probabilities: Distribution of the outcome of each train row, shape (n, target codes), where the decoder
            generates no outcomes and they are repaired; else ``None``.
    """

    encoding: TableEncoding
    rows: CodedRows
    latents: RowLatents
    identical: NDArray[np.int64]
    rare: int
    own_probabilities: NDArray[np.float64] | None = None

    def plan(
        self, rows: int, *, seed: int, proportions: Mapping[str, float] | None = None
    ) -> Iterator[NDArray[np.int64]]:
        """Yield the indices of the source train rows of generated rows, in parts; see `plan_rows`."""
        encoding = self.encoding
        return plan_rows(
            self.rows.groups,
            encoding.groups,
            rows,
            seed=seed,
            columns=len(encoding.sensitive),
            proportions=proportions,
        )

    def groups(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the groups of train rows, shape (m,)."""
        return self.rows.groups[places]

    def draw(self, places: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw a latent of each train row, shape (m, d)."""
        return self.latents.take(places).draw(rng)

    def copies(self, codes: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the indices of rows that equal their source row, if few train rows have the same codes."""
        same = (codes[:, : self.rows.codes.shape[1]] == self.rows.codes[places]).all(axis=1)
        return np.flatnonzero(same & (self.identical[places] < self.rare))

    def with_outcomes(
        self, codes: NDArray[np.int64], own: NDArray[np.float64], places: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return codes and distributions; without an autoregressive decoder the outcomes are those of the train rows.

        The codes get the target's as a last column.
        """
        if codes.shape[1] > len(self.encoding.columns):
            return codes, own
        if self.own_probabilities is not None:
            own = self.own_probabilities[places]
        return np.column_stack([codes, self.rows.target[places]]), own
