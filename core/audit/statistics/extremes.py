"""Intervals of the extremes over groups: the least ratio of two groups' rates, and the greatest difference.

A ratio ``min / max`` is below 1 in every sample, so that a bootstrap of it never covers true parity. Here each ordered
pair of groups has a score interval, and the bounds of the extreme follow from those of the pairs:

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

from core.audit.statistics.confidence import confidence
from core.audit.statistics.intervals import Bounds, Floats, difference, ratio
from core.audit.statistics.multiplicity import adjusted_levels, level_of

Family = tuple[Floats, Floats, Floats]
"""Successes and trials of the groups, shape (..., groups), and the correlation of their rates, (groups, groups)."""


def _pairs(groups: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    first, second = np.triu_indices(groups, 1)
    return np.concatenate([first, second]), np.concatenate([second, first])


def min_ratio(
    families: Sequence[tuple[ArrayLike, ArrayLike]],
    level: float | None = None,
    correlations: Sequence[Floats] | None = None,
) -> Bounds:
    """Return the interval of the least ratio of two groups' rates, over one family of rates (DPR) or several (EOR).

    Args:
        families: For each family successes and trials, shape (..., groups), at least 2 groups.
        level: Coverage.
        correlations: For each family those of the groups' rates, shape (groups, groups); by default none.

    Returns:
        Bounds in [0, 1], shape (...).

    >>> low, high = min_ratio([([300, 600], [1000, 1000])])
    >>> round(float(low), 3), round(float(high), 3)
    (0.449, 0.556)
    """
    level = confidence() if level is None else level
    counts = _as_arrays(families, correlations)
    steps = adjusted_levels(counts[0][0].shape[-1], len(counts), level)
    lows, highs = _by_pair(counts, ratio, [level, *(level_of(step.z) for step in steps)])
    low = lows[0].min(axis=-1)
    error = _greatest(counts, lambda rate, n: (1 - rate) / (n * rate))
    high = np.ones(())
    for step, least in zip(steps, highs[1:].min(axis=-1), strict=True):
        bound = np.maximum(least, np.exp(-step.end * error))
        high = np.where(np.exp(-step.start * error) >= high, np.minimum(high, bound), high)
    return low, high


def max_difference(
    families: Sequence[tuple[ArrayLike, ArrayLike]],
    level: float | None = None,
    correlations: Sequence[Floats] | None = None,
) -> Bounds:
    """Return the interval of the greatest difference of two groups' rates, over one (DPD) or several families (EOD).

    Args:
        families: For each family successes and trials, shape (..., groups), at least 2 groups.
        level: Coverage.
        correlations: For each family those of the groups' rates, shape (groups, groups); by default none.

    Returns:
        Bounds in [0, 1], shape (...).

    >>> low, high = max_difference([([300, 600], [1000, 1000])])
    >>> round(float(low), 3), round(float(high), 3)
    (0.258, 0.341)
    """
    level = confidence() if level is None else level
    counts = _as_arrays(families, correlations)
    steps = adjusted_levels(counts[0][0].shape[-1], len(counts), level)
    lows, highs = _by_pair(counts, difference, [level, *(level_of(step.z) for step in steps)])
    high = highs[0].max(axis=-1)
    error = _greatest(counts, lambda rate, n: rate * (1 - rate) / n)
    low = np.zeros(())
    for step, most in zip(steps, lows[1:].max(axis=-1), strict=True):
        bound = np.minimum(most, step.end * error)
        low = np.where(step.start * error <= low, np.maximum(low, bound), low)
    return low, np.minimum(high, 1.0)


def _as_arrays(families: Sequence[tuple[ArrayLike, ArrayLike]], correlations: Sequence[Floats] | None) -> list[Family]:
    """Return successes, trials and correlations of each family; uncorrelated where none are given."""
    found = [(np.asarray(k, dtype=float), np.asarray(n, dtype=float)) for k, n in families]
    each = [np.eye(k.shape[-1]) for k, _ in found] if correlations is None else correlations
    return [(k, n, one) for (k, n), one in zip(found, each, strict=True)]


def _by_pair(counts: Sequence[Family], interval: Callable[..., Bounds], levels: Sequence[float]) -> Bounds:
    """Return the bounds of every ordered pair of groups of every family at every level, shape (levels, ..., pairs)."""
    found = []
    for k, n, correlation in counts:
        i, j = _pairs(k.shape[-1])
        each = np.reshape(levels, (-1, *(1,) * k.ndim))
        found.append(interval(k[..., i], n[..., i], k[..., j], n[..., j], each, correlation[i, j]))
    lows, highs = zip(*found, strict=True)
    return np.concatenate(lows, axis=-1), np.concatenate(highs, axis=-1)


def _greatest(counts: Sequence[Family], variance: Callable[[Floats, Floats], Floats]) -> Floats:
    """Return the greatest standard error of any pair, from variances at rates that are never 0 or 1; shape (...)."""
    found = [greatest_error(variance((k + 0.5) / (n + 1), np.maximum(n, 1)), one) for k, n, one in counts]
    return np.asarray(np.max(found, axis=0), dtype=np.float64)


def greatest_error(variances: Floats, correlation: Floats) -> Floats:
    """Return the greatest standard error of the difference of two of the groups, shape (...).

    Args:
        variances: That of each group, shape (..., groups).
        correlation: Shape (groups, groups).
    """
    i, j = np.triu_indices(variances.shape[-1], 1)
    a, b = variances[..., i], variances[..., j]
    return np.asarray(np.sqrt(np.maximum(a + b - 2 * correlation[i, j] * np.sqrt(a * b), 0)).max(axis=-1))
