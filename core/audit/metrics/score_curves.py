"""A score by group as tables: the ROC curve, the reliability curve, and how the scores are distributed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.metrics.calibration import reliability
from core.audit.metrics.score_quality import are_probabilities
from core.audit.thresholds.curves import Floats, ScoreCurve
from core.data.groups import Grouping

STEPS: Final = 20
MAX_POINTS: Final = 200


def roc(labels: NDArray[np.int8], scores: Floats) -> pd.DataFrame:
    """Return the ROC curve of some rows: ``threshold``, ``fpr`` and ``tpr``, from selecting nobody to everybody.

    The points are those of scikit-learn's ``roc_curve`` without dropping any. NaN where an outcome is missing.

    >>> roc(np.array([0, 1, 1, 0], np.int8), np.array([0.1, 0.4, 0.4, 0.8]))["tpr"].tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    curve = ScoreCurve.of(labels, scores)
    rows, positives = curve.rows[::-1], curve.positives[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        tpr = positives / curve.positives[0]
        fpr = (rows - positives) / (curve.rows[0] - curve.positives[0])
    return pd.DataFrame({"threshold": np.append(np.inf, curve.scores[::-1]), "fpr": fpr, "tpr": tpr})


def roc_table(labels: NDArray[np.int8], scores: Floats, grouping: Grouping) -> pd.DataFrame:
    """Return the ROC curve of every group, at most ``MAX_POINTS`` points each, evenly along the curve."""
    return _by_group(labels, scores, grouping, lambda y, s: _thinned(roc(y, s)))


def reliability_table(labels: NDArray[np.int8], scores: Floats, grouping: Grouping) -> pd.DataFrame:
    """Return the reliability curve of every group: a row a bin; empty if the scores are no probabilities."""
    if not are_probabilities(scores):
        return pd.DataFrame()
    return _by_group(labels, scores, grouping, _bins)


def share_table(labels: NDArray[np.int8], scores: Floats, grouping: Grouping) -> pd.DataFrame:
    """Return which share of each group has a score in each range; the ranges are the same for all groups."""
    low, high = float(scores.min()), float(scores.max())
    whole = high - low < STEPS and bool(np.all(scores == scores.round()))
    edges = np.arange(low - 0.5, high + 1) if whole else np.linspace(low, high if high > low else low + 1, STEPS + 1)

    def shares(_labels: NDArray[np.int8], mine: Floats) -> pd.DataFrame:
        counted = np.histogram(mine, edges)[0]
        return pd.DataFrame({"left": edges[:-1], "right": edges[1:], "share": counted / len(mine), "n": counted})

    return _by_group(labels, scores, grouping, shares)


def _bins(labels: NDArray[np.int8], scores: Floats) -> pd.DataFrame:
    found = reliability(labels, scores)
    names = ("low", "high", "score", "share", "share_low", "share_high", "n")
    return pd.DataFrame({name: getattr(found, name) for name in names})


def _thinned(points: pd.DataFrame) -> pd.DataFrame:
    """Return points at even steps along the curve, the first and the last among them."""
    if len(points) <= MAX_POINTS:
        return points
    along = (points["fpr"] + points["tpr"]).to_numpy()
    places = np.searchsorted(along, np.linspace(0, along[-1], MAX_POINTS)).clip(max=len(points) - 1)
    return points.iloc[np.unique([0, *places, len(points) - 1])]


def _by_group(
    labels: NDArray[np.int8],
    scores: Floats,
    grouping: Grouping,
    make: Callable[[NDArray[np.int8], Floats], pd.DataFrame],
) -> pd.DataFrame:
    parts = []
    for place, name in enumerate(grouping.names):
        mine = grouping.codes == place
        if mine.any():
            parts.append(make(labels[mine], scores[mine]).assign(group=name))
    return pd.concat(parts, ignore_index=True)
