"""Rates by group and the disparities between groups: demographic parity, equalized odds, base rates.

Definitions are those of fairlearn, and tests compare with its functions at 1e-12. The counting is our own: fairlearn's
`MetricFrame` loops over rows in Python (seconds per call on Adult), while one count serves every rate here. There are
four deviations, where fairlearn hides something or raises, and each has a test:

* a group without positives has no TPR (fairlearn: 0), so EOR and EOD over it are undefined;
* rows with a missing sensitive value are a group, ``(missing)`` (fairlearn 0.15 refuses the table);
* a ratio 0/0 is undefined (fairlearn: NaN, which ``min`` may pass over);
* groups that are not compared (`core.data.compared_groups`) are shown with status ``small_n`` and left out of minima
  and maxima.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.audit.estimate import Estimate, Tag, degenerate, sentence, undefined
from core.audit.metrics.catalog import GAPS, GROUP_RATES
from core.audit.metrics.declarations.rates import BASE_RATE, SELECTION_RATE
from core.audit.metrics.formulas import TOO_FEW_GROUPS
from core.audit.metrics.names import CHANCE_LIMIT, CHANCE_MEAN
from core.audit.metrics.shares import share
from core.audit.records import Record, Status
from core.audit.statistics.confusion import Counts, GroupCounts, count, polarities, single_group
from core.audit.statistics.parity_null import simulated_parity
from core.data.compared_groups import ComparedGroups
from core.data.groups import GroupedFrame

# Demographic parity of the data: base rates take the place of selection rates.
_BASE_RATE_GAPS = {
    name: replace(gap, rates=(BASE_RATE,)) for name, gap in GAPS.items() if gap.rates == (SELECTION_RATE,)
}


def parity_null(sizes: Counts, rate: float) -> tuple[Estimate, Estimate]:
    """Return the mean and 10th percentile of DPR if all groups had ``rate`` (simulated)."""
    total = round(float(sizes.sum()))
    if len(sizes) < 2:
        nothing = undefined(TOO_FEW_GROUPS, total)
        return nothing, nothing
    average, null_p10 = simulated_parity([round(float(size)) for size in sizes], rate)
    if np.isnan(average):
        nothing = undefined("Undefined: the rate is 0, and 0/0 is no ratio.", total)
        return nothing, nothing
    note = "Simulated: all groups share one rate at these group sizes."
    return Estimate(average, n=total, note=note), Estimate(null_p10, n=total, note=note)


def fairness_records(
    counts: GroupCounts, tag: Tag, *, compared: ComparedGroups, degenerate_reason: str = ""
) -> list[Record]:
    """Return every declared rate by group and every declared gap between groups, for one attribute and one polarity.

    Args:
        counts: Confusion counts of every group.
        tag: Where the predictions come from; ``tag.sensitive`` and ``tag.positive`` are set.
        compared: Which groups are compared; the others are left out of minima and maxima.
        degenerate_reason: If the predictions are degenerate, the sentence that says so.
    """
    by_group = {
        name: _marked(rate.by_group(counts, compared.minimum), counts, compared) for name, rate in GROUP_RATES.items()
    }
    large = counts.subset(compared.mask(counts.names, counts.n))
    gaps = {name: over_compared(gap.over_groups(large), counts, compared) for name, gap in GAPS.items()}
    records = [
        tag.record(name, degenerate(one, degenerate_reason) if degenerate_reason else one, group=group)
        for name, estimates in by_group.items()
        for group, one in zip(counts.names, estimates, strict=True)
    ]
    records += [
        tag.record(name, degenerate(one, degenerate_reason) if degenerate_reason else one) for name, one in gaps.items()
    ]
    return records + _null_records(large.n, SELECTION_RATE.hits(large), tag)


def over_compared(figure: Estimate, counts: GroupCounts, compared: ComparedGroups) -> Estimate:
    """Return a figure over the compared groups that these rows hold, marked if some are too small or missing here."""
    note = compared.note(counts.names, counts.n)
    if absent := compared.absent(counts.names):
        missing = f"Undefined: no row here belongs to {', '.join(map(repr, absent))}, which is compared elsewhere."
        return undefined(sentence(missing, note), figure.n)
    small = bool(compared.too_small(counts.names, counts.n)) and figure.status is Status.OK
    status = Status.SMALL_N if small else figure.status
    return replace(figure, status=status, note=sentence(figure.note, note))


def _marked(estimates: list[Estimate], counts: GroupCounts, compared: ComparedGroups) -> list[Estimate]:
    """Return the rates of the groups; ``small_n`` for those that are not compared."""
    note = f"The group has fewer than {compared.minimum} {compared.among}."
    return [
        one
        if is_compared or one.status is not Status.OK
        else replace(one, status=Status.SMALL_N, note=sentence(one.note, note))
        for one, is_compared in zip(estimates, compared.belongs(counts.names), strict=True)
    ]


def _null_records(sizes: Counts, selected: Counts, tag: Tag) -> list[Record]:
    average, null_p10 = parity_null(sizes, float(selected.sum() / max(sizes.sum(), 1)))
    return [
        tag.record(CHANCE_MEAN, average),
        tag.record(CHANCE_LIMIT, null_p10),
    ]


def base_rate_records(
    rows: GroupedFrame,
    source: str,
    split: str,
    outcomes: tuple[str, str],
    compared: Mapping[str, ComparedGroups] | None = None,
) -> list[Record]:
    """Return base rates by group, DPR and DPD of the data, for both polarities and each attribute, single and crossed.

    Args:
        rows: Typed rows, at least one, target present in each.
        source: Whose rows.
        split: Which rows, e.g. ``train``.
        outcomes: Names of the positive and the negative outcome.
        compared: The compared groups of each attribute; by default those with enough of these rows.
    """
    records = []
    for name, grouping in rows.groupings.items():
        chosen = (compared or {}).get(name) or ComparedGroups(rows.schema.min_group_size)
        counts = count(rows.labels, rows.labels, grouping)
        for positive, one in polarities(counts, outcomes):
            tag = Tag(source, "data", name, positive, split=split)
            estimates = _marked(BASE_RATE.by_group(one, chosen.minimum), one, chosen)
            records += [
                tag.record("base_rate", rate, group=group) for group, rate in zip(one.names, estimates, strict=True)
            ]
            large = one.subset(chosen.mask(one.names, one.n))
            records += [
                tag.record(metric, over_compared(gap.over_groups(large), one, chosen))
                for metric, gap in _BASE_RATE_GAPS.items()
            ]
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
        lacking, rows_in_all = gaps.astype(np.int8), single_group(gaps.size, rows.weights)
        hits, trials = (float(part[0]) for part in BASE_RATE.counts(count(lacking, lacking, rows_in_all)))
        records.append(Tag(source, "data", split=split).record(f"missing:{column.name}", share(hits, trials)))
        for name, grouping in rows.groupings.items():
            if column.name in grouping.columns:  # missing in the group (missing) and in no other
                continue
            tag = Tag(source, "data", name, split=split)
            estimates = BASE_RATE.by_group(count(lacking, lacking, grouping), minimum)
            records += [
                tag.record(f"missing:{column.name}", one, group=group)
                for group, one in zip(grouping.names, estimates, strict=True)
            ]
    return records
