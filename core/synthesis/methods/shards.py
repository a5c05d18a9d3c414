"""Sampling in shards: memory is bounded, and shard i depends on the seed and i alone."""

from __future__ import annotations

import numpy as np
import torch

from core.errors import ConfigError
from core.synthesis.sampling import SHARD_ROWS


def shard_sizes(rows: int) -> list[int]:
    """Return the number of rows of each shard.

    Raises:
        ConfigError: ``rows`` is below 1.
    """
    if rows < 1:
        raise ConfigError(f"The number of rows must be at least 1, not {rows}.", field="rows")
    return [min(SHARD_ROWS, rows - start) for start in range(0, rows, SHARD_ROWS)]


def shard_generators(seed: int, shard: int) -> tuple[np.random.Generator, torch.Generator]:
    """Return the random generators of a shard, for arrays and for tensors."""
    rng = np.random.default_rng([seed, 1, shard])
    return rng, torch.Generator().manual_seed(int(rng.integers(2**62)))
