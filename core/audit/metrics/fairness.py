"""Rates by group, and how far apart the groups are: demographic parity, equalized odds, base rates.

Definitions are fairlearn's, and tests hold them to its functions at 1e-12. The counting is ours: its `MetricFrame`
walks the rows in Python (seconds a call on Adult), and one count serves every rate here. Four deviations, each where
fairlearn hides something or gives up, and each with a test:

* a group without positives has no TPR (fairlearn: 0), so EOR and EOD over it are undefined;
* rows with a missing sensitive value are a group, ``(missing)`` (fairlearn 0.15 refuses the table);
* a ratio 0/0 is undefined (fairlearn: NaN, which ``min`` may pass over);
* groups below ``schema.min_group_size`` are shown with status ``small_n`` and take no part in a minimum or maximum.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.audit.estimate import Estimate, Tag, degenerate, sentence, undefined
from core.audit.metrics.catalog import GAPS, GROUP_RATES
from core.audit.metrics.declarations.rates import BASE_RATE, SELECTION_RATE
from core.audit.metrics.formulas import TOO_FEW_GROUPS, Disparity, rates, share
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confusion import Counts, GroupCounts, count, polarities
from core.data.groups import GroupedFrame

# Demographic parity of the rows themselves: their base rates take the place of selection rates.
_BASE_RATE_GAPS = {
    name: Disparity(gap.kind, (BASE_RATE,)) for name, gap in GAPS.items() if gap.rates == (SELECTION_RATE,)
}


def parity_null(sizes: Counts, rate: float) -> tuple[Estimate, Estimate]:
    """Mean and 10th percentile of DPR if all groups had ``rate`` (see `intervals.parity_null`)."""
    total = int(sizes.sum())
    if len(sizes) < 2:
        nothing = undefined(TOO_FEW_GROUPS, total)
        return nothing, nothing
    average, tenth = intervals.parity_null([int(size) for size in sizes], rate)
    if np.isnan(average):
        nothing = undefined("Undefined: the rate is 0, and 0/0 is no ratio.", total)
        return nothing, nothing
    note = "Simulated: all groups share one rate at these group sizes."
    return Estimate(average, n=total, note=note), Estimate(tenth, n=total, note=note)


def fairness_records(counts: GroupCounts, tag: Tag, *, minimum: int, flaw: str = "") -> list[Record]:
    """Every declared rate by group and every declared gap between groups, for one attribute and one polarity.

    Args:
        counts: Confusion counts of every group.
        tag: Where the predictions come from; ``tag.sensitive`` and ``tag.positive`` are set.
        minimum: Groups with fewer rows take no part in a minimum or maximum.
        flaw: If the predictions are degenerate, the sentence that says so.
    """
    records = []
    for name, rate in GROUP_RATES.items():
        for group, one in zip(counts.names, rate.by_group(counts, minimum), strict=True):
            records.append(tag.record(name, degenerate(one, flaw) if flaw else one, group=group))
    large = counts.kept(counts.n >= minimum)
    without = left_out(counts, minimum)
    for name, gap in GAPS.items():
        one = gap.over_groups(large)
        one = replace(one, note=sentence(one.note, without))
        records.append(tag.record(name, degenerate(one, flaw) if flaw else one))
    return records + _null_records(large.n, SELECTION_RATE.hits(large), tag)


def left_out(counts: GroupCounts, minimum: int) -> str:
    """A sentence about the groups that are too small to compare, or nothing."""
    small = [name for name, size in zip(counts.names, counts.n, strict=True) if size < minimum]
    return f"Left out for fewer than {minimum} rows: {', '.join(map(repr, small))}." if small else ""


def _null_records(sizes: Counts, selected: Counts, tag: Tag) -> list[Record]:
    average, tenth = parity_null(sizes, float(selected.sum() / max(sizes.sum(), 1)))
    return [
        tag.record("demographic_parity_ratio_null_mean", average),
        tag.record("demographic_parity_ratio_null_p10", tenth),
    ]


def base_rate_records(rows: GroupedFrame, source: str, split: str, outcomes: tuple[str, str]) -> list[Record]:
    """Target rates by group in the rows themselves, and their DPR and DPD; both polarities, each attribute and crossed.

    Args:
        rows: Typed rows, at least one, target present in each.
        source: Whose rows.
        split: Which rows, e.g. ``train``.
        outcomes: Names of the positive and the negative outcome.
    """
    minimum, records = rows.schema.min_group_size, []
    for name, grouping in rows.groupings.items():
        counts = count(rows.labels, rows.labels, grouping)
        for positive, one in polarities(counts, outcomes):
            tag = Tag(source, "data", name, positive, split=split)
            found = BASE_RATE.by_group(one, minimum)
            records += [
                tag.record("base_rate", rate, group=group) for group, rate in zip(one.names, found, strict=True)
            ]
            large = one.kept(one.n >= minimum)
            for metric, gap in _BASE_RATE_GAPS.items():
                figure = gap.over_groups(large)
                note = sentence(figure.note, left_out(one, minimum))
                records.append(tag.record(metric, replace(figure, note=note)))
            records += _null_records(large.n, large.tp, tag)
    return records


def missing_records(rows: GroupedFrame, source: str, split: str) -> list[Record]:
    """Share of missing values of each column that has any, overall and by group; metric ``missing:<column>``.

    An attribute has no groups for its own columns.
    """
    frame, minimum, records = rows.frame, rows.schema.min_group_size, []
    for column in rows.schema.columns:
        if column.name not in frame.columns or not (gaps := frame[column.name].isna().to_numpy(dtype=bool)).any():
            continue
        records.append(Tag(source, "data", split=split).record(f"missing:{column.name}", share(gaps.sum(), gaps.size)))
        for name, grouping in rows.groupings.items():
            if (
                column.name in grouping.columns
            ):  # empty in the group that is called missing and in no other: says nothing
                continue
            empty = np.bincount(grouping.codes, weights=gaps).astype(np.int64)
            tag = Tag(source, "data", name, split=split)
            found = rates(empty, grouping.sizes, minimum=minimum, sizes=grouping.sizes)
            records += [
                tag.record(f"missing:{column.name}", one, group=group)
                for group, one in zip(grouping.names, found, strict=True)
            ]
    return records
