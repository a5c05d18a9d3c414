"""What can be said of rows whose outcome is unknown: how often a model selects, and whose outcomes are missing.

Rates of error need the outcome. Selection rates do not: they are given over all rows, those without an outcome too. If
the outcome is missing more often in one group, or for those whom the model refuses, the two kinds of figures are of
different people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.glossary import ALL_ROWS
from core.audit.metrics.catalog import GAPS
from core.audit.metrics.declarations.rates import BASE_RATE, SELECTION_RATE
from core.audit.metrics.fairness import over_compared
from core.audit.metrics.formulas import Disparity
from core.audit.records import ORIGINAL, WHOLE, Record
from core.audit.statistics.confusion import count, polarities
from core.data.compared_groups import ComparedGroups, compared_in_rows
from core.data.groups import GroupedFrame, Grouping
from core.data.model_decisions import Decisions

MISSING_DIFFERENCE = "missing_outcomes_difference"
_MISSING = Disparity("difference", (BASE_RATE,))
_PARITY = {name: gap for name, gap in GAPS.items() if gap.rates == (SELECTION_RATE,)}


def all_row_records(rows: GroupedFrame, models: Sequence[Decisions], outcomes: tuple[str, str]) -> list[Record]:
    """Return the selection rates of every model over all rows, and the shares of rows without an outcome, by group.

    Args:
        rows: All rows, those without an outcome too.
        models: Their decisions.
        outcomes: Names of the positive and the negative outcome.
    """
    target = rows.schema.target
    compared = compared_in_rows(rows)
    missing = rows.frame[target].isna().to_numpy(dtype=bool).astype(np.int8)
    records = []
    for name, grouping in rows.single.items():
        counts = count(missing, missing, grouping)
        shares = BASE_RATE.by_group(counts, compared[name].minimum)
        tag = Tag(ORIGINAL, ALL_ROWS, name, split=WHOLE)
        large = counts.subset(compared[name].mask(counts.names, counts.n))
        gap = over_compared(_MISSING.over_groups(large), counts, compared[name])
        records.append(tag.record(MISSING_DIFFERENCE, gap))
        records += [
            tag.record(f"missing:{target}", share, group=group)
            for group, share in zip(grouping.names, shares, strict=True)
        ]
    for one in models:
        mine = GroupedFrame(
            rows.frame.iloc[one.rows], rows.schema, None if rows.weights is None else rows.weights[one.rows]
        )
        records += _of_model(mine.groupings, one.selected, Tag(one.name, ALL_ROWS, split=WHOLE), outcomes, compared)
    return records


def _of_model(
    groupings: Mapping[str, Grouping],
    selected: NDArray[np.int8],
    tag: Tag,
    outcomes: tuple[str, str],
    compared: Mapping[str, ComparedGroups],
) -> Iterator[Record]:
    for name, grouping in groupings.items():
        for positive, counts in polarities(count(selected, selected, grouping), outcomes):
            one = Tag(tag.source, tag.protocol, name, positive, split=tag.split)
            rates = SELECTION_RATE.by_group(counts, compared[name].minimum)
            for group, rate in zip(counts.names, rates, strict=True):
                yield one.record("selection_rate", rate, group=group)
            large = counts.subset(compared[name].mask(counts.names, counts.n))
            for metric, gap in _PARITY.items():
                yield one.record(metric, over_compared(gap.over_groups(large), counts, compared[name]))
