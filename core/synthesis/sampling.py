"""Which train row stands behind each generated row, in shards that any number of workers can make alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.encoding.table import conditioning_groups, group_codes
from core.data.groups import CROSS
from core.data.schema import Schema
from core.errors import ConfigError

SHARD_ROWS = 8192


@dataclass(frozen=True)
class Shard:
    """A run of generated rows: the train rows behind them, shape (m,), and their own source of chance."""

    source: NDArray[np.int64]
    rng: np.random.Generator


def shards(source: NDArray[np.int64], seed: int) -> Iterator[Shard]:
    """Cut a plan into shards; shard i is seeded by (seed, i), so the output does not depend on who makes it."""
    for index, start in enumerate(range(0, len(source), SHARD_ROWS)):
        yield Shard(source[start : start + SHARD_ROWS], np.random.default_rng([seed, 1, index]))


def plan_rows(
    groups: NDArray[np.int64],
    names: Sequence[str],
    rows: int,
    *,
    seed: int,
    columns: int = 1,
    proportions: Mapping[str, float] | None = None,
) -> NDArray[np.int64]:
    """Train row behind each of ``rows`` generated rows; shape (rows,), shuffled.

    Without proportions every train row is used once before any is used twice. With them the groups named get their
    share, and the groups not named divide the rest as they stand in the train rows.

    Args:
        groups: Place of each train row's group among ``names``, shape (n,).
        names: The groups; crossed if there are several sensitive columns.
        rows: How many rows are generated.
        seed: Same seed, same plan.
        columns: How many sensitive columns the groups are crossed from.
        proportions: Share by group, or by group of one sensitive column: all crossed groups with that part, which
            divide it as they stand in the train rows.

    Raises:
        ConfigError: Unknown group, a share outside 0 .. 1, shares above 1 in all, groups that overlap, a group
            without train rows.
    """
    if rows < 1:
        raise ConfigError(f"The number of rows must be at least 1, not {rows}.", field="rows")
    rng = np.random.default_rng([seed, 0])
    if not proportions:
        return cycled(np.arange(len(groups)), rows, rng)
    shares = group_shares(groups, names, columns, proportions)
    counts = row_counts(shares, rows)
    parts = [cycled(np.flatnonzero(groups == group), count, rng) for group, count in enumerate(counts) if count]
    return rng.permutation(np.concatenate(parts))


def row_counts(shares: NDArray[np.float64], rows: int) -> NDArray[np.int64]:
    """How many of so many rows each share gets, shape (G,), to within one row and right in all.

    >>> row_counts(np.array([0.25, 0.75]), 5).tolist()
    [1, 4]
    """
    exact = shares * rows
    counts = np.floor(exact).astype(np.int64)
    short = rows - counts.sum()
    counts[np.argsort(counts - exact, kind="stable")[:short]] += 1
    return counts


def group_shares(
    groups: NDArray[np.int64], names: Sequence[str], columns: int, proportions: Mapping[str, float]
) -> NDArray[np.float64]:
    """Share of each group, shape (G,), summing to 1; see ``plan_rows``."""
    places = named_groups(names, columns)
    counts = np.bincount(groups, minlength=len(names)).astype(float)
    shares = np.full(len(names), np.nan)
    for name, share in proportions.items():
        if name not in places:
            raise ConfigError(f"There is no group {name!r}; {_listed(names, columns)}.", field="proportions")
        if not 0.0 <= share <= 1.0:
            raise ConfigError(
                f"The share of group {name!r} must lie between 0 and 1, not {share}.", field="proportions"
            )
        mine = places[name]
        if not np.isnan(shares[mine]).all():
            raise ConfigError(
                f"Group {name!r} overlaps with another that has a share; name groups that do not.", field="proportions"
            )
        if share > 0 and not counts[mine].sum():
            raise ConfigError(f"Group {name!r} has no train rows to generate from; leave it out.", field="proportions")
        shares[mine] = share * (counts[mine] / max(counts[mine].sum(), 1.0))
    rest = 1.0 - np.nansum(shares)
    open_groups = np.isnan(shares)
    if rest < -1e-9 or (rest > 1e-9 and not counts[open_groups].sum()):
        raise ConfigError(
            f"The shares of the groups must add up to 1, not {np.nansum(shares):g}; {_listed(names, columns)}.",
            field="proportions",
        )
    if open_groups.any():
        shares[open_groups] = max(rest, 0.0) * counts[open_groups] / max(counts[open_groups].sum(), 1.0)
    total: float = shares.sum()
    return np.asarray(shares / total)


def shares_of(frame: pd.DataFrame, schema: Schema, proportions: Mapping[str, float]) -> NDArray[np.float64]:
    """Share of each group of typed train rows, as `group_shares`."""
    names = conditioning_groups(frame, schema)
    return group_shares(group_codes(frame, schema, names), names, len(schema.sensitive), proportions)


def named_groups(names: Sequence[str], columns: int) -> dict[str, list[int]]:
    """Places among ``names`` of what may be named: each group, and each group of one sensitive column.

    Pooled groups are part of none of these. What several columns call alike is not there, as nobody knows which is
    meant.

    >>> named_groups(["f × old", "f × young", "m × old", "(other groups)"], 2)["f"]
    [0, 1]
    """
    parts = parts_by_column(names, columns)
    alone = {part: places for column in parts for part, places in column.items()}
    often = [part for column in parts for part in column]
    return {part: alone[part] for part in alone if often.count(part) == 1} | {
        name: [place] for place, name in enumerate(names)
    }


def parts_by_column(names: Sequence[str], columns: int) -> list[dict[str, list[int]]]:
    """For each sensitive column: its groups, and the places among the crossed ``names`` of those that have it."""
    found: list[dict[str, list[int]]] = [{} for _ in range(columns)]
    for place, name in enumerate(names):
        parts = name.split(CROSS) if columns > 1 else [name]
        if len(parts) == columns:
            for column, part in zip(found, parts, strict=True):
                column.setdefault(part, []).append(place)
    return found


def _listed(names: Sequence[str], columns: int) -> str:
    if columns == 1:
        return f"the groups are {', '.join(map(repr, names))}"
    alone = [part for part in named_groups(names, columns) if part not in names]
    return f"the groups are {', '.join(map(repr, alone))}, and crossed ones like {names[0]!r}"


def cycled(rows: NDArray[np.int64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """So many rows, shape (count,): each once in random order before any comes twice."""
    rounds = [rng.permutation(rows) for _ in range(-(-count // len(rows)))]
    return np.concatenate([rows[:0], *rounds])[:count]
