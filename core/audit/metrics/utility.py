"""How good predictions are, and whether they are any better than always answering the same.

A prediction row is *degenerate* when all predictions are one class, or when the lower bound of accuracy is not above
the constant predictor's accuracy and the lower bound of balanced accuracy is at most .55. Both must fail: on a rare
outcome a useful classifier may not beat the constant's accuracy, and near even base rates a weak one may beat it by
luck.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, degenerate, estimate, undefined
from core.audit.metrics.fairness import GroupCounts
from core.audit.records import Record
from core.audit.statistics import intervals

BALANCED_FLOOR = 0.55


def accuracy(counts: GroupCounts) -> Estimate:
    """Share of right predictions, 0 to 1."""
    hits, n = int((counts.tp + counts.tn).sum()), int(counts.n.sum())
    return _rate(hits, n, "there are no rows")


def recall(counts: GroupCounts) -> Estimate:
    """Share of the positive rows predicted positive, 0 to 1."""
    return _rate(int(counts.tp.sum()), int((counts.tp + counts.fn).sum()), "no row has the positive outcome")


def precision(counts: GroupCounts) -> Estimate:
    """Share of the rows predicted positive that are, 0 to 1."""
    return _rate(int(counts.tp.sum()), int((counts.tp + counts.fp).sum()), "no row is predicted positive")


def f1(counts: GroupCounts) -> Estimate:
    """Harmonic mean of precision and recall, 0 to 1: ``2 tp / (2 tp + fp + fn)``."""
    tp, fp, fn = (int(part.sum()) for part in (counts.tp, counts.fp, counts.fn))
    if tp + fp + fn == 0:
        return undefined("Undefined: no row is positive and none is predicted positive.", int(counts.n.sum()))
    low, high = intervals.f1(tp, fp, fn)
    return estimate(2 * tp / (2 * tp + fp + fn), float(low), float(high), "wilson, transformed", int(counts.n.sum()))


def balanced_accuracy(counts: GroupCounts) -> Estimate:
    """Mean of the recalls of both outcomes, 0 to 1; .5 for a constant predictor."""
    tp, tn = int(counts.tp.sum()), int(counts.tn.sum())
    positives, negatives = int((counts.tp + counts.fn).sum()), int((counts.tn + counts.fp).sum())
    if positives == 0 or negatives == 0:
        return undefined("Undefined: the rows have only one outcome.", int(counts.n.sum()))
    low, high = intervals.balanced_accuracy(tp, positives, tn, negatives)
    value = (tp / positives + tn / negatives) / 2
    return estimate(value, float(low), float(high), "mover wilson", int(counts.n.sum()))


def auc(labels: NDArray[np.int8], scores: NDArray[np.float64]) -> Estimate:
    """Area under the ROC curve, 0 to 1; .5 for a constant score (DeLong's interval)."""
    value, low, high = intervals.auc(labels, scores)
    return estimate(value, low, high, "delong", len(labels), why="the rows have only one outcome")


def _rate(hits: int, n: int, why: str) -> Estimate:
    low, high = intervals.wilson(hits, n)
    return estimate(hits / n if n else float("nan"), float(low), float(high), "wilson", n, why=why)


def constant_accuracy(counts: GroupCounts) -> float:
    """Accuracy of always answering the more frequent outcome of these rows, .5 to 1."""
    positives = int((counts.tp + counts.fn).sum())
    return max(positives, int(counts.n.sum()) - positives) / int(counts.n.sum())


def flaw(counts: GroupCounts) -> str:
    """Why the predictions are degenerate (see the module), or nothing."""
    selected = int((counts.tp + counts.fp).sum())
    if selected in (0, int(counts.n.sum())):
        return "Degenerate: every row gets the same prediction."
    right, balanced = accuracy(counts), balanced_accuracy(counts)
    floor = constant_accuracy(counts)
    if right.low is not None and right.low <= floor and (balanced.low is None or balanced.low <= BALANCED_FLOOR):
        beside = "" if balanced.low is None else f" and that of balanced accuracy at {balanced.low:.3f}"
        return (
            f"Degenerate: not measurably better than a constant prediction: the interval of accuracy begins at "
            f"{right.low:.3f}{beside}, the constant has {floor:.3f} and .500."
        )
    return ""


METRICS = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "precision": precision,
    "recall": recall,
    "f1": f1,
}


def utility_records(
    counts: GroupCounts, labels: NDArray[np.int8], scores: NDArray[np.float64], tag: Tag, flawed: str
) -> list[Record]:
    """Every utility figure of one set of predictions in one polarity.

    Args:
        counts: Confusion counts by group; here they are summed.
        labels: True outcomes in this polarity, shape (n,).
        scores: Scores for the outcome counted as positive, shape (n,).
        tag: Where the predictions come from.
        flawed: The answer of `flaw`.
    """
    found = {name: metric(counts) for name, metric in METRICS.items()} | {"auc": auc(labels, scores)}
    return [tag.record(name, degenerate(one, flawed) if flawed else one) for name, one in found.items()]
