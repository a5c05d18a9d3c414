"""Intervals of the mean of one number a row, weighted or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import t as student_t

from core.audit.statistics.confidence import confidence
from core.audit.statistics.design import SAME
from core.data.weights import Weights

LARGEST = 1e140


def mean(values: ArrayLike, level: float | None = None) -> tuple[float, float, float]:
    """Return the mean of independent values, shape (n,), and its normal interval; NaN for fewer than 2 values."""
    value, error, _ = mean_error(values)
    half = float(ndtri(_upper(level))) * error
    return value, value - half, value + half


def mean_t(values: ArrayLike, level: float | None = None, weights: Weights | None = None) -> tuple[float, float, float]:
    """Return the mean of independent values, shape (n,), and its t interval; NaN for fewer than 2 values.

    >>> [round(one, 3) for one in mean_t([0.0, 1.0, 2.0], level=0.95)]
    [1.0, -1.484, 3.484]
    """
    value, error, n = mean_error(values, weights)
    half = float(student_t.ppf(_upper(level), n - 1)) * error if n > 1 else float("nan")
    return value, value - half, value + half


def mean_error(values: ArrayLike, weights: Weights | None = None) -> tuple[float, float, float]:
    """Return the mean of independent values, shape (n,), its standard error, and the effective number of rows.

    The variance is that of a weighted mean by linearisation, ``n / (n - 1) * sum w^2 (x - mean)^2 / (sum w)^2`` with
    the effective number n; with equal weights the usual one. The error of fewer than 2 values is NaN. With replicate
    weights the variance is theirs, and n is 1 more than their degrees of freedom; not if they all have the same mean.

    >>> [round(one, 6) for one in mean_error([0.0, 1.0, 2.0])]
    [1.0, 0.57735, 3.0]
    """
    x = np.asarray(values, dtype=np.float64)
    largest = float(np.abs(x).max(initial=0.0))
    if LARGEST < largest < np.inf:  # squares and sums would overflow
        value, error, n = mean_error(x / largest, weights)
        return value * largest, error * largest, n
    weights = Weights.of(np.ones(x.size)) if weights is None else weights
    total, n = float(weights.per_row.sum()), weights.effective
    value = float((weights.per_row * x).sum()) / total if total else float("nan")
    if n <= 1:
        return value, float("nan"), n
    if weights.replicates is not None:
        columns = weights.replicates.per_row
        sums = columns.sum(axis=0)
        each = np.divide(x @ columns, sums, out=np.full(len(sums), np.nan), where=sums > 0)
        variance = float(weights.replicates.variance(each, value))
        if variance > SAME * float(np.var(x)):
            return value, float(np.sqrt(variance)), weights.replicates.degrees + 1.0
    squares = float((weights.squares * (x - value) ** 2).sum())
    return value, float(np.sqrt(squares * n / (n - 1))) / total, n


def _upper(level: float | None) -> float:
    return (1 + (confidence() if level is None else level)) / 2
