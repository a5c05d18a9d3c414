"""How good predictions are, and whether they are any better than always answering the same.

A prediction row is *degenerate* when all predictions are one class, or when the lower bound of accuracy is not above
the constant predictor's accuracy and the lower bound of balanced accuracy is at most .55. Both must fail: on a rare
outcome a useful classifier may not beat the constant's accuracy, and near even base rates a weak one may beat it by
luck.
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
    """Accuracy of always answering the more frequent outcome of these rows, .5 to 1."""
    positives = int((counts.tp + counts.fn).sum())
    return max(positives, int(counts.n.sum()) - positives) / int(counts.n.sum())


def flaw(counts: GroupCounts) -> str:
    """Why the predictions are degenerate (see the module), or nothing."""
    selected = int((counts.tp + counts.fp).sum())
    if selected in (0, int(counts.n.sum())):
        return "Degenerate: every row gets the same prediction."
    right, balanced = overall("accuracy", counts), overall("balanced_accuracy", counts)
    floor = constant_accuracy(counts)
    if right.low is not None and right.low <= floor and (balanced.low is None or balanced.low <= BALANCED_FLOOR):
        beside = "" if balanced.low is None else f" and that of balanced accuracy at {balanced.low:.3f}"
        return (
            f"Degenerate: not measurably better than a constant prediction: the interval of accuracy begins at "
            f"{right.low:.3f}{beside}, the constant has {floor:.3f} and .500."
        )
    return ""


def overall(metric: str, counts: GroupCounts) -> Estimate:
    """A declared figure over all rows that needs their counts only, e.g. ``accuracy``."""
    return OVERALL[metric].overall(Predictions(counts, _NO_LABELS, _NO_SCORES))


def utility_records(predictions: Predictions, tag: Tag, flawed: str) -> list[Record]:
    """Every declared figure over all rows of one set of predictions in one polarity.

    Args:
        predictions: Counts, labels and scores in this polarity.
        tag: Where the predictions come from.
        flawed: The answer of `flaw`.
    """
    found = {name: formula.overall(predictions) for name, formula in OVERALL.items()}
    return [tag.record(name, degenerate(one, flawed) if flawed else one) for name, one in found.items()]
