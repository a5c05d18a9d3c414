"""Intervals of the mean of one number a row."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import t as student_t

from core.audit.statistics.confidence import confidence


def mean(values: ArrayLike, level: float | None = None) -> tuple[float, float, float]:
    """Return the mean of independent values, shape (n,), and its normal interval; NaN for fewer than 2 values."""
    return _mean(values, float(ndtri(_upper(level))))


def mean_t(values: ArrayLike, level: float | None = None) -> tuple[float, float, float]:
    """Return the mean of independent values, shape (n,), and its t interval; NaN for fewer than 2 values.

    >>> [round(one, 3) for one in mean_t([0.0, 1.0, 2.0], level=0.95)]
    [1.0, -1.484, 3.484]
    """
    freedom = max(np.asarray(values).size - 1, 1)
    return _mean(values, float(student_t.ppf(_upper(level), freedom)))


def _upper(level: float | None) -> float:
    return (1 + (confidence() if level is None else level)) / 2


def _mean(values: ArrayLike, quantile: float) -> tuple[float, float, float]:
    values = np.asarray(values, dtype=float)
    value = float(values.mean())
    if values.size < 2:
        return value, float("nan"), float("nan")
    half = quantile * float(values.std(ddof=1)) / float(np.sqrt(values.size))
    return value, value - half, value + half
