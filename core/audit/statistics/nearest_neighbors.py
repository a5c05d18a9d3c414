"""Nearest neighbours between two sets of points, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_BLOCK = 2_000_000  # distances held at once
_ROUNDING = 1e-12  # rounding error of the distance of equal points, relative to their squared norms
SAME = 1e-6  # distances that differ by less count as equal


def blocks(
    points: NDArray[np.floating], reference: NDArray[np.floating]
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Return the squared distances of consecutive points, shape (block, d), to all of ``reference``, shape (m, d).

    Rounding can leave them a little below 0.
    """
    # |x - y|^2 = (-2 x, |x|^2, 1) . (y, 1, |y|^2): one product and no further pass over the distances. Single precision
    # would not separate a copy from a neighbour.
    left, right = np.asarray(points, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    left = np.column_stack([-2 * left, np.einsum("ij,ij->i", left, left), np.ones(len(left))])
    right = np.column_stack([right, np.ones(len(right)), np.einsum("ij,ij->i", right, right)]).T
    step = max(_BLOCK // max(right.shape[1], 1), 1)
    for start in range(0, len(left), step):
        part = slice(start, min(start + step, len(left)))
        yield part, left[part] @ right


def nearest_row(
    points: NDArray[np.floating], reference: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the distance of each point to its nearest reference point, and that point's position; each shape (n,).

    >>> [part.tolist() for part in nearest_row(np.array([[0.0]]), np.array([[3.0], [1.0]]))]
    [[1.0], [1]]
    """
    squares, which = np.empty(len(points)), np.empty(len(points), dtype=np.intp)
    for part, block in blocks(points, reference):
        which[part] = block.argmin(axis=1)
        squares[part] = block[np.arange(len(block)), which[part]]
    return _distances(points, squares[:, None])[:, 0], which


def nearest(points: NDArray[np.floating], reference: NDArray[np.floating], k: int) -> NDArray[np.float64]:
    """Return the distances of each point to its ``k`` nearest reference points, ascending, shape (n, min(k, m)).

    >>> nearest(np.array([[0.0]]), np.array([[3.0], [1.0]]), 2).tolist()
    [[1.0, 3.0]]
    """
    k = min(k, len(reference))
    result = np.empty((len(points), k))
    for part, squares in blocks(points, reference):
        result[part] = np.sort(np.partition(squares, k - 1, axis=1)[:, :k], axis=1) if k > 2 else _least(squares, k)
    return _distances(points, result)


def _distances(points: NDArray[np.floating], squares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return distances from squared ones, shape (n, k); those of equal points, but for rounding, are 0."""
    own = np.asarray(points, dtype=float)
    is_same = squares < _ROUNDING * 2 * np.einsum("ij,ij->i", own, own)[:, None]
    distances: NDArray[np.float64] = np.sqrt(np.maximum(np.where(is_same, 0.0, squares), 0))
    return distances


def _least(squares: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return the one or two least values of each row; faster than partitioning."""
    rows, first = np.arange(len(squares)), squares.argmin(axis=1)
    least = [squares[rows, first]]
    if k == 2:
        squares[rows, first] = np.inf
        least.append(squares.min(axis=1))
    return np.stack(least, axis=1)
