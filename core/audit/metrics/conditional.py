"""Differences between groups within strata, which pooled rates can hide or invent.

If women and men are selected equally often, women may still be selected less often than men in every department; or
the reverse (Simpson 1951; Bickel, Hammel and O'Connell 1975). So each group's rate of the favourable outcome is
compared with that of the other groups among rows with the same value of a column: the Mantel-Haenszel risk difference,
others minus the group, above 0 where the group is worse off. Beside it stands the pooled difference, over all rows.

The columns: those in ``schema.strata``, and up to three that reveal the attribute best on their own
(`core.audit.metrics.proxies`). A column that the groups share equally cannot make pooled rates differ from those within
strata, however well it predicts the outcome, so that predictors of the outcome need not be added. Numbers and times
are put in ten bins of equal size of the train rows; missing values have a stratum of their own.

Only compared groups count (`core.data.compared_groups`), on both sides. Intervals hold for all groups at once
(Bonferroni); for the columns that the audit chose, also for all of these columns at once. With two groups the one
difference is the other with its sign changed, and counts once. The outcome is the favourable one: as declared, else the
positive one. Opposite differences in different strata cancel here as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, degenerate, estimate, sentence, undefined
from core.audit.metrics.proxies import METRIC as PROXY
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confidence import error_rate
from core.audit.statistics.design import Floats, effective_counts
from core.audit.statistics.stratified import risk_difference, worth
from core.data.compared_groups import ComparedGroups
from core.data.encoding.values import factorize, is_scalar, numbers, quantile_bins
from core.data.groups import GroupedFrame, Grouping
from core.data.replicates import Replicates
from core.data.schema import Schema
from core.data.weights import Weights

WITHIN, POOLED = "difference_within", "pooled_difference"
PROTOCOL = "conditional"
MAX_PROXIES = 3
BINS = 10
GUESSING = 0.5
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Strata:
    """The columns whose values are held equal.

    Args:
        schema: Roles, the columns that the user named.
        train: Typed real train rows, which define the bins.
        proxies: The columns that the audit chose for each attribute; see `chosen_proxies`.
    """

    schema: Schema
    train: pd.DataFrame
    proxies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def columns(self, attribute: str) -> list[tuple[str, int]]:
        """Return each column for an attribute, and the number of columns whose intervals hold at once with its own."""
        named = [name for name in self.schema.strata if name != attribute]
        chosen = [name for name in self.proxies.get(attribute, ()) if name not in named]
        return [*((name, 1) for name in named), *((name, len(chosen)) for name in chosen)]

    def codes(self, name: str, frame: pd.DataFrame) -> Codes:
        """Return the stratum of each row of a frame, shape (n,), from 0."""
        if is_scalar(self.schema.column(name)):
            return quantile_bins(numbers(frame[name]), numbers(self.train[name]), BINS)
        return factorize(frame[name])[0].astype(np.int64) + 1


def chosen_proxies(records: Iterable[Record]) -> dict[str, tuple[str, ...]]:
    """Return the columns that reveal each attribute best, at most three that do so beyond chance, the best first.

    Args:
        records: Those of `core.audit.metrics.proxies`, for each attribute in descending order.
    """
    found: dict[str, list[str]] = {}
    for record in records:
        kind, _, name = record.metric.partition(":")
        if kind == PROXY and record.sensitive is not None and record.low is not None and record.low > GUESSING:
            found.setdefault(record.sensitive, []).append(name)
    return {attribute: tuple(names[:MAX_PROXIES]) for attribute, names in found.items()}


def favourable(outcomes: NDArray[np.int8], schema: Schema) -> NDArray[np.int8]:
    """Return 1 where an outcome, 1 for the positive one, is favourable, else 0, shape (n,)."""
    return (1 - outcomes).astype(np.int8) if schema.favorable == "negative" else outcomes


def conditional_records(
    rows: GroupedFrame,
    outcomes: NDArray[np.int8],
    tag: Tag,
    *,
    strata: Strata,
    compared: Mapping[str, ComparedGroups],
    degenerate_reason: str = "",
) -> list[Record]:
    """Return the pooled difference and that within strata of each column, for each compared group.

    Args:
        rows: Typed rows.
        outcomes: 1 where a row has, or is predicted to have, the favourable outcome, else 0, shape (n,).
        tag: Source, protocol, split; ``tag.positive`` is the favourable outcome.
        strata: The columns.
        compared: The compared groups of each attribute.
        degenerate_reason: If the outcomes are degenerate predictions, the sentence that says so.

    Returns:
        Metrics ``pooled_difference`` and ``difference_within:COLUMN`` of single attributes, for each compared group.
    """
    result = []
    for name, grouping in rows.single.items():
        large, within = compared[name].mask(grouping.names, grouping.sizes), strata.columns(name)
        if large.sum() < 2 or not within:
            continue
        one, kept = replace(tag, sensitive=name), large[grouping.codes]
        tests = int(large.sum()) if large.sum() > 2 else 1
        columns = [(POOLED, np.zeros(len(rows), dtype=np.int64), tests)]
        columns += [(f"{WITHIN}:{column}", strata.codes(column, rows.frame), tests * count) for column, count in within]
        for metric, codes, number in columns:
            table = _Table.of(codes, grouping, outcomes, kept)
            measure, level = _pooled if metric == POOLED else _within, 1 - error_rate() / number
            for position in np.flatnonzero(large):
                found = measure(*table.against_others(int(position)), level)
                marked = degenerate(found, degenerate_reason) if degenerate_reason else found
                result.append(one.record(metric, marked, group=grouping.names[position]))
    return result


@dataclass(frozen=True)
class _Table:
    """Sums of weights by stratum and group, each of shape (strata, groups).

    ``parts``: rows with the outcome, all rows, and both with squared weights. ``repeated``: rows with the outcome and
    all rows by each of the ``replicates``, shape (R, strata, groups); empty without them.
    """

    parts: tuple[Floats, ...]
    repeated: tuple[Floats, ...] = ()
    replicates: Replicates | None = None

    @classmethod
    def of(cls, strata: Codes, grouping: Grouping, outcomes: NDArray[np.int8], kept: NDArray[np.bool_]) -> _Table:
        _, codes = np.unique(strata[kept], return_inverse=True)
        shape = (int(codes.max(initial=-1)) + 1, len(grouping.names))
        cells, size = codes * shape[1] + grouping.codes[kept], shape[0] * shape[1]
        weights = (Weights.of(np.ones(len(kept))) if grouping.weights is None else grouping.weights)[kept]
        chosen, replicates = outcomes[kept], weights.replicates
        masses = (weights.per_row * chosen, weights.per_row, weights.squares * chosen, weights.squares)
        parts = tuple(np.bincount(cells, mass, size).astype(np.float64).reshape(shape) for mass in masses)
        if replicates is None:
            return cls(parts)
        sums = (replicates.sums(cells, size, where) for where in (chosen, None))
        return cls(parts, tuple(one.reshape(-1, *shape) for one in sums), replicates)

    def against_others(self, position: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Return hits and rows of a group, and those of the others, each of shape (strata,); effective numbers."""
        own = [part[:, position] for part in self.parts]
        others = [part.sum(axis=1) - mine for part, mine in zip(self.parts, own, strict=True)]
        if self.replicates is None:
            return (*effective_counts(*own), *effective_counts(*others))
        of_own = [part[..., position] for part in self.repeated]
        of_others = [part.sum(axis=-1) - mine for part, mine in zip(self.repeated, of_own, strict=True)]
        units = [
            np.divide(all_, squares, out=np.zeros_like(all_), where=squares > 0)
            for _, all_, _, squares in (own, others)
        ]
        a, n, b, m = (part * unit for side, unit in zip((own, others), units, strict=True) for part in side[:2])
        each = [part * unit for side, unit in zip((of_own, of_others), units, strict=True) for part in side]
        share = worth((a, n, b, m), (each[0], each[1], each[2], each[3]), self.replicates)
        return a * share, n * share, b * share, m * share


def _pooled(a: Floats, n: Floats, b: Floats, m: Floats, level: float) -> Estimate:
    low, high = (float(bound[0]) for bound in intervals.difference(b, m, a, n, level))
    value, total = float((b / m - a / n)[0]), round(float(n.sum() + m.sum()))
    return replace(
        estimate(value, low, high, "newcombe, simultaneous over groups", total),
        note=f"Rate of the other groups {(b / m)[0]:.3f}, of the group {(a / n)[0]:.3f}.",
    )


def _within(a: Floats, n: Floats, b: Floats, m: Floats, level: float) -> Estimate:
    found = risk_difference(a, n, b, m, level)
    total = round(float(n.sum() + m.sum()))
    if found.strata == 0:
        return undefined("Undefined: no stratum holds rows of the group and of others.", total)
    kind = "mantel-haenszel with sato's variance, simultaneous over groups and columns"
    note = (
        f"Over {found.strata} of {len(n)} strata, those where both occur, with {found.rows} of {n.sum():.0f} rows of "
        f"the group and {found.others} of {m.sum():.0f} others."
    )
    one = estimate(found.value, found.low, found.high, kind, found.rows + found.others)
    return replace(one, note=sentence(note, one.note))
