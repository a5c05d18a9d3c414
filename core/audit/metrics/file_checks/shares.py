"""Groups and outcomes that the file lost or shrank, against all real rows.

A group is *shrunk* if its share of the file lies below half of its share of the real rows; an outcome, over all rows or
within a group, if it lies below a third. Label repair moves outcomes between groups on purpose, but not that far. The
figure is the real share times that part, minus the file's share: above 0 if it is shrunk. All groups are compared with
one error rate (Bonferroni), so that the worst may be named.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from core.audit.estimate import Estimate, Tag, estimate
from core.audit.metrics.file_checks.copies import PROTOCOL
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confidence import error_rate
from core.data.groups import GroupedFrame
from core.data.schema import Schema

GROUP_KEPT, OUTCOME_KEPT = 0.5, 1 / 3
_Cell = tuple[str | None, str | None, int | None]
"""Attribute, group and outcome (1, 0, or ``None`` for both)."""


def records(
    schema: Schema, real: pd.DataFrame, rows: pd.DataFrame, source: str, outcomes: tuple[str, str]
) -> list[Record]:
    """Return the shortfall of every group and of every outcome, and the two shares of each group.

    Args:
        schema: Sensitive columns and target.
        real: All real rows, train and hold-out.
        rows: The source's rows.
        source: Its name.
        outcomes: Names of the positive and the negative outcome.
    """
    before, after = _counts(GroupedFrame(real, schema)), _counts(GroupedFrame(rows, schema))
    groups = {cell: n for cell, n in before.items() if cell[2] is None}
    labelled = {cell: n for cell, n in before.items() if cell[2] is not None}
    result = []
    for cells, kept, metric in ((groups, GROUP_KEPT, "group_shortfall"), (labelled, OUTCOME_KEPT, "outcome_shortfall")):
        for (attribute, group, outcome), count in cells.items():
            positive = None if outcome is None else outcomes[1 - outcome]
            found = after.get((attribute, group, outcome), 0)
            tag = Tag(source, PROTOCOL, attribute, positive, split="source")
            missing = shortfall((count, len(real)), (found, len(rows)), kept, 1 - error_rate() / len(cells))
            result += [
                tag.record(metric, missing, group=group),
                tag.record("share_of_rows", _share(found, len(rows)), group=group),
                Tag(source, PROTOCOL, attribute, positive, split="all").record(
                    "share_of_rows", _share(count, len(real)), group=group
                ),
            ]
    return result


def _counts(rows: GroupedFrame) -> dict[_Cell, int]:
    return dict(_cells(rows))


def _cells(rows: GroupedFrame) -> Iterator[tuple[_Cell, int]]:
    known = rows.frame[rows.schema.target].notna().to_numpy(dtype=bool)
    labelled = GroupedFrame(rows.frame[known], rows.schema)
    for outcome in (1, 0):
        yield (None, None, outcome), int((labelled.labels == outcome).sum())
    for attribute, grouping in rows.groupings.items():
        for group, size in zip(grouping.names, grouping.sizes, strict=True):
            yield (attribute, group, None), int(size)
    for attribute, grouping in labelled.single.items():
        for group in grouping.names:
            of_group = labelled.labels[grouping.mask(group)]
            for outcome in (1, 0):
                yield (attribute, group, outcome), int((of_group == outcome).sum())


def shortfall(before: tuple[int, int], after: tuple[int, int], kept: float, level: float) -> Estimate:
    """Return ``kept`` times the first share minus the second, with Wilson's limits combined (MOVER).

    Args:
        before: Count and total of the first share.
        after: Count and total of the second.
        kept: A factor, 0 to 1.
        level: Confidence level, 0 to 1.
    """
    share, rest = before[0] / before[1], after[0] / after[1]
    (low1, high1), (low2, high2) = intervals.wilson(*before, level), intervals.wilson(*after, level)
    value = kept * share - rest
    below = float(np.hypot(kept * (share - low1), high2 - rest))
    above = float(np.hypot(kept * (high1 - share), rest - low2))
    return estimate(value, value - below, value + above, "wilson, mover", after[1])


def _share(count: int, total: int) -> Estimate:
    low, high = intervals.wilson(count, total)
    return estimate(count / total, float(low), float(high), "wilson", total)
