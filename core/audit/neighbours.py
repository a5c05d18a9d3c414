"""Nearest neighbours between two sets of points, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_BLOCK = 2_000_000  # distances held at once
_ROUNDING = 1e-12  # of the points' own squares: what is left of the distance of equal points
SAME = 1e-6  # distances that differ by less are equal


def blocks(
    points: NDArray[np.floating], reference: NDArray[np.floating]
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Squared distances of consecutive points, shape (block, d), to all of ``reference``, shape (m, d)."""
    left, right = np.asarray(points, dtype=float), np.asarray(reference, dtype=float)
    squares = np.einsum("ij,ij->i", right, right)
    step = max(_BLOCK // max(len(right), 1), 1)
    for start in range(0, len(left), step):
        part = slice(start, min(start + step, len(left)))
        distances = (-2 * left[part]) @ right.T  # single precision would not tell a copy from a neighbour
        distances += np.einsum("ij,ij->i", left[part], left[part])[:, None]
        distances += squares[None, :]
        yield part, np.maximum(distances, 0, out=distances)


def nearest(points: NDArray[np.floating], reference: NDArray[np.floating], k: int) -> NDArray[np.float64]:
    """Distances of each point to its ``k`` nearest reference points, ascending, shape (n, min(k, m)).

    >>> nearest(np.array([[0.0]]), np.array([[3.0], [1.0]]), 2).tolist()
    [[1.0, 3.0]]
    """
    k = min(k, len(reference))
    found = np.empty((len(points), k))
    for part, squares in blocks(points, reference):
        found[part] = np.sort(np.partition(squares, k - 1, axis=1)[:, :k], axis=1) if k > 2 else _least(squares, k)
    own = np.asarray(points, dtype=float)
    found[found < _ROUNDING * 2 * np.einsum("ij,ij->i", own, own)[:, None]] = 0.0
    distances: NDArray[np.float64] = np.sqrt(found)
    return distances


def _least(squares: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """The one or two least of each row; quicker than partitioning."""
    rows, first = np.arange(len(squares)), squares.argmin(axis=1)
    least = [squares[rows, first]]
    if k == 2:
        squares[rows, first] = np.inf
        least.append(squares.min(axis=1))
    return np.stack(least, axis=1)
