"""Samples of rows, for computations that would take too long on all rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sample_positions(count: int, max_rows: int, seed: int) -> NDArray[np.intp]:
    """Draw at most ``max_rows`` of ``count`` rows without replacement. Return their positions, ascending."""
    if count <= max_rows:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, max_rows, replace=False))
