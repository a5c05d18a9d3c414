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

Floats = NDArray[np.float64]


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
    size = n + m
    total = float((n * m / size).sum())
    rows, others = round(float(n.sum())), round(float(m.sum()))
    if total == 0:
        return RiskDifference(np.nan, np.nan, np.nan, 0, rows, others)
    value = float(((b * n - a * m) / size).sum()) / total
    p, q = _sato(b, m, a, n)
    if q == 0:
        return RiskDifference(value, np.nan, np.nan, int(both.sum()), rows, others)
    z2 = float(ndtri((1 + level) / 2)) ** 2
    middle = value + z2 * p / (2 * total**2)
    reach = float(np.sqrt(max(middle**2 - value**2 + z2 * q / total**2, 0.0)))
    return RiskDifference(value, max(middle - reach, -1.0), min(middle + reach, 1.0), int(both.sum()), rows, others)


def _sato(x1: Floats, n1: Floats, x0: Floats, n0: Floats) -> tuple[float, float]:
    """Return P and Q of Sato's variance of the difference ``x1 / n1 - x0 / n0``, summed over the strata."""
    size = n1 + n0
    p = (n1**2 * x0 - n0**2 * x1 + n1 * n0 * (n0 - n1) / 2) / size**2
    q = (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2 * size)
    return float(p.sum()), float(q.sum())
