"""Cut points of numbers, chosen from a table: bin edges of groups, and a threshold of an outcome.

They are handed on with the schema, so they are rounded, and none is taken from a value that only a few people have.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FEW_PEOPLE: Final = 10
"""A value that fewer rows have is not taken as a cut point."""


def quantile_bin_edges(values: pd.Series) -> tuple[float, ...]:
    """Return two bin edges near the terciles of a numeric column, rounded as far as all groups stay filled.

    >>> quantile_bin_edges(pd.Series(range(17, 91), dtype="Int64"))
    (40.0, 65.0)
    """
    known = np.sort(values.dropna().to_numpy(dtype=float))
    exact = np.quantile(known, [1 / 3, 2 / 3])
    spread = known[-1] - known[0]
    for parts in (8, 16, 32, 64):  # a finer grid would have points as exact as the values
        step = _round_step(spread / parts)
        points = sorted({float(round(round(point / step) * step, 10)) for point in exact})
        edges = np.searchsorted(known, points)
        sizes = np.diff([0, *edges, len(known)])
        if len(points) == 2 and bool((sizes >= 0.2 * len(known)).all()):
            return tuple(points)
    return tuple(_edges_between(known))


def _edges_between(known: NDArray[np.float64]) -> list[float]:
    """Return at most two edges near the terciles, none the value of a few people, such that no group is empty."""
    values, counts = np.unique(known, return_counts=True)
    starts = {int(np.searchsorted(values, known[len(known) * part // 3])) for part in (1, 2)} - {0}
    return [
        float(values[start]) if counts[start] >= FEW_PEOPLE else _roundest_between(values[start - 1], values[start])
        for start in sorted(starts or {1})
    ]


def _roundest_between(low: float, high: float) -> float:
    """Return a number between two with few digits.

    >>> _roundest_between(27_390.73, 28_615.2), _roundest_between(3, 4)
    (28000.0, 3.5)
    """
    middle = low + (high - low) / 2
    rounded = (float(f"{middle:.{digits}g}") for digits in range(1, 18))
    return next((one for one in rounded if low < one < high), float(high))


def _round_step(size: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above ``size``."""
    power = 10.0 ** np.floor(np.log10(size))
    return float(power * max(factor for factor in (1, 2, 5) if factor * power <= size * (1 + 1e-9)))


def median_threshold(values: pd.Series) -> float:
    """Return a threshold at the median of a numeric column: as many values lie below it, and as many from it on.

    >>> median_threshold(pd.Series([17_465.96, 21_692.21, 27_390.73]))
    20000.0
    """
    known = np.sort(values.dropna().to_numpy(dtype=float))
    median = float(np.median(known))
    below, above = known[known < median], known[known >= median]
    if (known == median).sum() >= FEW_PEOPLE or not len(below):
        return median
    return _roundest_between(below[-1], above[0])
