"""What the disparate impact ratio of groups would be if all had the same rate: simulated tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

_CHUNK: Final = 20_000_000


def simulated_parity(sizes: Sequence[int], rate: float, seed: int = 0, draws: int = 10_000) -> tuple[float, float]:
    """Return what DPR would be if all groups had the same rate: its mean and its 10th percentile at these group sizes.

    A DPR above the 10th percentile is no evidence against parity. Draws in which no group has a success (0/0) have no
    DPR; they are left out. If all draws are left out, the result is NaN.

    Args:
        sizes: Rows of each group, at least 1 each.
        rate: The common rate, in [0, 1].
        seed: Seed of the simulation.
        draws: Simulated tables.

    Returns:
        Mean and 10th percentile, in [0, 1].

    >>> average, tenth = simulated_parity([5421, 10860], .16)
    >>> round(average, 2), round(tenth, 2)
    (0.97, 0.94)
    """
    rng = np.random.default_rng(seed)
    counts = np.asarray(sizes, dtype=np.int64)
    if counts.size * draws > _CHUNK:  # very many groups: bounded memory
        draws = max(_CHUNK // counts.size, 1)
    rates = rng.binomial(counts, np.clip(rate, 0, 1), size=(draws, counts.size)) / counts
    top = rates.max(axis=1)
    defined = top > 0
    if not defined.any():
        return float("nan"), float("nan")
    ratios = rates[defined].min(axis=1) / top[defined]
    return float(ratios.mean()), float(np.percentile(ratios, 10))
