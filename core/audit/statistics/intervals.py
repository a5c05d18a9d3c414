"""Intervals for every figure: rates, differences and ratios of groups, their extremes, AUC, balanced accuracy, F1.

All functions are vectorised over leading dimensions, take counts (never rows) where possible, and return ``NaN`` where
a figure is undefined (a denominator of 0). ``level`` is the nominal coverage; its default is that of
`core.audit.statistics.confidence`.

The main purpose of this module is the extremes over groups. A ratio ``min / max`` is below 1 in every sample, so that a
bootstrap of it never covers true parity. Here each ordered pair of groups has a score interval, and the bounds of the
extreme follow from those of the pairs:

* ``DPR = min over pairs r_ij``. Its *lower* bound is the least lower bound at the plain level: it can only miss below
  if the bound of the pair that is the true minimum misses below.
* Its *upper* bound is the least ``t`` that is not refuted, truncated at 1. A pair refutes ``t`` if its upper bound lies
  below ``t``, at a level adjusted for all pairs together (`core.audit.statistics.multiplicity`).
* ``DPD = max over pairs d_ij``, mirrored. ``EOR`` and ``EOD``: the pairs of two families (TPR and FPR).

With two groups and one family this is the folded interval of r, ``[min(l, 1/u), min(u, 1/l, 1)]``, except within two
standard errors of parity, where the upper bound may refute a value slightly sooner. Coverage in simulation:
`core/benchmarks/interval_coverage.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from core.audit.statistics.confidence import confidence
from core.audit.statistics.means import mean_error
from core.audit.statistics.multiplicity import adjusted_levels, level_of
from core.audit.statistics.placements import dense_ranks, share_below
from core.data.weights import Weights

Floats = NDArray[np.float64]
Bounds = tuple[Floats, Floats]
_NULL_CHUNK = 2_000_000


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


def difference(k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike, level: ArrayLike | None = None) -> Bounds:
    """Compute Newcombe's hybrid score interval of ``k1/n1 - k2/n2`` (Newcombe 1998, method 10).

    >>> low, high = difference(56, 70, 48, 80)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0524, 0.3339)
    """
    p1, p2 = _divide(k1, n1), _divide(k2, n2)
    (low1, high1), (low2, high2) = wilson(k1, n1, level), wilson(k2, n2, level)
    return (
        p1 - p2 - np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2),
        p1 - p2 + np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2),
    )


def ratio(k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike, level: ArrayLike | None = None) -> Bounds:
    """Return the interval of ``(k1/n1) / (k2/n2)``: Wilson's limits combined by MOVER-R (Donner and Zou 2012).

    Zeros need no correction: ``k1 = 0`` has the lower bound 0, ``k2 = 0`` the upper bound infinity. Koopman's score
    interval has the same coverage at the sizes we test, but needs a search; this one has a closed form.

    >>> low, high = ratio(36, 40, 16, 80)
    >>> round(float(low), 2), round(float(high), 2)
    (2.9, 7.11)
    """
    p1, p2 = _divide(k1, n1), _divide(k2, n2)
    (low1, high1), (low2, high2) = wilson(k1, n1, level), wilson(k2, n2, level)
    product = p1 * p2
    root_low = np.sqrt(np.maximum(product**2 - low1 * high2 * (2 * p1 - low1) * (2 * p2 - high2), 0))
    root_high = np.sqrt(np.maximum(product**2 - high1 * low2 * (2 * p1 - high1) * (2 * p2 - low2), 0))
    # The textbook's lower (product - root) / (high2 (2 p2 - high2)) is 0/0 where 2 p2 = high2; this is the same number.
    low = _divide(low1 * (2 * p1 - low1), product + root_low)
    low = np.where((low1 == 0) & ~np.isnan(p1) & ~np.isnan(p2), 0.0, low)
    high = _divide(product + root_high, low2 * (2 * p2 - low2))
    high = np.where((low2 == 0) & ~np.isnan(p1) & ~np.isnan(p2), np.inf, high)
    return low, high


def _pairs(groups: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    first, second = np.triu_indices(groups, 1)
    return np.concatenate([first, second]), np.concatenate([second, first])


def min_ratio(families: Sequence[tuple[ArrayLike, ArrayLike]], level: float | None = None) -> Bounds:
    """Return the interval of the least ratio of two groups' rates, over one family of rates (DPR) or several (EOR).

    Args:
        families: For each family successes and trials, shape (..., groups), at least 2 groups.
        level: Coverage.

    Returns:
        Bounds in [0, 1], shape (...).

    >>> low, high = min_ratio([([300, 600], [1000, 1000])])
    >>> round(float(low), 3), round(float(high), 3)
    (0.449, 0.556)
    """
    level = confidence() if level is None else level
    counts = _as_arrays(families)
    low = _by_pair(counts, ratio, level)[0].min(axis=-1)
    error = _pair_error(counts, lambda rate, n: (1 - rate) / (n * rate))
    high = np.ones(())
    for step in adjusted_levels(counts[0][0].shape[-1], len(counts), level):
        bound = _by_pair(counts, ratio, level_of(step.z))[1].min(axis=-1)
        bound = np.maximum(bound, np.exp(-step.end * error))
        high = np.where(np.exp(-step.start * error) >= high, np.minimum(high, bound), high)
    return low, high


def max_difference(families: Sequence[tuple[ArrayLike, ArrayLike]], level: float | None = None) -> Bounds:
    """Return the interval of the greatest difference of two groups' rates, over one (DPD) or several families (EOD).

    Args:
        families: For each family successes and trials, shape (..., groups), at least 2 groups.
        level: Coverage.

    Returns:
        Bounds in [0, 1], shape (...).

    >>> low, high = max_difference([([300, 600], [1000, 1000])])
    >>> round(float(low), 3), round(float(high), 3)
    (0.258, 0.341)
    """
    level = confidence() if level is None else level
    counts = _as_arrays(families)
    high = _by_pair(counts, difference, level)[1].max(axis=-1)
    error = _pair_error(counts, lambda rate, n: rate * (1 - rate) / n)
    low = np.zeros(())
    for step in adjusted_levels(counts[0][0].shape[-1], len(counts), level):
        bound = _by_pair(counts, difference, level_of(step.z))[0].max(axis=-1)
        bound = np.minimum(bound, step.end * error)
        low = np.where(step.start * error <= low, np.maximum(low, bound), low)
    return low, np.minimum(high, 1.0)


def _as_arrays(families: Sequence[tuple[ArrayLike, ArrayLike]]) -> list[tuple[Floats, Floats]]:
    return [(np.asarray(k, dtype=float), np.asarray(n, dtype=float)) for k, n in families]


def _by_pair(counts: Sequence[tuple[Floats, Floats]], interval: Callable[..., Bounds], level: float) -> Bounds:
    """Return the bounds of every ordered pair of groups of every family, shape (..., pairs)."""
    found = []
    for k, n in counts:
        i, j = _pairs(k.shape[-1])
        found.append(interval(k[..., i], n[..., i], k[..., j], n[..., j], level))
    lows, highs = zip(*found, strict=True)
    return np.concatenate(lows, axis=-1), np.concatenate(highs, axis=-1)


def _pair_error(counts: Sequence[tuple[Floats, Floats]], variance: Callable[[Floats, Floats], Floats]) -> Floats:
    """Return the greatest standard error of any pair, from variances at rates that are never 0 or 1; shape (...)."""
    found = []
    for k, n in counts:
        each = np.sort(variance((k + 0.5) / (n + 1), np.maximum(n, 1)), axis=-1)
        found.append(np.sqrt(each[..., -1] + each[..., -2]))
    return np.asarray(np.max(found, axis=0), dtype=np.float64)


def auc(
    labels: ArrayLike, scores: ArrayLike, level: float | None = None, weights: Weights | None = None
) -> tuple[float, float, float]:
    """Compute the area under the ROC curve with DeLong's interval on the logit scale, in O(n log n) (Sun and Xu 2014).

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
    if not error > 0:
        low, high = wilson(value * smaller, smaller, level)
        return value, float(low), float(high)
    logit, step = np.log(value / (1 - value)), float(_z(level)) * error / (value * (1 - value))
    low, high = 1 / (1 + np.exp(-np.clip([logit - step, logit + step], -500, 500)))
    return value, float(low), float(high)


def auc_error(labels: ArrayLike, scores: ArrayLike, weights: Weights | None = None) -> tuple[float, float, float]:
    """Return the AUC, its DeLong standard error (NaN with one row in a class) and the smaller class's row count.

    Of weighted rows, each row's share of the other class is weighted, and the count is the effective one.
    """
    positive = np.asarray(labels).astype(bool)
    weights = Weights.of(np.ones(len(positive))) if weights is None else weights
    if positive.all() or not positive.any():
        return float("nan"), float("nan"), 0.0
    order = dense_ranks(np.asarray(scores, dtype=float))
    above, error_above, m = mean_error(share_below(order, weights.per_row * ~positive)[positive], weights[positive])
    _, error_below, n = mean_error(share_below(order, weights.per_row * positive)[~positive], weights[~positive])
    return above, float(np.hypot(error_above, error_below)), min(m, n)


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


def parity_null(sizes: Sequence[int], rate: float, seed: int = 0, draws: int = 10_000) -> tuple[float, float]:
    """Return what DPR would be if all groups had the same rate: its mean and its 10th percentile at these group sizes.

    A DPR above the 10th percentile is no evidence against parity. Draws in which no group has a success (0/0) have no
    DPR; they are left out. If all draws are left out, the result is NaN.

    Args:
        sizes: Rows of each group, at least 1 each.
        rate: The common rate, in [0, 1].
        seed: Seed of the simulation.
        draws: Simulated tables.

    Returns:
        Mean and 10th percentile, in [0, 1].

    >>> average, tenth = parity_null([5421, 10860], .16)
    >>> round(average, 2), round(tenth, 2)
    (0.97, 0.94)
    """
    rng = np.random.default_rng(seed)
    counts = np.asarray(sizes, dtype=np.int64)
    if counts.size * draws > _NULL_CHUNK * 10:  # very many groups: bounded memory
        draws = max(_NULL_CHUNK * 10 // counts.size, 1)
    rates = rng.binomial(counts, np.clip(rate, 0, 1), size=(draws, counts.size)) / counts
    top = rates.max(axis=1)
    defined = top > 0
    if not defined.any():
        return float("nan"), float("nan")
    ratios = rates[defined].min(axis=1) / top[defined]
    return float(ratios.mean()), float(np.percentile(ratios, 10))
