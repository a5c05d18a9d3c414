"""The bootstrap over rows: resampling counts and percentile intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audit.statistics.confidence import confidence


def resampled(n: int, seed: int = 0, draws: int = 500) -> NDArray[np.float64]:
    """Return how often each of ``n`` rows is drawn in each bootstrap sample of ``n`` rows, shape (draws, n)."""
    return np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws).astype(np.float64)


def bootstrap_rows(n: int, seed: int) -> NDArray[np.int64]:
    """Return the positions of ``n`` rows drawn with replacement from ``n``, shape (n,)."""
    return np.random.default_rng([seed, n]).integers(0, n, n)


def percentiles(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the bootstrap's percentile interval of figures of shape (draws, ...); bounds of shape (...).

    The level is that of the audit (`core.audit.statistics.confidence`).
    """
    tail = (1 - confidence()) / 2
    low, high = np.quantile(values, [tail, 1 - tail], axis=0)
    return low, high
