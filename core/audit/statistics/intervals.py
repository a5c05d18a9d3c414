"""Intervals for every figure: rates, differences and ratios of groups, AUC, balanced accuracy, F1.

All functions are vectorised over leading dimensions, take counts (never rows) where possible, and return ``NaN`` where
a figure is undefined (a denominator of 0). ``level`` is the nominal coverage; its default is that of
`core.audit.statistics.confidence`.

The extremes over groups have a module of their own, `core.audit.statistics.extremes`. Coverage in simulation:
`core/benchmarks/interval_coverage.py`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from core.audit.statistics.confidence import confidence
from core.audit.statistics.design import widening
from core.audit.statistics.means import mean_error
from core.audit.statistics.placements import dense_ranks, share_below, weighted_auc
from core.data.weights import Weights

Floats = NDArray[np.float64]
Bounds = tuple[Floats, Floats]
_NO_ERROR = 1e-12  # rounding, of replicates that all have the same AUC


def _z(level: ArrayLike | None) -> Floats:
    tail = (1 - np.asarray(confidence() if level is None else level, dtype=float)) / 2
    return np.asarray(-ndtri(tail), dtype=np.float64)


def _divide(top: ArrayLike, bottom: ArrayLike) -> Floats:
    """Return ``top / bottom``, NaN where ``bottom`` is 0."""
    top, bottom = np.broadcast_arrays(np.asarray(top, dtype=float), np.asarray(bottom, dtype=float))
    quotient: Floats = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0)
    return quotient


def wilson(k: ArrayLike, n: ArrayLike, level: ArrayLike | None = None) -> Bounds:
    """Compute Wilson's score interval of a rate ``k / n`` (Wilson 1927).

    Args:
        k: Successes, any shape; fractions are allowed (a tie counts half).
        n: Trials, the same shape; where 0 the bounds are NaN.
        level: Coverage.

    Returns:
        Lower and upper bounds in [0, 1].

    >>> low, high = wilson(8, 10)
    >>> round(float(low), 3), round(float(high), 3)
    (0.49, 0.943)
    """
    k, n = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    z2 = _z(level) ** 2
    p = _divide(k, n)
    centre = _divide(k + z2 / 2, n + z2)
    half = _divide(np.sqrt(z2 * np.maximum(n * p * (1 - p) + z2 / 4, 0)), n + z2)
    # At k = 0 and k = n the bound is the rate itself; rounding must not exceed it.
    return np.where(k == 0, p, np.maximum(centre - half, 0)), np.where(k == n, p, np.minimum(centre + half, 1))


def difference(
    k1: ArrayLike,
    n1: ArrayLike,
    k2: ArrayLike,
    n2: ArrayLike,
    level: ArrayLike | None = None,
    correlation: ArrayLike = 0.0,
) -> Bounds:
    """Compute Newcombe's hybrid score interval of ``k1/n1 - k2/n2`` (Newcombe 1998, method 10).

    Rates of people who were not drawn independently have a correlation, -1 to 1 (MOVER: Zou and Donner 2008).

    >>> low, high = difference(56, 70, 48, 80)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0524, 0.3339)
    """
    p1, p2 = _divide(k1, n1), _divide(k2, n2)
    (low1, high1), (low2, high2) = wilson(k1, n1, level), wilson(k2, n2, level)
    r = 2 * np.asarray(correlation)
    down1, up2, up1, down2 = p1 - low1, high2 - p2, high1 - p1, p2 - low2
    return (
        p1 - p2 - np.sqrt(np.maximum(down1**2 + up2**2 - r * down1 * up2, 0)),
        p1 - p2 + np.sqrt(np.maximum(up1**2 + down2**2 - r * up1 * down2, 0)),
    )


def ratio(
    k1: ArrayLike,
    n1: ArrayLike,
    k2: ArrayLike,
    n2: ArrayLike,
    level: ArrayLike | None = None,
    correlation: ArrayLike = 0.0,
) -> Bounds:
    """Return the interval of ``(k1/n1) / (k2/n2)``: Wilson's limits combined by MOVER-R (Donner and Zou 2012).

    Zeros need no correction: ``k1 = 0`` has the lower bound 0, ``k2 = 0`` the upper bound infinity. Koopman's score
    interval has the same coverage at the sizes we test, but needs a search; this one has a closed form. The
    ``correlation`` of the two rates, -1 to 1, is that of `difference`.

    >>> low, high = ratio(36, 40, 16, 80)
    >>> round(float(low), 2), round(float(high), 2)
    (2.9, 7.11)
    """
    p1, p2 = _divide(k1, n1), _divide(k2, n2)
    (low1, high1), (low2, high2) = wilson(k1, n1, level), wilson(k2, n2, level)
    r = np.asarray(correlation)
    below, above = p1 * p2 - r * (p1 - low1) * (high2 - p2), p1 * p2 - r * (high1 - p1) * (p2 - low2)
    root_low = np.sqrt(np.maximum(below**2 - low1 * high2 * (2 * p1 - low1) * (2 * p2 - high2), 0))
    root_high = np.sqrt(np.maximum(above**2 - high1 * low2 * (2 * p1 - high1) * (2 * p2 - low2), 0))
    # The textbook's lower (below - root) / (high2 (2 p2 - high2)) is 0/0 where 2 p2 = high2; this is the same number.
    low = _divide(low1 * (2 * p1 - low1), below + root_low)
    low = np.where((low1 == 0) & ~np.isnan(p1) & ~np.isnan(p2), 0.0, low)
    high = _divide(above + root_high, low2 * (2 * p2 - low2))
    high = np.where((low2 == 0) & ~np.isnan(p1) & ~np.isnan(p2), np.inf, high)
    return low, high


def auc(
    labels: ArrayLike, scores: ArrayLike, level: float | None = None, weights: Weights | None = None
) -> tuple[float, float, float]:
    """Compute the area under the ROC curve with DeLong's interval on the logit scale, in O(n log n) (Sun and Xu 2014).

    With replicate weights the error is that of their AUCs, and the quantile that of t.

    Args:
        labels: 0 or 1, shape (n,).
        scores: Higher means 1, shape (n,).
        level: Coverage.
        weights: How much each row counts; by default once.

    Returns:
        Value and bounds in [0, 1]; NaN where a class is missing. With one row in a class, or perfectly separated
        classes (variance 0), the bounds are Wilson's; the trials are the rows of the smaller class. A constant score
        has the value .5 and bounds of .5.

    >>> auc([0, 0, 1, 1], [.1, .4, .35, .8])[0]
    0.75
    """
    value, error, smaller = auc_error(labels, scores, weights)
    if np.isnan(value):
        return value, value, value
    if np.ptp(np.asarray(scores, dtype=float)) == 0:
        return 0.5, 0.5, 0.5
    if not error > _NO_ERROR:
        low, high = wilson(value * smaller, smaller, level)
        return value, float(low), float(high)
    quantile = float(_z(level))
    if weights is not None and weights.replicates is not None:
        quantile *= float(widening(weights.replicates.degrees, level))
    logit, step = np.log(value / (1 - value)), quantile * error / (value * (1 - value))
    low, high = 1 / (1 + np.exp(-np.clip([logit - step, logit + step], -500, 500)))
    return value, float(low), float(high)


def auc_error(labels: ArrayLike, scores: ArrayLike, weights: Weights | None = None) -> tuple[float, float, float]:
    """Return the AUC, its DeLong standard error (NaN with one row in a class) and the smaller class's row count.

    Of weighted rows, each row's share of the other class is weighted, and the count is the effective one. With
    replicate weights the error is that of their AUCs.
    """
    positive = np.asarray(labels).astype(bool)
    weights = Weights.of(np.ones(len(positive))) if weights is None else weights
    if positive.all() or not positive.any():
        return float("nan"), float("nan"), 0.0
    order = dense_ranks(np.asarray(scores, dtype=float))
    above, error_above, m = mean_error(share_below(order, weights.per_row * ~positive)[positive], weights[positive])
    _, error_below, n = mean_error(share_below(order, weights.per_row * positive)[~positive], weights[~positive])
    if weights.replicates is None:
        return above, float(np.hypot(error_above, error_below)), min(m, n)
    each = [weighted_auc(order, one * positive, one * ~positive) for one in weights.replicates.per_row.T]
    smaller = min(weights[positive].effective, weights[~positive].effective)
    return above, float(np.sqrt(weights.replicates.variance(np.asarray(each), above))), smaller


def balanced_accuracy(tp: ArrayLike, p: ArrayLike, tn: ArrayLike, n: ArrayLike, level: float | None = None) -> Bounds:
    """Return the interval of ``(tp/p + tn/n) / 2``: two Wilson intervals combined by MOVER (Zou and Donner 2008)."""
    tpr, tnr = _divide(tp, p), _divide(tn, n)
    (low1, high1), (low2, high2) = wilson(tp, p, level), wilson(tn, n, level)
    middle = (tpr + tnr) / 2
    return (
        middle - np.sqrt((tpr - low1) ** 2 + (tnr - low2) ** 2) / 2,
        middle + np.sqrt((high1 - tpr) ** 2 + (high2 - tnr) ** 2) / 2,
    )


def f1(tp: ArrayLike, fp: ArrayLike, fn: ArrayLike, level: float | None = None) -> Bounds:
    """Return the interval of ``2 tp / (2 tp + fp + fn)``.

    F1 is ``2 J / (1 + J)`` of ``J = tp / (tp + fp + fn)``, which is a rate given its denominator. The bounds are
    Wilson's bounds of J, transformed. To first order this is the delta method; unlike it, the bounds stay in [0, 1] and
    exist at 0 and 1.
    """
    tp = np.asarray(tp, dtype=float)
    low, high = wilson(tp, tp + np.asarray(fp, dtype=float) + np.asarray(fn, dtype=float), level)
    return 2 * low / (1 + low), 2 * high / (1 + high)
