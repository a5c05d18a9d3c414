"""Which rows take part where all would take too long."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sample_positions(count: int, most: int, seed: int) -> NDArray[np.intp]:
    """Positions of at most ``most`` of ``count`` rows, ascending, drawn without replacement."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))
