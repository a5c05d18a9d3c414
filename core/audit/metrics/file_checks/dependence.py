"""How much the features of a table depend on each other, and how much of that a file keeps."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

COARSE = 6
CERTAIN = 5.0  # standard errors by which the real columns must depend on each other
Codes = NDArray[np.int64]


class _Dependence(NamedTuple):
    """The dependence of features, and its standard error."""

    value: float
    error: float


def kept_dependence(real: Codes, mine: Codes) -> float:
    """Return how much of the real features' dependence on each other the file keeps, 0 to 1; 0 if not surely any.

    It is 1 if the real features do not surely depend on each other: then there is nothing to lose.

    Dependence is the sum over pairs of chi-square minus its degrees of freedom, over the rows: 0 on average if columns
    are independent, whatever their number of values. Its root is in proportion to correlations.
    """
    before, after = _dependence(real), _dependence(mine)
    if before.value <= CERTAIN * before.error:
        return 1.0
    if after.value <= CERTAIN * after.error:
        return 0.0
    return float(min(after.value / before.value, 1.0) ** 0.5)


def _dependence(codes: Codes) -> _Dependence:
    """Return the dependence of the features, and its standard error if they are independent."""
    few = [merged(codes[:, place]) for place in range(codes.shape[1])]
    excess, freedom = 0.0, 0
    for one, two in combinations(few, 2):
        table = np.zeros((one.max() + 1, two.max() + 1))
        np.add.at(table, (one, two), 1)
        expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / len(codes)
        degrees = (table.shape[0] - 1) * (table.shape[1] - 1)
        excess += float((np.square(table - expected) / expected).sum()) - degrees
        freedom += degrees
    return _Dependence(excess / len(codes), float(np.sqrt(2 * freedom)) / len(codes))


def merged(column: Codes) -> Codes:
    """Return the codes merged into at most six of similar size, numbered from 0 without gaps."""
    known, dense, counts = np.unique(column, return_inverse=True, return_counts=True)
    if len(known) <= COARSE:
        return dense.astype(np.int64)
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    merged = np.minimum((middle * COARSE).astype(np.int64), COARSE - 1)
    return np.unique(merged[dense], return_inverse=True)[1].astype(np.int64)
