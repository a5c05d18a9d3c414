"""Which train row stands behind each generated row, in shards that any number of workers can make alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    proportions: Mapping[str, float] | None = None,
) -> NDArray[np.int64]:
    """Train row behind each of ``rows`` generated rows; shape (rows,), shuffled.

    Without proportions every train row is used once before any is used twice. With them the groups named get their
    share, and the groups not named divide the rest as they stand in the train rows.

    Raises:
        ConfigError: Unknown group, a share outside 0 .. 1, shares above 1 in all, a group without train rows.
    """
    if rows < 1:
        raise ConfigError(f"The number of rows must be at least 1, not {rows}.")
    rng = np.random.default_rng([seed, 0])
    if not proportions:
        return _cycled(np.arange(len(groups)), rows, rng)
    shares = group_shares(groups, names, proportions)
    exact = shares * rows
    counts = np.floor(exact).astype(int)
    short = rows - counts.sum()
    counts[np.argsort(counts - exact, kind="stable")[:short]] += 1
    parts = [_cycled(np.flatnonzero(groups == group), count, rng) for group, count in enumerate(counts) if count]
    return rng.permutation(np.concatenate(parts))


def group_shares(
    groups: NDArray[np.int64], names: Sequence[str], proportions: Mapping[str, float]
) -> NDArray[np.float64]:
    """Share of each group, shape (G,), summing to 1; see ``plan_rows``."""
    listed = ", ".join(map(repr, names))
    counts = np.bincount(groups, minlength=len(names)).astype(float)
    shares = np.full(len(names), np.nan)
    for name, share in proportions.items():
        if name not in names:
            raise ConfigError(f"There is no group {name!r}; the groups are {listed}.")
        if not 0.0 <= share <= 1.0:
            raise ConfigError(f"The share of group {name!r} must lie between 0 and 1, not {share}.")
        shares[list(names).index(name)] = share
    rest = 1.0 - np.nansum(shares)
    open_groups = np.isnan(shares)
    if rest < -1e-9 or (rest > 1e-9 and not counts[open_groups].sum()):
        raise ConfigError(f"The shares of the groups must add up to 1, not {np.nansum(shares):g}; they are {listed}.")
    if open_groups.any():
        shares[open_groups] = max(rest, 0.0) * counts[open_groups] / max(counts[open_groups].sum(), 1.0)
    empty = [name for name, share, count in zip(names, shares, counts, strict=True) if share > 0 and not count]
    if empty:
        raise ConfigError(f"Group {empty[0]!r} has no train rows to generate from; leave it out.")
    total: float = shares.sum()
    return np.asarray(shares / total)


def _cycled(rows: NDArray[np.int64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    rounds = [rng.permutation(rows) for _ in range(-(-count // len(rows)))]
    return np.concatenate(rounds)[:count]
