"""The interval of a difference of two rates of the same rows, such as a classifier's rate before and after."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from core.audit.statistics.intervals import Bounds, Floats, wilson


def paired_difference(both: ArrayLike, gained: ArrayLike, lost: ArrayLike, neither: ArrayLike) -> Bounds:
    """Compute Newcombe's interval of after minus before, ``(gained - lost) / n`` (Newcombe 1998, paired, method 10).

    Wilson's bounds of the two rates are combined with the correlation phi of the pairs, which is corrected towards 0
    where it is positive. Fagerland, Lydersen and Laake (2014) recommend it ("square-and-add"). Where ``n`` is 0 the
    bounds are NaN.

    Args:
        both: Rows that have the property before and after, any shape.
        gained: Rows that have it only after, the same shape.
        lost: Rows that have it only before.
        neither: Rows that never have it.

    >>> low, high = paired_difference(14, 0, 5, 22)
    >>> round(float(low), 3), round(float(high), 3)
    (-0.226, -0.011)
    """
    a, b, c, d = (np.asarray(part, dtype=float) for part in (both, gained, lost, neither))
    n = a + b + c + d
    phi = _corrected_phi(a, b, c, d)
    with np.errstate(divide="ignore", invalid="ignore"):
        after, before = (a + b) / n, (a + c) / n
    (low_after, high_after), (low_before, high_before) = wilson(a + b, n), wilson(a + c, n)
    value = after - before
    return (
        value - _combined(after - low_after, high_before - before, phi),
        value + _combined(high_after - after, before - low_before, phi),
    )


def _combined(x: Floats, y: Floats, phi: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(x * x + y * y - 2 * phi * x * y, 0)))


def _corrected_phi(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    product = (a + b) * (c + d) * (a + c) * (b + d)
    cross = a * d - b * c
    n = a + b + c + d
    corrected = np.where(cross > 0, np.maximum(cross - n / 2, 0), cross)
    return np.asarray(np.divide(corrected, np.sqrt(product), out=np.zeros(product.shape), where=product > 0))
