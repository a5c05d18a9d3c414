"""The distribution of the target's codes among the positive outcomes and among the others.

Sharper outcomes and offsets move rows of some levels more than those of others. Without a correction, that would also
move the distribution of the codes on each side, since levels differ in it. So each code has a weight, found by
iterative proportional fitting (Deming and Stephan 1940), with which a side has the codes that it has in the train rows.
Two outcomes have one code on each side, and the weight 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ITERATIONS = 100
TOLERANCE = 1e-4
LARGEST_WEIGHT = 20.0
_TINY = np.finfo(float).tiny


def with_sides(within: Floats, weights: Floats, positive: NDArray[np.bool_]) -> Floats:
    """Return weighted distributions; the codes of each side sum to 1.

    Args:
        within: Distribution of the codes, shape (..., K).
        weights: Factor of each code, shape (K,).
        positive: Side of each code, shape (K,).
    """
    weighted = within * weights
    sides = np.column_stack([~positive, positive]).astype(float)
    return np.asarray(weighted / np.maximum(weighted @ sides @ sides.T, _TINY))


def weights_keeping_shares(within: Floats, sums: Floats, positive: NDArray[np.bool_], shares: Floats) -> Floats:
    """Return the weights with which the codes of each side have their shares in the train rows, shape (K,).

    Args:
        within: Distribution of the codes by group and level, shape (G, L, K).
        sums: Expected number of rows of each group and level with another and with a positive outcome, shape (2, G, L).
        positive: Side of each code, shape (K,).
        shares: Share of the train rows with each code, shape (K,).
    """
    side = positive.astype(int)
    of_side = np.asarray([shares[~positive].sum(), shares[positive].sum()])[side]
    aims = shares / np.maximum(of_side, _TINY) * sums.sum(axis=(1, 2))[side]
    weights = np.ones(len(shares))
    for _ in range(ITERATIONS):
        expected = np.einsum("kgl,glk->k", sums[side], with_sides(within, weights, positive))
        step = np.where(expected > 0, aims / np.maximum(expected, _TINY), 1.0)
        weights = (weights * step).clip(1 / LARGEST_WEIGHT, LARGEST_WEIGHT)
        if np.abs(step - 1.0).max() < TOLERANCE:
            break
    return weights
