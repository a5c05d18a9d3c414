"""Where a row's score stands among the scores of other rows, from which the AUC and its error follow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def dense_ranks(scores: Floats) -> NDArray[np.intp]:
    """Return the place of each score among the distinct ones, from 0, shape (n,).

    One sort; `numpy.unique` with its inverse takes twice the time on a million scores.

    >>> dense_ranks(np.array([0.3, 0.1, 0.3])).tolist()
    [1, 0, 1]
    """
    order = np.argsort(scores)
    ascending = scores[order]
    places = np.zeros(len(scores), dtype=np.intp)
    np.cumsum(ascending[1:] != ascending[:-1], out=places[1:])
    ranks = np.empty_like(places)
    ranks[order] = places
    return ranks


def share_below(ranks: NDArray[np.intp], weights: Floats) -> Floats:
    """Return the share of the weight that lies at lower scores than each row, shape (n,); ties count half.

    Args:
        ranks: `dense_ranks` of all rows, shape (n,).
        weights: Weight of each row, at least one above 0, shape (n,).
    """
    mass = np.bincount(ranks, weights=weights)
    below = np.cumsum(mass)
    return np.asarray(((below - mass / 2) / below[-1])[ranks])
