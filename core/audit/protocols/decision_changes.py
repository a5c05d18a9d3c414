"""Whose decisions change: the same test rows, decided by classifiers of the original rows and of a source.

Each group has the share of its rows that lose the outcome and the share that gain it, and the paired change of its
selection rate and of its true and false positive rates. Both polarities are given, as a loss of one outcome is a gain
of the other. The first draw and the first classifier seed are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate
from core.audit.metrics.formulas import share
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.records import Record, Status
from core.audit.statistics.paired import paired_difference

LOST, GAINED = "decisions_lost", "decisions_gained"
INTERVAL = "newcombe, paired; this classifier"
Outcomes = NDArray[np.int8]


def decision_changes(
    evaluator: HoldoutEvaluator, before: Outcomes, after: Outcomes, source: str, protocol: str
) -> list[Record]:
    """Return the changes of every group of every attribute, in both polarities.

    Args:
        evaluator: The test rows, m.
        before: Decisions of the classifier of the original rows, 0 or 1, shape (m,).
        after: Decisions of the classifier of the source, shape (m,).
        source: Whose rows.
        protocol: Of the records, e.g. ``change``.
    """
    records = []
    for positive, sign in zip(evaluator.outcomes, (1, 0), strict=True):
        labels, first, second = (part == sign for part in (evaluator.labels, before, after))
        for name, grouping in evaluator.groupings.items():
            tag = Tag(source, protocol, name, positive)
            is_compared = evaluator.compared_in(name).mask(grouping.names, grouping.sizes)
            for code, group in enumerate(grouping.names):
                inside = grouping.codes == code
                for metric, one in _estimates(labels[inside], first[inside], second[inside]):
                    records.append(tag.record(metric, one if is_compared[code] else _marked_small(one), group=group))
    return records


def _estimates(
    labels: NDArray[np.bool_], before: NDArray[np.bool_], after: NDArray[np.bool_]
) -> Iterator[tuple[str, Estimate]]:
    n = len(labels)
    yield LOST, share(int((before & ~after).sum()), n)
    yield GAINED, share(int((~before & after).sum()), n)
    everyone = np.ones(n, dtype=bool)
    for metric, among, why in (
        ("selection_rate", everyone, "there is no row"),
        ("tpr", labels, "no row of the group is positive"),
        ("fpr", ~labels, "no row of the group is negative"),
    ):
        yield metric, _paired(before[among], after[among], why)


def _paired(before: NDArray[np.bool_], after: NDArray[np.bool_], why: str) -> Estimate:
    counts = [int(part.sum()) for part in (before & after, ~before & after, before & ~after, ~before & ~after)]
    low, high = paired_difference(*counts)
    n = sum(counts)
    value = (counts[1] - counts[2]) / n if n else float("nan")
    return estimate(value, float(low), float(high), INTERVAL, n, why=why)


def _marked_small(one: Estimate) -> Estimate:
    return replace(one, status=Status.SMALL_N) if one.status is Status.OK else one
