"""Who gets another decision: a source's classifier against the original's, on the same rows, by group.

A decision is *lost* if the original's classifier gives the positive outcome and the source's does not; it is *gained*
in the opposite case. In the literature on updates of a model these are flips (Yan et al. 2021, "Positive-congruent
training"). Gained minus lost is the change of the selection rate; among rows that truly have the positive outcome, it
is that of the true positive rate. Each figure is the mean over classifier seeds; a seed pairs two classifiers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import ONE_CLASSIFIER, Estimate, Tag, estimate, mean_over_seeds
from core.audit.metrics.shares import divide, rates
from core.audit.records import Record, Status
from core.audit.statistics.confusion import single_group
from core.audit.statistics.paired import paired_difference
from core.data.groups import Grouping

Table = NDArray[np.int64]
PAIRED_INTERVAL = f"newcombe, paired, {ONE_CLASSIFIER}"
_AMONG = {1: "the group has no row with the positive outcome", 0: "the group has no row with the negative outcome"}


@dataclass(frozen=True)
class PairedDecisions:
    """Two classifiers' decisions on the same rows.

    Args:
        labels: True outcomes, 0 or 1, shape (n,), n at least 1.
        pairs: For each classifier seed, the decisions before and after, 0 or 1, each of shape (n,); at least one seed.
        outcomes: Names of the positive and the negative outcome.
        minimum: A group with fewer rows is marked.
    """

    labels: NDArray[np.int8]
    pairs: Sequence[tuple[NDArray[np.int8], NDArray[np.int8]]]
    outcomes: tuple[str, str]
    minimum: int

    def records(self, groupings: dict[str, Grouping], within: Tag, change: Tag) -> list[Record]:
        """Return every figure of this module over all rows and by group, in both polarities.

        Args:
            groupings: The groups of every attribute.
            within: Source, protocol, seed and split of the shares that gained and lost.
            change: The same of the changes of rates.
        """
        everybody: list[tuple[str | None, Grouping]] = [(None, single_group(len(self.labels)))]
        found = []
        for name, grouping in [*everybody, *groupings.items()]:
            tables = [_count(self.labels, *pair, grouping) for pair in self.pairs]
            groups = grouping.names if name is not None else (None,)
            for positive, sign in zip(self.outcomes, (1, -1), strict=True):
                tags = [replace(tag, sensitive=name, positive=positive) for tag in (within, change)]
                of_seeds = [self._of_table(table[:, ::sign, ::sign, ::sign], groups, *tags) for table in tables]
                found += [mean_over_seeds(one) if len(one) > 1 else one[0] for one in zip(*of_seeds, strict=True)]
        return found

    def _of_table(self, table: Table, groups: Sequence[str | None], within: Tag, change: Tag) -> list[Record]:
        """Return the records of one classifier seed from counts by group, truth, decision before and after."""
        of_all, of_positives, of_negatives = table.sum(axis=1), table[:, 1], table[:, 0]
        sizes = of_all.sum(axis=(1, 2))
        figures: list[tuple[Tag, str, list[Estimate]]] = []
        for prefix, counts, why in (
            ("decisions", of_all, "the group has no rows"),
            ("true_positives", of_positives, _AMONG[1]),
        ):
            for suffix, moved in (("lost", counts[:, 1, 0]), ("gained", counts[:, 0, 1])):
                shares = rates(moved, counts.sum(axis=(1, 2)), minimum=self.minimum, sizes=sizes, why=why)
                figures.append((within, f"{prefix}_{suffix}", shares))
        for metric, counts, why in (
            ("selection_rate", of_all, "the group has no rows"),
            ("tpr", of_positives, _AMONG[1]),
            ("fpr", of_negatives, _AMONG[0]),
        ):
            figures.append((change, metric, _changes(counts, sizes, self.minimum, why)))
        return [
            tag.record(metric, one, group=group)
            for tag, metric, estimates in figures
            for group, one in zip(groups, estimates, strict=True)
        ]


def _count(labels: NDArray[np.int8], before: NDArray[np.int8], after: NDArray[np.int8], grouping: Grouping) -> Table:
    """Return the number of rows by group, truth, decision before and decision after, shape (groups, 2, 2, 2)."""
    cells = ((grouping.codes * 2 + labels) * 2 + before) * 2 + after
    size = len(grouping.names)
    return np.bincount(cells, minlength=8 * size).reshape(size, 2, 2, 2).astype(np.int64)


def _changes(counts: Table, sizes: NDArray[np.int64], minimum: int, why: str) -> list[Estimate]:
    """Return each group's rate after minus before, from counts by decision before and after, shape (groups, 2, 2)."""
    trials = counts.sum(axis=(1, 2))
    lows, highs = paired_difference(counts[:, 1, 1], counts[:, 0, 1], counts[:, 1, 0], counts[:, 0, 0])
    values = divide(counts[:, 0, 1] - counts[:, 1, 0], trials)
    found = []
    for value, low, high, n, size in zip(values, lows, highs, trials, sizes, strict=True):
        one = estimate(float(value), float(low), float(high), PAIRED_INTERVAL, int(n), why=why)
        if size < minimum and one.status is Status.OK:
            one = replace(one, status=Status.SMALL_N, note=f"The group has {size} rows, fewer than {minimum}.")
        found.append(one)
    return found
