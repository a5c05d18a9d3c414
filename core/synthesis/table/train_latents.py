"""Latents of generated rows that start from train rows.

A generated row with the same codes as its source train row is drawn again, up to three times, unless many train rows
have these codes. On Adult this reduces exact copies of train rows from 4 in 100,000 to none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.data.encoding.table import TableEncoding
from core.synthesis.sampling import plan_rows
from core.synthesis.table.latents import RowLatents
from models.codebook import Codebook


@dataclass(frozen=True)
class TrainRows:
    """What generation needs of n train rows.

    Args:
        codes: Their codes, shape (n, columns).
        target: Their target codes, shape (n,).
        latents: What an encoder says of them.
        identical: Number of train rows with the same codes as each, itself included, shape (n,).
        own_probabilities: Distribution of the outcome of each, shape (n, target codes), where the decoder generates no
            outcomes and they are repaired; else ``None``.
    """

    codes: NDArray[np.int64]
    target: NDArray[np.int64]
    latents: RowLatents
    identical: NDArray[np.int64]
    own_probabilities: NDArray[np.float64] | None = None

    def __getitem__(self, rows: NDArray[np.int64]) -> TrainRows:
        """Return the rows at these positions."""
        own = self.own_probabilities
        return TrainRows(
            self.codes[rows],
            self.target[rows],
            self.latents.take(rows),
            self.identical[rows],
            None if own is None else own[rows],
        )


@dataclass(frozen=True)
class TrainLatents:
    """The latents of n train rows, as a `core.synthesis.table.row_generator.LatentSource`; places are their indices.

    Args:
        encoding: The encoding.
        rows: The train rows. Their latents name no codebook.
        codebook: The codewords of which each row is given one; ``None``: latents are drawn from the posterior.
        rare: Codes of at least as many rows need not be drawn again.
    """

    encoding: TableEncoding
    rows: TrainRows
    codebook: Codebook | None
    rare: int

    def plan(
        self, rows: int, *, seed: int, proportions: Mapping[str, float] | None = None
    ) -> Iterator[NDArray[np.int64]]:
        """Yield the indices of the source train rows of generated rows, in parts; see `plan_rows`."""
        encoding = self.encoding
        return plan_rows(
            self.rows.latents.groups,
            encoding.groups,
            rows,
            seed=seed,
            columns=len(encoding.sensitive),
            proportions=proportions,
        )

    def take(self, places: NDArray[np.int64]) -> TrainRows:
        """Return the train rows at these indices."""
        return self.rows[places]

    def without_rows(self) -> TrainLatents:
        """Return the source with no train row in it."""
        return replace(self, rows=self.rows[np.empty(0, dtype=np.int64)])

    def groups(self, rows: TrainRows) -> NDArray[np.int64]:
        """Return the groups of train rows, shape (m,)."""
        return rows.latents.groups

    def draw(self, rows: TrainRows, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw a latent of each train row, shape (m, d)."""
        return replace(rows.latents, codebook=self.codebook).draw(rng)

    def copies(self, codes: NDArray[np.int64], rows: TrainRows) -> NDArray[np.intp]:
        """Return the indices of rows that equal their source row, if few train rows have the same codes."""
        same = (codes[:, : rows.codes.shape[1]] == rows.codes).all(axis=1)
        return np.flatnonzero(same & (rows.identical < self.rare))

    def with_outcomes(
        self, codes: NDArray[np.int64], own: NDArray[np.float64], rows: TrainRows
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return codes and distributions; without an autoregressive decoder the outcomes are those of the train rows.

        The codes get the target's as a last column.
        """
        if codes.shape[1] > len(self.encoding.columns):
            return codes, own
        if rows.own_probabilities is not None:
            own = rows.own_probabilities
        return np.column_stack([codes, rows.target]), own
