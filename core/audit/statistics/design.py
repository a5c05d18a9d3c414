"""What weighted rows are worth: the number of equally weighted draws that are as certain.

The variance of a weighted rate ``p = sum w y / sum w`` is ``sum w^2 (y - p)^2 / (sum w)^2`` by linearisation (Binder
1983), for rows drawn independently with unequal chances. The rate is then as certain as ``p (1 - p) / variance`` draws
with equal weights, the effective sample size of Korn and Graubard (1998). Intervals from counts take so many rows
(Franco et al. 2019). Unlike Kish's number, ``(sum w)^2 / sum w^2``, it holds too where weights depend on the outcome.

Few rows misjudge that variance, most of all near 0 and 1. So it is taken with ten more draws of the usual weight, half
of them successes, and these are taken off again. Coverage in simulation: `core/benchmarks/decision_coverage.py`. With
equal weights all of this is the plain count.

With replicate weights (`core.data.replicates`), the variance of each rate is that of its replicates, at their degrees
of freedom. The draws added are the same. A rate of 0 or 1 does not vary between replicates; its number is Kish's.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from scipy.stats import t as student_t

from core.audit.statistics.confidence import confidence
from core.data.replicates import replicate_variance
from core.data.weights import Weights

Floats = NDArray[np.float64]
SAME: Final = 1e-12
"""Variance of replicates, as a part of that of one row, up to which they all have the same value."""
_PRIOR: Final = 10.0


def effective_counts(
    hits: ArrayLike, trials: ArrayLike, hit_squares: ArrayLike, trial_squares: ArrayLike
) -> tuple[Floats, Floats]:
    """Return hits and trials of the same rate that are as certain as weighted rows.

    Args:
        hits: Sum of the weights of successes, any shape.
        trials: Sum of all weights, the same shape.
        hit_squares: Sum of the squared weights of successes.
        trial_squares: Sum of all squared weights.

    >>> k, n = effective_counts(3.0, 4.0, 3.0, 4.0)  # weights of 1
    >>> round(float(k), 9), round(float(n), 9)
    (3.0, 4.0)
    """
    h, t, h2, t2 = (np.asarray(one, dtype=np.float64) for one in (hits, trials, hit_squares, trial_squares))
    rate, kish, unit = _divide(h, t), _divide(t**2, t2), _divide(t2, t)
    squares = _divide(h2, unit**2)
    smoothed = (rate * kish + _PRIOR / 2) / (kish + _PRIOR)
    variance = (squares + _PRIOR / 2) * (1 - smoothed) ** 2 + (kish - squares + _PRIOR / 2) * smoothed**2
    n = smoothed * (1 - smoothed) * (kish + _PRIOR) ** 2 / variance - _PRIOR
    n = np.maximum(n, np.minimum(kish, 1))
    return rate * n, n


def replicated_counts(
    counts: tuple[ArrayLike, ArrayLike, ArrayLike],
    repeated: tuple[Floats, Floats],
    factor: float,
    degrees: NDArray[np.int64],
) -> tuple[Floats, Floats]:
    """Return hits and trials of the same rate that are as certain as its replicates say.

    Where all replicates have the same rate, the effective number is Kish's. Fewer degrees of freedom count as fewer
    rows, so that normal quantiles act as those of t (Korn and Graubard 1998).

    Args:
        counts: Sums of the weights of successes, of all weights and of all squared weights, each of shape (groups,).
        repeated: Sums of the replicate weights of successes, and of all, each of shape (R, groups).
        factor: See `core.data.replicates.Replicates`.
        degrees: Degrees of freedom, shape (groups,).
    """
    h, t, t2 = (np.asarray(one, dtype=np.float64) for one in counts)
    rate, kish = _divide(h, t), _divide(t**2, t2)
    each = np.divide(*repeated, out=np.full_like(repeated[0], np.nan), where=repeated[1] > 0)
    variance = replicate_variance(each, rate, factor)
    smoothed = (rate * kish + _PRIOR / 2) / (kish + _PRIOR)
    prior = _PRIOR / 2 * ((1 - smoothed) ** 2 + smoothed**2)
    total = variance * kish**2 + kish * (rate - smoothed) ** 2 + prior
    n = smoothed * (1 - smoothed) * (kish + _PRIOR) ** 2 / total - _PRIOR
    # Replicates that all have the same rate, as in a group of one cluster, do not tell how it varies.
    n = np.where(variance > SAME * smoothed * (1 - smoothed), n, kish)
    n = np.maximum(n, np.minimum(kish, 1)) / widening(degrees) ** 2
    return rate * n, n


def widening(degrees: ArrayLike, level: ArrayLike | None = None) -> Floats:
    """Return the quantile of t over that of the normal distribution, at least 1.

    >>> round(float(widening(79, 0.95)), 3)
    1.016
    """
    tail = (1 + np.asarray(confidence() if level is None else level)) / 2
    return np.asarray(student_t.ppf(tail, degrees) / ndtri(tail))


def named_interval(usual: str, weights: Weights | None) -> str:
    """Return the name of an interval of a figure of scores: the usual one, or that of replicates."""
    return usual if weights is None or weights.replicates is None else "replicates"


def _divide(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.zeros_like(bottom), where=bottom > 0)
