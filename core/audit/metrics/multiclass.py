"""Targets with more than two values: the quality of predictions over all classes, by class and by group.

Every protocol has figures for one class counted as positive. These add all classes: a gap may exist in a class other
than the positive one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import SEVERITY, Estimate, Tag, degenerate, sentence, undefined
from core.audit.metrics.declarations.performance import ACCURACY as ACCURACY_RATE
from core.audit.metrics.declarations.rates import FPR, PRECISION, SELECTION_RATE, TPR
from core.audit.metrics.formulas import Disparity, Rate
from core.audit.records import Record
from core.audit.statistics.confusion import GroupCounts, count, single_group
from core.data.compared_groups import ComparedGroups
from core.data.groups import GroupedFrame, Grouping
from core.data.weights import Weights

Names = NDArray[np.object_]
ACCURACY, GAP = "multiclass_accuracy", "multiclass_accuracy_difference"
MACRO_RECALL = "macro_recall"
_BY_CLASS = {"class_selection_rate": SELECTION_RATE, "class_tpr": TPR, "class_precision": PRECISION}
_CLASS_GAPS = {
    "class_selection_rate_difference": Disparity("difference", (SELECTION_RATE,)),
    "class_tpr_difference": Disparity("difference", (TPR,)),
}
_WORST: dict[str, tuple[Rate, ...]] = {
    "worst_class_demographic_parity_ratio": (SELECTION_RATE,),
    "worst_class_equalized_odds_ratio": (TPR, FPR),
}


def records(truth: Names, predicted: Names, rows: GroupedFrame, tag: Tag) -> list[Record]:
    """Return every figure over all classes: `overall_records`, and for each attribute `group_records`."""
    result = overall_records(truth, predicted, tag, rows.weights)
    for name, grouping in rows.groupings.items():
        one = Tag(tag.source, tag.protocol, name, seed=tag.seed, split=tag.split)
        result += group_records(truth, predicted, grouping, one, minimum=rows.schema.min_group_size)
    return result


def overall_records(truth: Names, predicted: Names, tag: Tag, weights: Weights | None = None) -> list[Record]:
    """Return accuracy over all classes, macro F1 and the worst class's recall, for targets with more than two values.

    Classes without hold-out rows are left out. The recall of each class is a record of its own, with the class as
    ``positive``.

    Args:
        truth: True classes, shape (n,), n at least 1.
        predicted: Predicted classes, shape (n,).
        tag: Source, protocol, seed and split.
        weights: How much each row counts; by default once.
    """
    everyone = single_group(len(truth), weights)
    classes = sorted(set(truth))
    recalls, scores = {}, []
    for name in classes:
        counts = _against_rest(truth, predicted, name, everyone)
        recalls[name] = TPR.by_group(counts, 0)[0]
        tp, fp, fn = (float(part[0]) for part in (counts.tp, counts.fp, counts.fn))
        scores.append(2 * tp / (2 * tp + fp + fn))
    worst = min(classes, key=lambda name: recalls[name].value or 0.0)
    plain = Tag(tag.source, tag.protocol, seed=tag.seed, split=tag.split)
    return [
        plain.record(ACCURACY, _accuracy(truth, predicted, everyone)[0]),
        plain.record("macro_f1", Estimate(float(np.mean(scores)), n=int(everyone.sizes[0]))),
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
    counts = _correct(truth, predicted, grouping)
    degenerate_reason = _flaw(truth, predicted, grouping.weights)
    by_group = _accuracy(truth, predicted, grouping, minimum)
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
        counts = _against_rest(truth, predicted, name, grouping)
        result[name] = Disparity("ratio", rates_compared).over_groups(counts.subset(counts.n >= minimum))
    known = {name: one for name, one in result.items() if one.value is not None}
    if not known:
        return next(iter(result.values()))
    worst = min(known, key=lambda name: known[name].value or 0.0)
    lacking = len(result) - len(known)
    without = f"It is undefined for {lacking} of {len(result)} classes." if lacking else ""
    one = known[worst]
    return replace(one, note=sentence(f"Worst class: {worst!r}.", one.note, without))


def class_records(truth: Names, predicted: Names, rows: GroupedFrame, tag: Tag) -> list[Record]:
    """Return each class's figures by group, and how far apart the groups are, for predicted labels of several classes.

    For each class against the rest: the share predicted as the class, recall and precision by group, and the greatest
    difference of two groups in the first two. Their metrics end in ``:CLASS``. Macro recall is the mean of the recalls
    of all classes; its interval adds those of the recalls, which are of different rows (MOVER).

    Args:
        truth: True classes, shape (n,), n at least 1.
        predicted: Predicted classes, shape (n,).
        rows: The rows, with the groups of each attribute.
        tag: Source, protocol and split.
    """
    result = []
    minimum = rows.schema.min_group_size
    for attribute, grouping in rows.groupings.items():
        one = Tag(tag.source, tag.protocol, attribute, seed=tag.seed, split=tag.split)
        recalls = []
        for name in sorted(set(truth)):
            counts = _against_rest(truth, predicted, name, grouping)
            large = counts.subset(counts.n >= minimum)
            for metric, rate in _BY_CLASS.items():
                figures = rate.by_group(counts, minimum)
                result += [
                    one.record(f"{metric}:{name}", figure, group=group)
                    for group, figure in zip(counts.names, figures, strict=True)
                ]
            for metric, gap in _CLASS_GAPS.items():
                result.append(one.record(f"{metric}:{name}", gap.over_groups(large)))
            recalls.append(TPR.by_group(counts, minimum))
        macro = [_mean_of(list(each)) for each in zip(*recalls, strict=True)]
        result += [
            one.record(MACRO_RECALL, figure, group=group) for group, figure in zip(grouping.names, macro, strict=True)
        ]
    return result


def _mean_of(recalls: list[Estimate]) -> Estimate:
    """Return the mean of the recalls of all classes in one group."""
    n = sum(one.n or 0 for one in recalls)
    if any(one.value is None or one.low is None or one.high is None for one in recalls):
        return undefined("Undefined: a class has no row in the group.", n)
    values, lows, highs = (
        np.asarray([getattr(one, name) for one in recalls], dtype=np.float64) for name in ("value", "low", "high")
    )
    value = float(values.mean())
    down, up = (float(np.sqrt((part**2).sum())) / len(values) for part in (values - lows, highs - values))
    one = Estimate(value, value - down, value + up, "mover wilson", n)
    return replace(one, status=max((recall.status for recall in recalls), key=SEVERITY.index))


def _against_rest(truth: Names, predicted: Names, name: str, grouping: Grouping) -> GroupCounts:
    return count((truth == name).astype(np.int8), (predicted == name).astype(np.int8), grouping)


def _correct(truth: Names, predicted: Names, grouping: Grouping) -> GroupCounts:
    correct = (truth == predicted).astype(np.int8)
    return count(np.ones_like(correct), correct, grouping)


def _accuracy(truth: Names, predicted: Names, grouping: Grouping, minimum: int = 0) -> list[Estimate]:
    return ACCURACY_RATE.by_group(_correct(truth, predicted, grouping), minimum)


def _flaw(truth: Names, predicted: Names, weights: Weights | None) -> str:
    """Return why the predictions are no better than a constant; empty if they are better."""
    everyone = single_group(len(truth), weights)
    counted = [_against_rest(truth, truth, name, everyone) for name in sorted(set(truth))]
    majority_share = max(float(one.tp[0] / one.n[0]) for one in counted)
    low = _accuracy(truth, predicted, everyone)[0].low or 0.0
    if low > majority_share:
        return ""
    return (
        f"Degenerate: not measurably better than a constant prediction: the interval of accuracy over all classes "
        f"begins at {low:.3f}, the constant has {majority_share:.3f}."
    )


def _mark_degenerate(one: Estimate, degenerate_reason: str) -> Estimate:
    return degenerate(one, degenerate_reason) if degenerate_reason else one
