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


def weighted_auc(ranks: NDArray[np.intp], positive: Floats, negative: Floats) -> float:
    """Return the share of pairs in which the positive row has the higher score; ties count half.

    Args:
        ranks: `dense_ranks` of all rows, shape (n,).
        positive: Weight of each positive row, 0 for the others, shape (n,).
        negative: The same of the negative rows.

    Returns:
        In [0, 1] where no weight is below 0; NaN where a class has no weight.

    >>> weighted_auc(np.array([0, 2, 1, 3]), np.array([0.0, 0, 1, 1]), np.array([1.0, 1, 0, 0]))
    0.75
    """
    ups, downs = (np.bincount(ranks, weights=one) for one in (positive, negative))
    pairs = ups.sum() * downs.sum()
    return float((ups * (np.cumsum(downs) - downs / 2)).sum() / pairs) if pairs > 0 else float("nan")
