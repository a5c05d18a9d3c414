"""Made people of groups with different chances, and a score that tells them with noise."""

import numpy as np

from core.audit.thresholds.repair import ScoredRows
from core.data.groups import Grouping

NAMES = ("a", "b", "c")


def rows(n=6000, seed=0, *, favours_positive=True, decimals=None):
    rng = np.random.default_rng(seed)
    codes = rng.choice(3, n, p=(0.5, 0.3, 0.2))
    odds = rng.normal(-0.6 + 0.6 * codes, 1.2, n)
    labels = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(np.int8)
    scores = 1 / (1 + np.exp(-(odds + rng.normal(0, 0.5, n))))
    if decimals is not None:
        scores = scores.round(decimals)
    grouping = Grouping(("group",), NAMES, codes.astype(np.int64))
    return ScoredRows(labels, scores, (scores >= 0.5).astype(np.int8), grouping, 30, favours_positive)
