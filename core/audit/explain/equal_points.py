"""Points that coincide, as codewords do, spread into a disc, so that a plot shows all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

GOLDEN_ANGLE = np.pi * (3 - 5**0.5)
REACH = 0.8  # radius of the largest disc, in median distances of a point to the nearest other one

Points = NDArray[np.float64]


def spread_out(places: Points, which: NDArray[np.intp], seed: int) -> Points:
    """Return a position for each row: a disc around its place, whose area is in proportion to the rows there.

    Args:
        places: Distinct places in the plane, shape (k, 2).
        which: The place of each row, shape (n,).
        seed: Seed of the rows' order within a disc.
    """
    counts = np.bincount(which, minlength=len(places))
    largest = REACH * float(np.median(KDTree(places).query(places, k=2)[0][:, 1]))
    order = np.random.default_rng([seed, 71]).permutation(len(which))
    rank = np.empty(len(which), dtype=np.int64)
    by_place = order[np.argsort(which[order], kind="stable")]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    rank[by_place] = np.arange(len(which)) - starts[which[by_place]]
    radius = largest * np.sqrt(rank / counts.max())  # Vogel 1979: equal areas, one a row
    angle = GOLDEN_ANGLE * rank
    return np.asarray(places[which] + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
