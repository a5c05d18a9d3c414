"""For whom a model has no decision: the share by group, and the largest difference between two compared groups.

A model that leaves out people of one group more often than others, or only those whom it would refuse, has rates that
do not compare all people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.metrics.declarations.rates import BASE_RATE
from core.audit.metrics.formulas import Disparity
from core.audit.records import Record
from core.audit.statistics.confusion import count
from core.data.compared_groups import ComparedGroups
from core.data.groups import GroupedFrame

SHARE, DIFFERENCE = "missing_decisions", "missing_decisions_difference"
_LARGEST: Final = Disparity("difference", (BASE_RATE,))


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
    missing = np.ones(len(rows), dtype=np.int8)
    missing[decided] = 0
    if not missing.any():
        return []
    records = []
    for name, grouping in rows.single.items():
        one = Tag(tag.source, tag.protocol, name, split=tag.split)
        counts = count(missing, missing, grouping)
        shares = BASE_RATE.by_group(counts, compared[name].minimum)
        records += [one.record(SHARE, share, group=group) for group, share in zip(grouping.names, shares, strict=True)]
        large = counts.subset(compared[name].mask(grouping.names, grouping.sizes))
        if len(large.names) > 1:
            gap = _LARGEST.over_groups(large)
            records.append(one.record(DIFFERENCE, replace(gap, interval="newcombe, simultaneous", note="")))
    return records
