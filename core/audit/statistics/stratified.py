"""The difference of two rates within strata, pooled over the strata: the Mantel-Haenszel risk difference.

With the rates ``a / n`` of one group and ``b / m`` of the other in each stratum, the estimate is
``sum w (b / m - a / n) / sum w`` with weights ``w = n m / (n + m)`` (Greenland and Robins 1985). A stratum without rows
of one of the two has weight 0. The variance is Sato's (1989), ``(d P + Q) / (sum w)^2`` at a difference ``d``, which
holds for few large strata as for many small ones. The bounds are the differences that a test with that variance does
not refute (Klingenberg 2014). There are none if within every stratum all rows have the same outcome.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from core.audit.statistics.design import widening
from core.data.replicates import Replicates

Floats = NDArray[np.float64]
Tables = tuple[Floats, Floats, Floats, Floats]


class RiskDifference(NamedTuple):
    """A difference within strata.

    ``value``, ``low``, ``high``: -1 to 1; NaN where they are undefined. ``strata``: strata with rows of both.
    ``rows`` and ``others``: rows of either in these strata.
    """

    value: float
    low: float
    high: float
    strata: int
    rows: int
    others: int


def risk_difference(a: ArrayLike, n: ArrayLike, b: ArrayLike, m: ArrayLike, level: float) -> RiskDifference:
    """Return the rate of the others minus that of the group, within strata.

    Args:
        a: Rows of the group with the outcome, by stratum, shape (strata,).
        n: Rows of the group, the same shape.
        b: Rows of the others with the outcome.
        m: Rows of the others.
        level: Coverage of the interval, 0 to 1.

    >>> found = risk_difference([35, 7], [50, 50], [40, 30], [40, 150], level=.95)
    >>> round(found.value, 3), found.strata
    (0.149, 2)
    """
    a, n, b, m = (np.asarray(part, dtype=float) for part in (a, n, b, m))
    both = (n > 0) & (m > 0)
    a, n, b, m = a[both], n[both], b[both], m[both]
    value, total = (float(part) for part in _pooled(a, n, b, m))
    rows, others = round(float(n.sum())), round(float(m.sum()))
    if total == 0:
        return RiskDifference(np.nan, np.nan, np.nan, 0, rows, others)
    p, q = _sato(b, m, a, n)
    if q == 0:
        return RiskDifference(value, np.nan, np.nan, int(both.sum()), rows, others)
    z2 = float(ndtri((1 + level) / 2)) ** 2
    middle = value + z2 * p / (2 * total**2)
    reach = float(np.sqrt(max(middle**2 - value**2 + z2 * q / total**2, 0.0)))
    return RiskDifference(value, max(middle - reach, -1.0), min(middle + reach, 1.0), int(both.sum()), rows, others)


def worth(counts: Tables, repeated: Tables, replicates: Replicates) -> float:
    """Return what all counts are multiplied by, so that the difference within strata varies as between replicates.

    Args:
        counts: ``a``, ``n``, ``b`` and ``m`` of `risk_difference`, each of shape (strata,).
        repeated: The same from each replicate weight, each of shape (R, strata).
        replicates: The replicate weights of these rows.
    """
    both = (counts[1] > 0) & (counts[3] > 0)
    a, n, b, m = (part[both] for part in counts)
    value, total = (float(part) for part in _pooled(a, n, b, m))
    if not total > 0:
        return 1.0
    values = _pooled(*(part[:, both] for part in repeated))[0]
    p, q = _sato(b, m, a, n)
    usual, found = (value * p + q) / total**2, float(replicates.variance(values, value))
    return usual / found / float(widening(replicates.degrees)) ** 2 if found > 0 and usual > 0 else 1.0


def _pooled(a: Floats, n: Floats, b: Floats, m: Floats) -> tuple[Floats, Floats]:
    """Return the difference, NaN where it is undefined, and the sum of its weights, each of shape (...)."""
    size = n + m
    safe = np.where(size > 0, size, 1.0)
    total = np.where(size > 0, n * m / safe, 0.0).sum(axis=-1)
    top = np.where(size > 0, (b * n - a * m) / safe, 0.0).sum(axis=-1)
    return np.divide(top, total, out=np.full(np.shape(total), np.nan), where=total > 0), total


def _sato(x1: Floats, n1: Floats, x0: Floats, n0: Floats) -> tuple[float, float]:
    """Return P and Q of Sato's variance of the difference ``x1 / n1 - x0 / n0``, summed over the strata."""
    size = n1 + n0
    p = (n1**2 * x0 - n0**2 * x1 + n1 * n0 * (n0 - n1) / 2) / size**2
    q = (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2 * size)
    return float(p.sum()), float(q.sum())
