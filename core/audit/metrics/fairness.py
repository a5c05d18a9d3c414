"""Rates by group and the disparities between groups: demographic parity, equalized odds, base rates.

Definitions are those of fairlearn, and tests compare with its functions at 1e-12. The counting is our own: fairlearn's
`MetricFrame` loops over rows in Python (seconds per call on Adult), while one count serves every rate here. There are
four deviations, where fairlearn hides something or raises, and each has a test:

* a group without positives has no TPR (fairlearn: 0), so EOR and EOD over it are undefined;
* rows with a missing sensitive value are a group, ``(missing)`` (fairlearn 0.15 refuses the table);
* a ratio 0/0 is undefined (fairlearn: NaN, which ``min`` may pass over);
* groups below ``schema.min_group_size`` are shown with status ``small_n`` and left out of minima and maxima.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.audit.estimate import Estimate, Tag, degenerate, sentence, undefined
from core.audit.metrics.catalog import GAPS, GROUP_RATES
from core.audit.metrics.declarations.rates import BASE_RATE, SELECTION_RATE
from core.audit.metrics.formulas import TOO_FEW_GROUPS, rates, share
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confusion import Counts, GroupCounts, count, polarities
from core.data.groups import GroupedFrame

# Demographic parity of the data: base rates take the place of selection rates.
_BASE_RATE_GAPS = {
    name: replace(gap, rates=(BASE_RATE,)) for name, gap in GAPS.items() if gap.rates == (SELECTION_RATE,)
}


def parity_null(sizes: Counts, rate: float) -> tuple[Estimate, Estimate]:
    """Return the mean and 10th percentile of DPR if all groups had ``rate`` (see `intervals.parity_null`)."""
    total = int(sizes.sum())
    if len(sizes) < 2:
        nothing = undefined(TOO_FEW_GROUPS, total)
        return nothing, nothing
    average, null_p10 = intervals.parity_null([int(size) for size in sizes], rate)
    if np.isnan(average):
        nothing = undefined("Undefined: the rate is 0, and 0/0 is no ratio.", total)
        return nothing, nothing
    note = "Simulated: all groups share one rate at these group sizes."
    return Estimate(average, n=total, note=note), Estimate(null_p10, n=total, note=note)


def fairness_records(counts: GroupCounts, tag: Tag, *, minimum: int, degenerate_reason: str = "") -> list[Record]:
    """Return every declared rate by group and every declared gap between groups, for one attribute and one polarity.

    Args:
        counts: Confusion counts of every group.
        tag: Where the predictions come from; ``tag.sensitive`` and ``tag.positive`` are set.
        minimum: Groups with fewer rows are left out of minima and maxima.
        degenerate_reason: If the predictions are degenerate, the sentence that says so.
    """
    records = []
    for name, rate in GROUP_RATES.items():
        for group, one in zip(counts.names, rate.by_group(counts, minimum), strict=True):
            records.append(
                tag.record(name, degenerate(one, degenerate_reason) if degenerate_reason else one, group=group)
            )
    large = counts.subset(counts.n >= minimum)
    note = left_out_note(counts, minimum)
    for name, gap in GAPS.items():
        one = gap.over_groups(large)
        one = replace(one, note=sentence(one.note, note))
        records.append(tag.record(name, degenerate(one, degenerate_reason) if degenerate_reason else one))
    return records + _null_records(large.n, SELECTION_RATE.hits(large), tag)


def left_out_note(counts: GroupCounts, minimum: int) -> str:
    """Return a note on the groups that are too small to compare; empty if there are none."""
    small = [name for name, size in zip(counts.names, counts.n, strict=True) if size < minimum]
    return f"Left out for fewer than {minimum} rows: {', '.join(map(repr, small))}." if small else ""


def _null_records(sizes: Counts, selected: Counts, tag: Tag) -> list[Record]:
    average, null_p10 = parity_null(sizes, float(selected.sum() / max(sizes.sum(), 1)))
    return [
        tag.record("demographic_parity_ratio_null_mean", average),
        tag.record("demographic_parity_ratio_null_p10", null_p10),
    ]


def base_rate_records(rows: GroupedFrame, source: str, split: str, outcomes: tuple[str, str]) -> list[Record]:
    """Return base rates by group, DPR and DPD of the data, for both polarities and each attribute, single and crossed.

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
            estimates = BASE_RATE.by_group(one, minimum)
            records += [
                tag.record("base_rate", rate, group=group) for group, rate in zip(one.names, estimates, strict=True)
            ]
            large = one.subset(one.n >= minimum)
            for metric, gap in _BASE_RATE_GAPS.items():
                figure = gap.over_groups(large)
                note = sentence(figure.note, left_out_note(one, minimum))
                records.append(tag.record(metric, replace(figure, note=note)))
            records += _null_records(large.n, large.tp, tag)
    return records


def missing_records(rows: GroupedFrame, source: str, split: str) -> list[Record]:
    """Return the share of missing values of each column that has any, overall and by group: ``missing:<column>``.

    A sensitive column is not counted by its own groups.
    """
    frame, minimum, records = rows.frame, rows.schema.min_group_size, []
    for column in rows.schema.columns:
        if column.name not in frame.columns or not (gaps := frame[column.name].isna().to_numpy(dtype=bool)).any():
            continue
        records.append(Tag(source, "data", split=split).record(f"missing:{column.name}", share(gaps.sum(), gaps.size)))
        for name, grouping in rows.groupings.items():
            if column.name in grouping.columns:  # missing in the group (missing) and in no other
                continue
            missing = np.bincount(grouping.codes, weights=gaps).astype(np.int64)
            tag = Tag(source, "data", name, split=split)
            estimates = rates(missing, grouping.sizes, minimum=minimum, sizes=grouping.sizes)
            records += [
                tag.record(f"missing:{column.name}", one, group=group)
                for group, one in zip(grouping.names, estimates, strict=True)
            ]
    return records
