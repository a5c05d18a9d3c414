"""Intervals of the difference of two rates of the same people: before and after."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from core.audit.statistics.intervals import Bounds, Floats, wilson


def paired_difference(both: ArrayLike, gained: ArrayLike, lost: ArrayLike, neither: ArrayLike) -> Bounds:
    """Compute the interval of ``(gained - lost) / n``, after minus before (Newcombe 1998, paired data, method 10).

    Two Wilson intervals are combined with the correlation phi of the pairs, which is corrected for continuity where it
    is positive. The level is that of the audit.

    Args:
        both: People selected before and after, any shape.
        gained: People selected after only.
        lost: People selected before only.
        neither: People selected neither time.

    Returns:
        Lower and upper bounds in [-1, 1]; NaN where there is nobody.

    >>> low, high = paired_difference(36, 12, 2, 0)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0569, 0.3404)
    """
    e, f, g, h = (np.asarray(part, dtype=float) for part in (both, gained, lost, neither))
    n = e + f + g + h
    with np.errstate(divide="ignore", invalid="ignore"):
        after, before = (e + f) / n, (e + g) / n
        product = (e + f) * (g + h) * (e + g) * (f + h)
        covariance = e * h - f * g
        covariance = np.where(covariance > 0, np.maximum(covariance - n / 2, 0), covariance)
        phi = np.where(product > 0, covariance / np.sqrt(np.maximum(product, 1)), 0.0)
    (low1, high1), (low2, high2) = wilson(e + f, n), wilson(e + g, n)

    def half(first: Floats, second: Floats) -> Floats:
        return np.asarray(np.sqrt(np.maximum(first**2 - 2 * phi * first * second + second**2, 0)))

    difference = after - before
    return difference - half(after - low1, high2 - before), difference + half(high1 - after, before - low2)
