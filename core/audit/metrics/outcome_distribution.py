"""How the whole distribution of an outcome of more than two values differs between groups.

Rates of one positive value do not see what happens among the other values. So each group's distribution is compared
with that of all other compared rows: for numbers by the Kolmogorov-Smirnov distance, the largest difference of the
shares of rows up to any value; for classes by the total variation, half the sum of the differences of their shares. The
figure is the largest distance of any compared group.

It is above 0 by chance alone, and more so in small groups. The limit of chance is the 95th percentile if the outcome
did not depend on the group, with the same groups and outcomes (permutation, 200 draws). Both distances obey the
triangle inequality. So the true distance lies within that limit of the measured one with about the same confidence,
for all groups at once, and that is the interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate, sentence, undefined
from core.audit.metrics.formulas import TOO_FEW_GROUPS
from core.audit.metrics.shares import share
from core.audit.records import Record, Status
from core.audit.statistics.confidence import error_rate
from core.audit.statistics.means import mean_t
from core.data.compared_groups import ComparedGroups
from core.data.groups import GroupedFrame, Grouping, as_text

DISTANCE, LIMIT = "outcome_distance", "outcome_distance_chance"
MEAN, SHARE = "mean_outcome", "outcome_share"
PERMUTATIONS = 200
MAX_VALUES = 400
"""Numbers of more distinct values are compared at this many quantiles of all rows."""
SEED = 83
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def records(
    rows: GroupedFrame, source: str, split: str, compared: Mapping[str, ComparedGroups] | None = None
) -> list[Record]:
    """Return mean or shares of the outcome by group, the largest distance of a group, and the limit of chance.

    Empty for an outcome of at most two values, and for weighted rows.

    Args:
        rows: Typed rows, at least one, target present in each.
        source: Whose rows.
        split: Which rows, e.g. ``train``.
        compared: The compared groups of each attribute; by default those with enough of these rows.
    """
    schema = rows.schema
    values = rows.frame[schema.target]
    is_number = schema.column(schema.target).is_numeric
    outcomes = values.to_numpy(dtype=float) if is_number else as_text(values).astype(str)
    names, codes = np.unique(outcomes, return_inverse=True)
    if len(names) <= 2 or rows.weights is not None:
        return []
    if is_number and len(names) > MAX_VALUES:
        names = np.unique(np.quantile(outcomes, np.linspace(0, 1, MAX_VALUES), method="inverted_cdf"))
        codes = np.searchsorted(names, outcomes)
    found = []
    for attribute, grouping in rows.groupings.items():
        chosen = (compared or {}).get(attribute) or ComparedGroups(schema.min_group_size)
        tag = Tag(source, "data", attribute, split=split)
        counts = np.bincount(grouping.codes * len(names) + codes, minlength=len(grouping.names) * len(names))
        table = counts.reshape(len(grouping.names), len(names))
        by_group = _means(outcomes, grouping) if is_number else _shares(table, names.tolist())
        belongs = chosen.belongs(grouping.names)
        for metric, figures in by_group.items():
            for group, one, is_compared in zip(grouping.names, figures, belongs, strict=True):
                status = one.status if is_compared or one.status is not Status.OK else Status.SMALL_N
                found.append(tag.record(metric, replace(one, status=status), group=group))
        largest, limit = _distance(table, grouping, chosen, is_number=is_number)
        found += [tag.record(DISTANCE, largest), tag.record(LIMIT, limit)]
    return found


def _means(outcomes: NDArray[np.float64], grouping: Grouping) -> dict[str, list[Estimate]]:
    figures = []
    for group in grouping.names:
        mine = outcomes[grouping.mask(group)]
        figures.append(estimate(*mean_t(mine), "t", len(mine)))
    return {MEAN: figures}


def _shares(table: Counts, names: list[str]) -> dict[str, list[Estimate]]:
    sizes = table.sum(axis=1)
    return {
        f"{SHARE}:{name}": [share(int(hits), int(size)) for hits, size in zip(table[:, at], sizes, strict=True)]
        for at, name in enumerate(names)
    }


def _distance(
    table: Counts, grouping: Grouping, compared: ComparedGroups, *, is_number: bool
) -> tuple[Estimate, Estimate]:
    """Return the largest distance of a compared group from all other compared rows, and the limit of chance."""
    is_compared = compared.mask(grouping.names, grouping.sizes)
    large = table[is_compared]
    note, rows = compared.note(grouping.names, grouping.sizes), int(large.sum())
    if absent := compared.absent(grouping.names):
        missing = f"Undefined: no row here belongs to {', '.join(map(repr, absent))}, which is compared elsewhere."
        nothing = undefined(sentence(missing, note), rows)
        return nothing, nothing
    if len(large) < 2:
        nothing = undefined(sentence(TOO_FEW_GROUPS, note), rows)
        return nothing, nothing
    distances = group_distances(large, is_number=is_number)
    limit = chance_limit(large, is_number=is_number)
    names = [name for name, is_in in zip(grouping.names, is_compared, strict=True) if is_in]
    farthest = int(distances.argmax())
    value = float(distances[farthest])
    status = Status.SMALL_N if compared.too_small(grouping.names, grouping.sizes) else Status.OK
    where = f"The farthest group is {names[farthest]!r}."
    low, high = max(value - limit, 0.0), min(value + limit, 1.0)
    return (
        Estimate(value, low, high, "permutation", rows, status, sentence(where, note)),
        Estimate(limit, n=rows, status=status, note="From permutations of the groups among these rows."),
    )


def group_distances(table: Counts, *, is_number: bool) -> Floats:
    """Return the distance of each group's distribution from that of the rows of all other groups, shape (..., G).

    Args:
        table: Number of rows by group and value, values ascending, shape (..., G, K).
        is_number: Whether the distance is Kolmogorov-Smirnov; else it is the total variation.
    """
    others = table.sum(axis=-2, keepdims=True) - table
    gap = table / table.sum(axis=-1, keepdims=True) - others / others.sum(axis=-1, keepdims=True)
    if is_number:
        return np.asarray(np.abs(gap.cumsum(axis=-1)).max(axis=-1))
    return np.asarray(np.abs(gap).sum(axis=-1) / 2)


def chance_limit(table: Counts, *, is_number: bool) -> float:
    """Return the 95th percentile of the largest distance if outcomes do not depend on the group, for ``table`` (G, K).

    A permutation of the groups among the rows deals out the rows of each value: a multivariate hypergeometric draw.
    """
    rng, sizes = np.random.default_rng(SEED), table.sum(axis=1)
    left = np.repeat(table.sum(axis=0)[None], PERMUTATIONS, axis=0)
    dealt = np.empty((PERMUTATIONS, *table.shape), dtype=np.int64)
    for group, size in enumerate(sizes[:-1]):
        for draw in range(PERMUTATIONS):
            dealt[draw, group] = rng.multivariate_hypergeometric(left[draw], size, method="marginals")
        left -= dealt[:, group]
    dealt[:, -1] = left
    largest = group_distances(dealt, is_number=is_number).max(axis=1)
    return float(np.quantile(largest, 1 - error_rate()))
