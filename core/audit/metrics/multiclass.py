"""Targets with more than two values: the quality of predictions over all classes, by class and by group.

Every protocol has figures for one class counted as positive. These add all classes: a gap may exist in a class other
than the positive one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, degenerate, sentence
from core.audit.metrics.declarations.performance import ACCURACY as ACCURACY_RATE
from core.audit.metrics.declarations.rates import FPR, SELECTION_RATE, TPR
from core.audit.metrics.formulas import Disparity, Rate, rates, share
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confusion import count
from core.data.compared_groups import ComparedGroups
from core.data.groups import GroupedFrame, Grouping

Names = NDArray[np.object_]
ACCURACY, GAP = "multiclass_accuracy", "multiclass_accuracy_difference"
_WORST: dict[str, tuple[Rate, ...]] = {
    "worst_class_demographic_parity_ratio": (SELECTION_RATE,),
    "worst_class_equalized_odds_ratio": (TPR, FPR),
}


def records(truth: Names, predicted: Names, rows: GroupedFrame, tag: Tag) -> list[Record]:
    """Return every figure over all classes: `overall_records`, and for each attribute `group_records`."""
    result = overall_records(truth, predicted, tag)
    for name, grouping in rows.groupings.items():
        one = Tag(tag.source, tag.protocol, name, seed=tag.seed, split=tag.split)
        result += group_records(truth, predicted, grouping, one, minimum=rows.schema.min_group_size)
    return result


def overall_records(truth: Names, predicted: Names, tag: Tag) -> list[Record]:
    """Return accuracy over all classes, macro F1 and the worst class's recall, for targets with more than two values.

    Classes without hold-out rows are left out. The recall of each class is a record of its own, with the class as
    ``positive``.

    Args:
        truth: True classes, shape (n,), n at least 1.
        predicted: Predicted classes, shape (n,).
        tag: Source, protocol, seed and split.
    """
    classes = sorted(set(truth))
    recalls, scores = {}, []
    for name in classes:
        tp, fn = int(((truth == name) & (predicted == name)).sum()), int(((truth == name) & (predicted != name)).sum())
        fp = int(((truth != name) & (predicted == name)).sum())
        recalls[name] = share(tp, tp + fn)
        scores.append(2 * tp / (2 * tp + fp + fn))
    worst = min(classes, key=lambda name: recalls[name].value or 0.0)
    plain = Tag(tag.source, tag.protocol, seed=tag.seed, split=tag.split)
    return [
        plain.record(ACCURACY, share(int((truth == predicted).sum()), len(truth))),
        plain.record("macro_f1", Estimate(float(np.mean(scores)), n=len(truth))),
        plain.record("worst_class_recall", recalls[worst]),
        *(replace(plain, positive=name).record("class_recall", recalls[name]) for name in classes),
    ]


def group_records(truth: Names, predicted: Names, grouping: Grouping, tag: Tag, *, minimum: int) -> list[Record]:
    """Return the accuracy over all classes by group and how far apart groups are, and the classes' least DPR and EOR.

    Accuracy by group has Wilson's interval. Its difference (greatest minus least over groups that are large enough, 0
    to 1) has Newcombe's, simultaneous over pairs of groups. DPR and EOR are computed for each class against the rest,
    and the least over classes is given. Its note names the class. Its interval is that class's own and does not account
    for the choice of the least.

    Args:
        truth: True classes, shape (n,), n at least 1.
        predicted: Predicted classes, shape (n,).
        grouping: The groups of the rows.
        tag: Source, protocol, attribute, seed and split.
        minimum: Groups with fewer rows are left out of minima and maxima.
    """
    correct = (truth == predicted).astype(np.int8)
    counts = count(np.ones_like(correct), correct, grouping)
    degenerate_reason = _flaw(truth, predicted)
    by_group = rates(counts.tp, counts.n, minimum=minimum, sizes=counts.n)
    gap = Disparity("difference", (ACCURACY_RATE,)).over_groups(counts.subset(counts.n >= minimum))
    figures = {GAP: gap} | {
        metric: _least(truth, predicted, grouping, minimum, rates_compared) for metric, rates_compared in _WORST.items()
    }
    left_out = ComparedGroups(minimum).note(counts.names, counts.n)
    return [
        *(
            tag.record(ACCURACY, _mark_degenerate(one, degenerate_reason), group=name)
            for name, one in zip(counts.names, by_group, strict=True)
        ),
        *(
            tag.record(metric, _mark_degenerate(replace(one, note=sentence(one.note, left_out)), degenerate_reason))
            for metric, one in figures.items()
        ),
    ]


def _least(
    truth: Names, predicted: Names, grouping: Grouping, minimum: int, rates_compared: tuple[Rate, ...]
) -> Estimate:
    """Return the least ratio of any class against the rest, among classes where it is defined."""
    result = {}
    for name in sorted(set(truth)):
        counts = count((truth == name).astype(np.int8), (predicted == name).astype(np.int8), grouping)
        result[name] = Disparity("ratio", rates_compared).over_groups(counts.subset(counts.n >= minimum))
    known = {name: one for name, one in result.items() if one.value is not None}
    if not known:
        return next(iter(result.values()))
    worst = min(known, key=lambda name: known[name].value or 0.0)
    lacking = len(result) - len(known)
    without = f"It is undefined for {lacking} of {len(result)} classes." if lacking else ""
    one = known[worst]
    return replace(one, note=sentence(f"Worst class: {worst!r}.", one.note, without))


def _flaw(truth: Names, predicted: Names) -> str:
    """Return why the predictions are no better than a constant; empty if they are better."""
    majority_share = max(int((truth == name).sum()) for name in set(truth)) / len(truth)
    low = float(intervals.wilson((truth == predicted).sum(), len(truth))[0])
    if low > majority_share:
        return ""
    return (
        f"Degenerate: not measurably better than a constant prediction: the interval of accuracy over all classes "
        f"begins at {low:.3f}, the constant has {majority_share:.3f}."
    )


def _mark_degenerate(one: Estimate, degenerate_reason: str) -> Estimate:
    return degenerate(one, degenerate_reason) if degenerate_reason else one
