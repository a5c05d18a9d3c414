"""Predictive performance over all rows."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit.metrics import names
from core.audit.metrics.declaration import Metric, Over, Place
from core.audit.metrics.declarations.rates import TNR, TPR
from core.audit.metrics.formulas import Ranking, Rate, Score
from core.audit.metrics.shares import divide
from core.audit.statistics import intervals
from core.audit.statistics.confusion import GroupCounts
from core.audit.statistics.intervals import Bounds, Floats
from core.data.weights import Weights

ACCURACY: Final = Rate(lambda c: c.tp + c.tn, lambda c: c.n, "accuracy")
RECALL: Final = Rate(lambda c: c.tp, lambda c: c.tp + c.fn, "recall", "no {row} has the positive outcome")

_JACCARD: Final = Rate(lambda c: c.tp, lambda c: c.tp + c.fp + c.fn, "hits among all positives, true or predicted")


def _balanced(counts: GroupCounts) -> Floats:
    """Return the mean of the recalls of both outcomes."""
    return (divide(counts.tp, counts.tp + counts.fn) + divide(counts.tn, counts.tn + counts.fp)) / 2


def _balanced_bounds(counts: GroupCounts) -> Bounds:
    return intervals.balanced_accuracy(*TPR.counts(counts), *TNR.counts(counts))


def _f1(counts: GroupCounts) -> Floats:
    """Return the harmonic mean of precision and recall: ``2 tp / (2 tp + fp + fn)``."""
    return divide(np.asarray(2 * counts.tp), np.asarray(2 * counts.tp + counts.fp + counts.fn))


def _auc(labels: NDArray[np.int8], scores: NDArray[np.float64], weights: Weights | None) -> tuple[float, float, float]:
    return intervals.auc(labels, scores, weights=weights)


def _f1_bounds(counts: GroupCounts) -> Bounds:
    hits, trials = _JACCARD.counts(counts)
    return intervals.f1(hits, trials - hits, 0)


BALANCED_ACCURACY: Final = Score(_balanced, _balanced_bounds, "mover wilson", "the rows have only one outcome")

PERFORMANCE: Final = (
    Metric(
        names.ACCURACY,
        "accuracy",
        "Share of correct predictions.",
        "An always-the-same guess can score high: compare with it.",
        ideal="1",
        formula=ACCURACY,
        over=(Over.GROUPS, Over.ROWS),
        headline=True,
        paired=True,
        places=(Place.UTILITY,),
    ),
    Metric(
        names.BALANCED_ACCURACY,
        "balanced accuracy",
        "Mean of the shares of correct predictions among positives and among negatives; an always-the-same guess "
        "scores 0.5.",
        ideal="1",
        formula=BALANCED_ACCURACY,
        headline=True,
        paired=True,
        places=(Place.UTILITY,),
    ),
    Metric(
        "auc",
        "ranking (AUC)",
        "Probability that a positive row gets a higher score than a negative one (area under the ROC curve); guessing "
        "scores 0.5.",
        ideal="1",
        formula=Ranking(_auc, "delong", "the rows have only one outcome"),
        headline=True,
        paired=True,
        places=(Place.UTILITY,),
    ),
    Metric(
        "brier",
        "Brier score",
        "Mean squared difference of probability and outcome; 0.25 is what always saying one half gets.",
        "It falls with rare outcomes too; compare models on the same rows.",
        ideal="0",
        interval="t",
    ),
    Metric(
        "calibration_in_the_large",
        "outcome minus score",
        "Share with the outcome minus the mean score (calibration in the large). Above 0, the scores are too low.",
        "Scores can be right on average and wrong for single people.",
        ideal="0",
        bounds=(-1.0, 1.0),
        interval="t",
    ),
    Metric(
        "expected_calibration_error",
        "calibration error (ECE)",
        "Mean distance of the share with the outcome and the mean score, in ten bins of the score with equally many "
        "rows (expected calibration error, ECE).",
        "It is above 0 even where every probability is right: compare it with its chance limit.",
        ideal="0",
    ),
    Metric(
        "expected_calibration_error_null_p90",
        "ECE chance limit",
        "If every probability were right, nine of ten samples of these rows would show a calibration error below this "
        "value (90th percentile of simulated outcomes).",
        "A calibration error below it is compatible with right probabilities; it does not prove them.",
    ),
    Metric(
        "recall",
        "recall",
        "Of the rows that are positive, the share predicted positive.",
        ideal="1",
        formula=RECALL,
        over=(Over.ROWS,),
    ),
    Metric(
        "f1",
        "F1",
        "Harmonic mean of precision and recall (F1 score).",
        "It depends on which outcome is called positive.",
        ideal="1",
        formula=Score(
            _f1,
            _f1_bounds,
            "wilson, transformed",
            "no row is positive and none is predicted positive",
        ),
    ),
)
