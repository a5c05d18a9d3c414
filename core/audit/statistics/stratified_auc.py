"""The AUC within strata: how often a row of one class scores higher than one of the other, among rows of one stratum.

Strata are weighted by ``n m / (n + m + 1)`` for n and m rows of the two classes (van Elteren 1960), and those without
rows of both are left out. The variance of a stratum is DeLong's. With fewer than 10 rows of one class it is that of
equal distributions, ``(n + m + 1) / (12 n m)``, since DeLong's is 0 or undefined by chance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from core.audit.statistics.confidence import rounded_quantile
from core.audit.statistics.intervals import auc_error

LEAST_OF_DELONG = 10
_CLOSEST = 1e-6


def stratified_auc(
    labels: NDArray[np.integer],
    scores: NDArray[np.floating],
    strata: NDArray[np.integer],
    level: float | None = None,
) -> tuple[float, float, float]:
    """Return the AUC within strata, and an interval on the logit scale; NaN if no stratum has both classes.

    Args:
        labels: 0 or 1, shape (n,).
        scores: Higher means 1, shape (n,).
        strata: Stratum of each row, shape (n,).
        level: Coverage.

    >>> stratified_auc(np.array([0, 1, 0, 1]), np.array([0.1, 0.2, 0.8, 0.9]), np.array([0, 0, 1, 1]))[0]
    1.0
    """
    values, variances, weights = [], [], []
    for stratum in np.unique(strata):
        rows = strata == stratum
        positive = int(labels[rows].sum())
        negative = int(rows.sum()) - positive
        if not positive or not negative:
            continue
        value, error, _ = auc_error(labels[rows], scores[rows])
        few = min(positive, negative) < LEAST_OF_DELONG
        values.append(value)
        variances.append((positive + negative + 1) / (12 * positive * negative) if few else error**2)
        weights.append(positive * negative / (positive + negative + 1))
    if not values:
        return float("nan"), float("nan"), float("nan")
    shares = np.asarray(weights) / np.sum(weights)
    mean = float(shares @ values)
    error = float(np.sqrt(np.square(shares) @ variances))
    inner = min(max(mean, _CLOSEST), 1 - _CLOSEST)
    step = rounded_quantile(level) * error / (inner * (1 - inner))
    return mean, min(float(expit(logit(inner) - step)), mean), max(float(expit(logit(inner) + step)), mean)
