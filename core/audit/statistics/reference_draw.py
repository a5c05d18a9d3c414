"""What the draw of the reference rows adds to the interval of a share of points nearer to train than to hold-out rows.

All points whose nearest reference row is the same row lie on the same side, so they are no independent trials: with
other reference rows they would all change. The share is ``T / (T + H)``, where T adds up, over the train rows, for how
many points each is the nearest reference row, and H does so over the hold-out rows. Both are sums over independently
drawn rows, so the variance is that of a ratio of two samples (Cochran 1977, sec. 6.4):
``m ((1 - p)^2 var_T + p^2 var_H) / n^2`` with m rows of each kind, n points and the variances of the rows' counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audit.statistics.intervals import Floats


def effective_points(
    hits: Floats, nearest_train: NDArray[np.intp], nearest_holdout: NDArray[np.intp], references: int
) -> float:
    """Return with how many independent points the share would vary as much as it does with points and reference rows.

    Args:
        hits: 1 where a point is nearer to a train row, 0 where to a hold-out row, .5 if equal; shape (n,).
        nearest_train: Position of each point's nearest train row, shape (n,).
        nearest_holdout: Position of its nearest hold-out row, shape (n,).
        references: Number m of train rows and of hold-out rows, at least 1.

    Returns:
        At most n. Where all points lie on one side, the size of a sample with equal counts of the nearest rows (Kish).
    """
    n, share = len(hits), float(hits.mean())
    train = np.bincount(nearest_train, weights=hits, minlength=references)
    holdout = np.bincount(nearest_holdout, weights=1 - hits, minlength=references)
    if share in (0.0, 1.0) or references < 2:
        return float(n**2 / ((train**2).sum() + (holdout**2).sum()))
    variance = references * ((1 - share) ** 2 * train.var(ddof=1) + share**2 * holdout.var(ddof=1)) / n**2
    return float(min(share * (1 - share) / variance, n)) if variance > 0 else float(n)
