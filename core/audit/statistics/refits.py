"""What refits of a classifier add to an interval: the variation between training samples and between seeds.

A figure of one classifier varies with the tested rows. A figure of "classifiers trained on these rows" varies with the
training rows and the seed too. Refits on bootstrap resamples of the training rows, each with another seed, measure that
part (Efron 1979). Their variance ``s^2``, with K - 1 degrees of freedom, is added to that of sampled rows. The sum has
``(K - 1) / share^2`` degrees of freedom, with the refits' share of it (Satterthwaite 1946), and its t quantile is used.
So few refits cost width only as far as they matter.

A gap between groups is not moved by what moves all groups alike. So its part is what remains of each refit's rates when
their mean over the groups is taken off; of G equally noisy groups that leaves ``(G - 1) / G`` of the variance, which is
put back. With two groups the sum of both parts is exactly the variance of their difference. A ratio is not moved by
what multiplies all rates alike, so there the logarithms are centred.

Intervals from counts (`core.audit.statistics.intervals`) take the additional variance as fewer rows: ``n`` becomes the
number of rows with which sampling alone would vary as much. The rate stays.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import t as student_t

from core.audit.statistics.confidence import confidence
from core.audit.statistics.intervals import Floats

_NOTHING = 1e-12
Centring = Literal["none", "difference", "ratio"]


def spread(values: Floats) -> float:
    """Return the half width ``t s`` that K refits of a figure, shape (K,), add to an interval; 0 if undefined in one.

    It is added in quadrature to the distance between a figure and its bound.

    >>> round(spread(np.array([0.7, 0.72, 0.74])), 3)
    0.086
    """
    if len(values) < 2 or not np.isfinite(values).all():
        return 0.0
    return float(_t(len(values)) * values.std(ddof=1))


def effective(
    hits: ArrayLike, trials: ArrayLike, refits: tuple[ArrayLike, ArrayLike], centring: Centring
) -> tuple[Floats, Floats]:
    """Return fewer hits and trials of the same rate whose sampling varies as much as these rows and refits together.

    Args:
        hits: Successes of each group, shape (groups,).
        trials: Trials, the same shape.
        refits: Successes and trials by refit and group, each of shape (K, groups), K at least 2.
        centring: What all groups share is taken off: nothing, a summand (for a difference), or a factor (for a ratio).

    >>> k, n = effective([50.0], [100.0], ([[50.0]] * 4, [[100.0]] * 4), "none")
    >>> round(float(k[0]), 1), round(float(n[0]), 1)
    (50.0, 100.0)
    """
    k, n = np.asarray(hits, dtype=float), np.asarray(trials, dtype=float)
    rate = _rates(k, n)
    sampling = rate * (1 - rate) / np.maximum(n, 1)
    between = _between(*refits, centring)
    z = -ndtri((1 - confidence()) / 2)
    total = (sampling + between) * (_quantile(sampling, between, np.shape(refits[0])[0]) / z) ** 2
    share = sampling / total
    return k * share, n * share


def widened(distance: float, values: Floats) -> float:
    """Return the distance of a figure to its bound, with the variation of the figure between K refits, shape (K,).

    The distance comes from the tested rows alone. It stays if the figure is undefined in a refit.

    >>> round(widened(0.0, np.array([0.7, 0.72, 0.74])), 3), round(widened(0.1, np.full(4, 0.7)), 3)
    (0.086, 0.1)
    """
    if len(values) < 2 or not np.isfinite(values).all():
        return distance
    z = float(-ndtri((1 - confidence()) / 2))
    sampling, between = np.asarray((distance / z) ** 2), np.asarray(values.var(ddof=1))
    if sampling + between < _NOTHING:
        return distance
    return float(_quantile(sampling, between, len(values)) * np.sqrt(sampling + between))


def _between(hits: ArrayLike, trials: ArrayLike, centring: Centring) -> Floats:
    """Return the variance of each group's rate between refits, shape (groups,)."""
    rates = _rates(hits, trials)
    groups = rates.shape[-1]
    moved = np.log(rates) if centring == "ratio" else rates
    share = 1.0
    if centring != "none":
        moved, share = moved - moved.mean(axis=-1, keepdims=True), (groups - 1) / groups
    variance = moved.var(axis=0, ddof=1) / max(share, 1 / 2)
    return np.asarray(variance * rates.mean(axis=0) ** 2 if centring == "ratio" else variance)


def _quantile(sampling: Floats, between: Floats, refits: int) -> Floats:
    """Return the quantile of t with Satterthwaite's degrees of freedom; the normal one if refits do not differ."""
    total = sampling + between
    share = np.divide(between, total, out=np.zeros_like(total), where=total > 0)
    return np.asarray(student_t.ppf(0.5 + confidence() / 2, (refits - 1) / np.maximum(share, _NOTHING) ** 2))


def _rates(hits: ArrayLike, trials: ArrayLike) -> Floats:
    """Return rates that are never 0 or 1, so that each has a logarithm and a variance."""
    return np.asarray((np.asarray(hits, dtype=float) + 0.5) / (np.asarray(trials, dtype=float) + 1))


def _t(refits: int) -> float:
    return float(student_t.ppf(0.5 + confidence() / 2, refits - 1))
