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

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, degenerate, estimate, sentence, undefined
from core.audit.records import Record, Status
from core.audit.statistics import intervals
from core.data import groups
from core.data.schema import Schema

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class GroupCounts:
    """Confusion counts by group; names and counts have the shape (groups,)."""

    names: tuple[str, ...]
    tp: Ints
    fp: Ints
    fn: Ints
    tn: Ints

    @property
    def n(self) -> Ints:
        """Rows of each group."""
        return self.tp + self.fp + self.fn + self.tn

    def flipped(self) -> GroupCounts:
        """The same predictions with the other outcome counted as positive."""
        return replace(self, tp=self.tn, fp=self.fn, fn=self.fp, tn=self.tp)

    def kept(self, keep: NDArray[np.bool_]) -> GroupCounts:
        """Only the groups where ``keep``."""
        names = tuple(name for name, wanted in zip(self.names, keep, strict=True) if wanted)
        return GroupCounts(names, self.tp[keep], self.fp[keep], self.fn[keep], self.tn[keep])


def count(
    labels: NDArray[np.int8],
    predictions: NDArray[np.int8],
    members: NDArray[np.object_],
    order: Callable[[str], object] = str,
) -> GroupCounts:
    """Confusion counts of each group.

    Args:
        labels: True outcomes, 0 or 1, shape (n,), n at least 1.
        predictions: Predicted outcomes, 0 or 1, shape (n,).
        members: The group of each row, shape (n,), none missing.
        order: Sorts the groups by their names.

    >>> count(np.array([1, 0, 1]), np.array([1, 1, 0]), np.array(["a", "a", "b"], object)).fp.tolist()
    [1, 0]
    """
    codes, names = groups.numbered(members, order)
    cells = (codes * 2 + np.asarray(labels, dtype=np.int64)) * 2 + np.asarray(predictions, dtype=np.int64)
    table = np.bincount(cells, minlength=4 * len(names)).reshape(len(names), 2, 2).astype(np.int64)
    return GroupCounts(
        names,
        tp=table[:, 1, 1],
        fp=table[:, 0, 1],
        fn=table[:, 1, 0],
        tn=table[:, 0, 0],
    )


# The rates of one group: name -> (successes, trials).
RATES: dict[str, Callable[[GroupCounts], tuple[Ints, Ints]]] = {
    "selection_rate": lambda c: (c.tp + c.fp, c.n),
    "tpr": lambda c: (c.tp, c.tp + c.fn),
    "fpr": lambda c: (c.fp, c.fp + c.tn),
    "precision": lambda c: (c.tp, c.tp + c.fp),
    "accuracy": lambda c: (c.tp + c.tn, c.n),
}
_EMPTY = {
    "tpr": "the group has no row with the positive outcome",
    "fpr": "the group has no row with the negative outcome",
    "precision": "no row of the group is predicted positive",
}
# The extremes over groups: name -> the families of rates they run over.
_RATIOS = {"demographic_parity_ratio": ("selection_rate",), "equalized_odds_ratio": ("tpr", "fpr")}
_DIFFERENCES = {"demographic_parity_difference": ("selection_rate",), "equalized_odds_difference": ("tpr", "fpr")}


def rates(k: Ints, n: Ints, *, minimum: int, sizes: Ints, why: str = "the group has no rows") -> list[Estimate]:
    """One rate ``k / n`` for each group, with Wilson's interval; ``small_n`` where its size is below ``minimum``."""
    lows, highs = intervals.wilson(k, n)
    found = []
    for hits, trials, low, high, size in zip(k, n, lows, highs, sizes, strict=True):
        value = hits / trials if trials else float("nan")
        one = estimate(float(value), float(low), float(high), "wilson", int(trials), why=why)
        if size < minimum:
            status = one.status if one.status is Status.UNDEFINED else Status.SMALL_N
            one = replace(
                one, status=status, note=sentence(one.note, f"The group has {size} rows, fewer than {minimum}.")
            )
        found.append(one)
    return found


def extreme_ratio(counts: GroupCounts, names: Sequence[str]) -> Estimate:
    """The least ratio of two groups' rates over the families ``names``: min/max, at least 0, at most 1.

    DPR for ``("selection_rate",)``, EOR for ``("tpr", "fpr")``.
    """
    families = [RATES[name](counts) for name in names]
    if problem := _no_extreme(counts, names, families):
        return undefined(problem, int(counts.n.sum()))
    values = [k / n for k, n in families]
    if any(value.max() == 0 for value in values):
        zero = next(name for name, value in zip(names, values, strict=True) if value.max() == 0)
        return undefined(
            f"Undefined: the {_spoken(zero)} is 0 in every group, and 0/0 is no ratio.", int(counts.n.sum())
        )
    low, high = intervals.min_ratio(families)
    found = [float(value.min() / value.max()) for value in values]
    made = estimate(
        min(found), float(low), float(high), _interval_name("mover-r wilson", counts, names), int(counts.n.sum())
    )
    return replace(made, note=_who(counts, values[int(np.argmin(found))], names[int(np.argmin(found))]))


def extreme_difference(counts: GroupCounts, names: Sequence[str]) -> Estimate:
    """The greatest difference of two groups' rates over the families ``names``: max - min, from 0 to 1.

    DPD for ``("selection_rate",)``, EOD for ``("tpr", "fpr")``.
    """
    families = [RATES[name](counts) for name in names]
    if problem := _no_extreme(counts, names, families):
        return undefined(problem, int(counts.n.sum()))
    values = [k / n for k, n in families]
    low, high = intervals.max_difference(families)
    found = [float(np.ptp(value)) for value in values]
    made = estimate(max(found), float(low), float(high), _interval_name("newcombe", counts, names), int(counts.n.sum()))
    return replace(made, note=_who(counts, values[int(np.argmax(found))], names[int(np.argmax(found))]))


def _no_extreme(counts: GroupCounts, names: Sequence[str], families: Sequence[tuple[Ints, Ints]]) -> str:
    if len(counts.names) < 2:
        return "Undefined: fewer than two groups are large enough to compare."
    for name, (_, n) in zip(names, families, strict=True):
        if (n == 0).any():
            return f"Undefined: in {counts.names[int(np.argmin(n))]!r}, {_EMPTY.get(name, 'there are no rows')}."
    return ""


def _interval_name(kind: str, counts: GroupCounts, names: Sequence[str]) -> str:
    return kind if len(counts.names) == 2 and len(names) == 1 else f"{kind}, simultaneous over pairs"


def _who(counts: GroupCounts, values: NDArray[np.float64], name: str) -> str:
    if np.ptp(values) == 0:
        return ""
    lowest, highest = counts.names[int(np.argmin(values))], counts.names[int(np.argmax(values))]
    return f"{_spoken(name).capitalize()} lowest in {lowest!r}, highest in {highest!r}."


def _spoken(name: str) -> str:
    return {"tpr": "true positive rate", "fpr": "false positive rate"}.get(name, name.replace("_", " "))


def parity_null(sizes: Ints, rate: float) -> tuple[Estimate, Estimate]:
    """Mean and 10th percentile of DPR if all groups had ``rate`` (see `intervals.parity_null`)."""
    total = int(sizes.sum())
    if len(sizes) < 2:
        nothing = undefined("Undefined: fewer than two groups are large enough to compare.", total)
        return nothing, nothing
    average, tenth = intervals.parity_null([int(size) for size in sizes], rate)
    if np.isnan(average):
        nothing = undefined("Undefined: the rate is 0, and 0/0 is no ratio.", total)
        return nothing, nothing
    note = "Simulated: all groups share one rate at these group sizes."
    return Estimate(average, n=total, note=note), Estimate(tenth, n=total, note=note)


def fairness_records(counts: GroupCounts, tag: Tag, *, minimum: int, flaw: str = "") -> list[Record]:
    """All rates by group and all extremes over groups, for one attribute and one polarity.

    Args:
        counts: Confusion counts of every group.
        tag: Where the predictions come from; ``tag.sensitive`` and ``tag.positive`` are set.
        minimum: Groups with fewer rows take no part in a minimum or maximum.
        flaw: If the predictions are degenerate, the sentence that says so.
    """
    records = []
    for name, rate in RATES.items():
        k, n = rate(counts)
        found = rates(k, n, minimum=minimum, sizes=counts.n, why=_EMPTY.get(name, "the group has no rows"))
        for group, one in zip(counts.names, found, strict=True):
            records.append(tag.record(name, degenerate(one, flaw) if flaw else one, group=group))
    large = counts.kept(counts.n >= minimum)
    without = left_out(counts, minimum)
    for table, compute in ((_RATIOS, extreme_ratio), (_DIFFERENCES, extreme_difference)):
        for metric, names in table.items():
            one = compute(large, names)
            one = replace(one, note=sentence(one.note, without))
            records.append(tag.record(metric, degenerate(one, flaw) if flaw else one))
    return records + _null_records(large.n, RATES["selection_rate"](large)[0], tag)


def left_out(counts: GroupCounts, minimum: int) -> str:
    """A sentence about the groups that are too small to compare, or nothing."""
    small = [name for name, size in zip(counts.names, counts.n, strict=True) if size < minimum]
    return f"Left out for fewer than {minimum} rows: {', '.join(map(repr, small))}." if small else ""


def _null_records(sizes: Ints, selected: Ints, tag: Tag) -> list[Record]:
    average, tenth = parity_null(sizes, float(selected.sum() / max(sizes.sum(), 1)))
    return [
        tag.record("demographic_parity_ratio_null_mean", average),
        tag.record("demographic_parity_ratio_null_p10", tenth),
    ]


def base_rate_records(
    frame: pd.DataFrame, schema: Schema, source: str, split: str, outcomes: tuple[str, str]
) -> list[Record]:
    """Target rates by group in the rows themselves, and their DPR and DPD; both polarities, each attribute and crossed.

    Args:
        frame: Typed rows, at least one, target present in each.
        schema: Target, positive value, sensitive columns.
        source: Whose rows.
        split: Which rows, e.g. ``train``.
        outcomes: Names of the positive and the negative outcome.
    """
    labels = groups.target_labels(frame, schema)
    records = []
    for columns in groups.attributes(schema):
        members, order = groups.group_labels(frame, schema, columns), groups.group_order(schema, columns)
        counts = count(labels, labels, members, order)
        for positive, one in polarities(counts, outcomes):
            tag = Tag(source, "data", groups.attribute_name(columns), positive, split=split)
            found = rates(one.tp, one.n, minimum=schema.min_group_size, sizes=one.n)
            records += [
                tag.record("base_rate", rate, group=group) for group, rate in zip(one.names, found, strict=True)
            ]
            large = one.kept(one.n >= schema.min_group_size)
            for metric, compute in (
                ("demographic_parity_ratio", extreme_ratio),
                ("demographic_parity_difference", extreme_difference),
            ):
                figure = compute(large, ("selection_rate",))
                note = sentence(figure.note, left_out(one, schema.min_group_size)).replace("Selection", "Base")
                records.append(tag.record(metric, replace(figure, note=note)))
            records += _null_records(large.n, large.tp, tag)
    return records


def polarities(counts: GroupCounts, outcomes: tuple[str, str]) -> list[tuple[str, GroupCounts]]:
    """The counts under each outcome's name: the positive one as given, the other flipped."""
    return [(outcomes[0], counts), (outcomes[1], counts.flipped())]


def missing_records(frame: pd.DataFrame, schema: Schema, source: str, split: str) -> list[Record]:
    """Share of missing values of each column that has any, overall and by group; metric ``missing:<column>``.

    An attribute has no groups for its own columns.
    """
    records = []
    for column in schema.columns:
        if column.name not in frame.columns or not (gaps := frame[column.name].isna().to_numpy(dtype=bool)).any():
            continue
        records.append(Tag(source, "data", split=split).record(f"missing:{column.name}", _share(gaps)))
        for columns in groups.attributes(schema):
            if column.name in columns:  # empty in the group that is called missing and in no other: says nothing
                continue
            labels = groups.group_labels(frame, schema, columns)
            members, names = groups.numbered(labels, groups.group_order(schema, columns))
            sizes, empty = np.bincount(members), np.bincount(members, weights=gaps).astype(np.int64)
            tag = Tag(source, "data", groups.attribute_name(columns), split=split)
            found = rates(empty, sizes, minimum=schema.min_group_size, sizes=sizes)
            records += [
                tag.record(f"missing:{column.name}", one, group=group) for group, one in zip(names, found, strict=True)
            ]
    return records


def _share(hits: NDArray[np.bool_]) -> Estimate:
    low, high = intervals.wilson(hits.sum(), hits.size)
    return estimate(float(hits.mean()), float(low), float(high), "wilson", hits.size)
