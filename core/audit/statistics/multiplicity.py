"""At what level each pair of groups may speak, if the extreme over all of them shall err in 5 % of samples only.

A bound of ``DPR = min r_ij`` refutes a value ``t`` if some pair's own bound lies below ``t``. It errs at most as often
as the pairs' bounds do, added up (Bonferroni) at the worst true rates whose least ratio is ``t``. The errors are convex
in the log rates, so the worst is a corner: ``a`` of the G groups at the lowest rate, the others at the highest. There
``a (G - a)`` ordered pairs have the ratio ``t``, as many ``1/t``, the others 1. With ``d = -log(t) / se`` these err by
``tail(z)``, ``tail(z + 2 d)`` and ``tail(z + d)``. Near parity (d = 0) all count, and z is Bonferroni's over all
ordered pairs; a few standard errors away only the first do, and z is smaller. Differences alike, with ``d = t / se``.

All of ``1 - level`` goes to this bound wherever the bound on the other side can hardly miss: where two or more pairs
can have the ratio ``t`` (all of them would have to be missed), and, of a single pair, within two standard errors of
parity (its interval would have to miss both ``t`` and ``1/t`` and lie between them). Beyond, a single pair's two bounds
share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, table_quantile

_DISTANCES = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
_SHORT = 0.21  # a pair counts as apart this far short of the quantile, because the standard error is itself estimated


@dataclass(frozen=True, slots=True)
class Step:
    """Which normal quantile a pair's bound may use against values of some distance from parity.

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
    """The quantiles for every distance from parity, from 0 outwards.

    Args:
        groups: Groups compared, at least 2.
        families: Families of rates over which the extreme runs, e.g. 2 for EOR.
        level: Coverage wanted.

    >>> [(step.start, round(step.z, 2)) for step in adjusted_levels(2, 2)][::3]
    [(0.0, 2.24), (1.0, 1.96), (3.0, 1.96)]
    """
    alone = groups * families == 2
    apart = table_quantile(level) - _SHORT  # 1.75 standard errors from parity for .95
    corners = np.arange(1, groups // 2 + 1)
    across = corners * (groups - corners)
    within = groups * (groups - 1) - 2 * across

    def excess(z: float, distance: float) -> float:
        errors = across * (ndtr(-z) + ndtr(-z - 2 * distance)) + within * ndtr(-z - distance)
        return float(families * errors.max() - (1 - level))

    starts = [one for one in _DISTANCES if not alone or one < apart]
    quantiles = [float(brentq(excess, 0, 20, args=(start,))) for start in starts]
    if alone:
        starts, quantiles = [*starts, apart], [*quantiles, float(-ndtri((1 - level) / 2))]
    return tuple(map(Step, starts, [*starts[1:], inf], quantiles))


def level_of(z: float) -> float:
    """The two-sided coverage that belongs to a normal quantile: .95 for 1.96."""
    return float(1 - 2 * ndtr(-z))
