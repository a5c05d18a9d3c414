"""Multiplicity-adjusted levels: the level of each pair of groups so that the extreme over all pairs keeps its coverage.

A bound of ``DPR = min r_ij`` refutes a value ``t`` if some pair's own bound lies below ``t``. Its error is at most the
sum of the pairs' errors (Bonferroni) at the worst true rates whose least ratio is ``t``. The errors are convex in the
log rates, so that the worst case is a corner: ``a`` of the G groups have the lowest rate, the others the highest. There
``a (G - a)`` ordered pairs have the ratio ``t``, as many ``1/t``, the others 1. With ``d = -log(t) / se`` their errors
are ``tail(z)``, ``tail(z + 2 d)`` and ``tail(z + d)``. Near parity (d = 0) all pairs count, and z is Bonferroni's over
all ordered pairs. A few standard errors away only the first count, and z is smaller. Differences: ``d = t / se``.

This bound gets all of ``1 - level`` wherever the bound on the other side can hardly miss. That is the case if two or
more pairs can have the ratio ``t`` (all of them would have to miss). For a single pair it is the case within two
standard errors of parity (its interval would have to miss both ``t`` and ``1/t`` and lie between them). Beyond, the two
bounds of a single pair share ``1 - level``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, rounded_quantile

_DISTANCES = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
_SAFETY = 0.21  # subtracted from the quantile, because the standard error is an estimate


@dataclass(frozen=True, slots=True)
class Step:
    """The normal quantile of a pair's bound for values in a range of distances from parity.

    Args:
        start: Least distance from parity, in standard errors.
        end: Greatest distance; infinite for the last step.
        z: The quantile.
    """

    start: float
    end: float
    z: float


@lru_cache(maxsize=256)
def adjusted_levels(groups: int, families: int, level: float = DEFAULT_CONFIDENCE) -> tuple[Step, ...]:
    """Return the quantiles for every distance from parity, from 0 outwards.

    Args:
        groups: Groups compared, at least 2.
        families: Families of rates over which the extreme runs, e.g. 2 for EOR.
        level: Coverage of the extreme.

    >>> [(step.start, round(step.z, 2)) for step in adjusted_levels(2, 2)][::3]
    [(0.0, 2.24), (1.0, 1.96), (3.0, 1.96)]
    """
    single_pair = groups * families == 2
    single_pair_start = rounded_quantile(level) - _SAFETY  # 1.75 standard errors from parity for .95
    corners = np.arange(1, groups // 2 + 1)
    across = corners * (groups - corners)
    within = groups * (groups - 1) - 2 * across

    def excess(z: float, distance: float) -> float:
        errors = across * (ndtr(-z) + ndtr(-z - 2 * distance)) + within * ndtr(-z - distance)
        return float(families * errors.max() - (1 - level))

    starts = [one for one in _DISTANCES if not single_pair or one < single_pair_start]
    quantiles = [float(brentq(excess, 0, 20, args=(start,))) for start in starts]
    if single_pair:
        starts, quantiles = [*starts, single_pair_start], [*quantiles, float(-ndtri((1 - level) / 2))]
    return tuple(map(Step, starts, [*starts[1:], inf], quantiles))


def level_of(z: float) -> float:
    """Return the two-sided coverage that belongs to a normal quantile: .95 for 1.96."""
    return float(1 - 2 * ndtr(-z))
