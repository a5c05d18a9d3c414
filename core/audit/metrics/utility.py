"""Utility: the quality of predictions, and whether they are better than those of a constant predictor.

A set of predictions is *degenerate* if all predictions are one class, or if the lower bound of accuracy is not above
the constant predictor's accuracy and the lower bound of balanced accuracy is at most .55. Both must fail: if an outcome
is rare, a useful classifier may not exceed the constant's accuracy; if base rates are near one half, a weak one may
exceed it by chance.
"""

from __future__ import annotations

import numpy as np

from core.audit.estimate import Estimate, Tag, degenerate
from core.audit.metrics.catalog import OVERALL
from core.audit.metrics.formulas import Predictions
from core.audit.records import Record
from core.audit.statistics.confusion import GroupCounts

BALANCED_FLOOR = 0.55
_NO_LABELS, _NO_SCORES = np.zeros(0, dtype=np.int8), np.zeros(0)


def constant_accuracy(counts: GroupCounts) -> float:
    """Return the accuracy of always predicting the more frequent outcome of these rows, .5 to 1."""
    positives, total = float((counts.tp + counts.fn).sum()), float(counts.n.sum())
    return max(positives, total - positives) / total


def degenerate_reason(counts: GroupCounts) -> str:
    """Return why the predictions are degenerate (see the module); empty if they are not."""
    if not (counts.tp + counts.fp).any() or not (counts.tn + counts.fn).any():
        return "Degenerate: every row gets the same prediction."
    right, balanced = overall("accuracy", counts), overall("balanced_accuracy", counts)
    floor = constant_accuracy(counts)
    if right.low is not None and right.low <= floor and (balanced.low is None or balanced.low <= BALANCED_FLOOR):
        suffix = (
            ""
            if balanced.low is None
            else f", and that of balanced accuracy at {balanced.low:.3f}, not above {BALANCED_FLOOR:.3f}"
        )
        return (
            f"Degenerate: not measurably better than a constant prediction: the interval of accuracy begins at "
            f"{right.low:.3f}, not above the constant's {floor:.3f}{suffix}."
        )
    return ""


def overall(metric: str, counts: GroupCounts) -> Estimate:
    """Return a declared figure over all rows that needs only their counts, e.g. ``accuracy``."""
    return OVERALL[metric].overall(Predictions(counts, _NO_LABELS, _NO_SCORES))


def utility_records(predictions: Predictions, tag: Tag, degenerate_reason: str) -> list[Record]:
    """Return every declared figure over all rows of one set of predictions in one polarity.

    Args:
        predictions: Counts, labels and scores in this polarity.
        tag: Where the predictions come from.
        degenerate_reason: The answer of `degenerate_reason`.
    """
    figures = {name: formula.overall(predictions) for name, formula in OVERALL.items()}
    return [
        tag.record(name, degenerate(one, degenerate_reason) if degenerate_reason else one)
        for name, one in figures.items()
    ]
