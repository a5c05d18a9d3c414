"""For whom a model has no decision: the share by group, and the largest difference between two compared groups.

A model that leaves out people of one group more often than others, or only those whom it would refuse, has rates that
do not compare all people.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag, estimate
from core.audit.metrics.formulas import rates
from core.audit.records import Record
from core.audit.statistics import intervals
from core.data.compared_groups import ComparedGroups
from core.data.groups import GroupedFrame

SHARE, DIFFERENCE = "missing_decisions", "missing_decisions_difference"


def missing_records(
    rows: GroupedFrame, decided: NDArray[np.intp], tag: Tag, compared: Mapping[str, ComparedGroups]
) -> list[Record]:
    """Return the shares and the difference of each attribute; nothing if every row has a decision.

    Args:
        rows: All rows, shape (n, ...).
        decided: Positions of those with a decision.
        tag: Source, protocol and split.
        compared: The compared groups of each attribute.
    """
    missing = np.ones(len(rows), dtype=bool)
    missing[decided] = False
    if not missing.any():
        return []
    records = []
    for name, grouping in rows.single.items():
        one = Tag(tag.source, tag.protocol, name, split=tag.split)
        hits = np.bincount(grouping.codes, weights=missing, minlength=len(grouping.names)).astype(np.int64)
        shares = rates(hits, grouping.sizes, minimum=compared[name].minimum, sizes=grouping.sizes)
        records += [one.record(SHARE, share, group=group) for group, share in zip(grouping.names, shares, strict=True)]
        large = compared[name].mask(grouping.names, grouping.sizes)
        if large.sum() > 1:
            k, n = hits[large], grouping.sizes[large]
            low, high = intervals.max_difference([(k, n)])
            value = float(np.ptp(k / n))
            records.append(
                one.record(DIFFERENCE, estimate(value, float(low), float(high), "newcombe, simultaneous", int(n.sum())))
            )
    return records
