"""The smallest gap between groups that a test would find, from the numbers of rows alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from core.audit.statistics.confidence import confidence
from core.audit.statistics.extremes import greatest_error
from core.audit.statistics.multiplicity import adjusted_levels

POWER = 0.8


def detectable_difference(
    families: Sequence[tuple[ArrayLike, ArrayLike]],
    level: float | None = None,
    power: float = POWER,
    correlations: Sequence[NDArray[np.float64]] | None = None,
) -> float:
    """Return the smallest difference of two groups' rates that `extremes.max_difference` would find.

    It is found if the lower bound is above 0. The two groups are those whose difference has the largest standard error
    of any pair in any family, so that every other pair would show a smaller gap too. All groups have the pooled rate in
    the standard error, and the quantile is that of the pairs together where no pair differs (Fleiss, Levin and Paik
    2003, sec. 4.2, without the continuity correction).

    Args:
        families: For each family successes and trials, shape (groups,), at least 2 groups; fractions are allowed.
        level: Coverage of the interval.
        power: In which share of samples the gap is found.
        correlations: For each family those of the groups' rates, shape (groups, groups); by default none.

    Returns:
        The difference, at most 1.

    >>> round(detectable_difference([([50, 50], [100, 100])]), 3)
    0.198
    """
    level = confidence() if level is None else level
    z = adjusted_levels(np.shape(families[0][0])[-1], len(families), level)[0].z
    errors = []
    for place, (hits, trials) in enumerate(families):
        k, n = np.asarray(hits, dtype=float), np.asarray(trials, dtype=float)
        rate = (k.sum() + 0.5) / (n.sum() + 1)
        correlation = np.eye(len(n)) if correlations is None else correlations[place]
        errors.append(float(greatest_error(rate * (1 - rate) / np.maximum(n, 1), correlation)))
    return min((z + float(ndtri(power))) * max(errors), 1.0)
