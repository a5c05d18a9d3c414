"""The source train row or the group of each generated row, in shards: the same rows for any number of workers.

A plan comes in parts of `PART_ROWS` rows, so that it takes the same memory for any number of rows. What holds for each
part: a group has its share of the rows, to within about one row, and a large group to within half a row for each tiny
one. What holds for all rows together: a group has exactly its share, rounded to whole rows, and every train row is used
once before any of its kind is used twice.
"""

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
PART_SHARDS = 8
PART_ROWS = PART_SHARDS * SHARD_ROWS
"""Number of rows that are planned, and written to a file, at once."""


@dataclass(frozen=True)
class Shard:
    """A block of generated rows: the place of each in a source of latents, shape (m,), and a random generator."""

    source: NDArray[np.int64]
    rng: np.random.Generator


def shards(source: NDArray[np.int64], seed: int, *, part: int = 0) -> Iterator[Shard]:
    """Split a plan, or one part of it, into shards. Shard i is seeded by (seed, i), so no output depends on the worker.

    Args:
        source: Shape (m,).
        seed: Seed of the plan.
        part: Number of the part, from 0 on.
    """
    for index, start in enumerate(range(0, len(source), SHARD_ROWS), start=part * PART_SHARDS):
        yield Shard(source[start : start + SHARD_ROWS], np.random.default_rng([seed, 1, index]))


def shard_count(rows: int) -> int:
    """Return the number of shards of a plan."""
    return -(-rows // SHARD_ROWS)


def plan_rows(
    groups: NDArray[np.int64],
    names: Sequence[str],
    rows: int,
    *,
    seed: int,
    columns: int = 1,
    proportions: Mapping[str, float] | None = None,
) -> Iterator[NDArray[np.int64]]:
    """Yield the index of the source train row of each generated row, in parts of `PART_ROWS`, each shuffled.

    Without proportions, every train row is used once before any is used twice. With proportions, the named groups get
    their share, and the other groups divide the rest in their train proportions; within a group, every train row is
    used once before any is used twice.

    Args:
        groups: Index of each train row's group in ``names``, shape (n,).
        names: Names of the groups; intersections if there are several sensitive columns.
        rows: Number of generated rows, at least 1.
        seed: The same seed gives the same plan.
        columns: Number of sensitive columns.
        proportions: Share by name of a group or of a group of one sensitive column. The intersections with that group
            divide its share in their train proportions.

    Raises:
        ConfigError: A group is unknown, overlaps another or has no train rows; a share is outside 0 .. 1; the shares
            sum to more than 1.
    """
    _check_count(rows)
    rng = np.random.default_rng([seed, 0])
    if not proportions:
        every = _Rounds(np.arange(len(groups)), rng)
        yield from (every.take(end - start) for start, end in _parts(rows))
        return
    shares = group_shares(np.bincount(groups, minlength=len(names)), names, columns, proportions)
    members = [_Rounds(np.flatnonzero(groups == group), rng) for group in range(len(names))]
    for counts in part_counts(row_counts(shares, rows)):
        taken = [own.take(count) for own, count in zip(members, counts.tolist(), strict=True) if count]
        yield rng.permutation(np.concatenate(taken))


def plan_groups(
    train_shares: NDArray[np.float64],
    names: Sequence[str],
    rows: int,
    *,
    seed: int,
    columns: int = 1,
    proportions: Mapping[str, float] | None = None,
) -> Iterator[NDArray[np.int64]]:
    """Yield the group of each generated row, without train rows, in parts of `PART_ROWS`, each shuffled.

    Every group has its share, rounded to whole rows. ``train_shares``: shape (G,); the other arguments are those of
    ``plan_rows``.
    """
    _check_count(rows)
    shares = group_shares(train_shares, names, columns, proportions) if proportions else train_shares
    rng = np.random.default_rng([seed, 0])
    for counts in part_counts(row_counts(shares, rows)):
        yield rng.permutation(np.repeat(np.arange(len(names)), counts))


def row_counts(shares: NDArray[np.float64], rows: int) -> NDArray[np.int64]:
    """Return the number of rows of each share, shape (G,), rounded so that they sum to ``rows``.

    >>> row_counts(np.array([0.25, 0.75]), 5).tolist()
    [1, 4]
    """
    exact = shares * rows
    counts = np.floor(exact).astype(np.int64)
    short = rows - counts.sum()
    counts[np.argsort(counts - exact, kind="stable")[:short]] += 1
    return counts


def part_counts(totals: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield the number of rows of each group in each part, shape (G,); over all parts they sum to ``totals`` (G,)."""
    before = np.zeros_like(totals)
    for _, end in _parts(int(totals.sum())):
        after = _first_rows(totals, end)
        yield after - before
        before = after


def _first_rows(totals: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return how many of the first ``count`` rows each group has, shape (G,), in proportion to ``totals`` (G,).

    By the method of Webster and Sainte-Lague, in which more rows never leave a group with fewer (Balinski and Young
    1982); with largest remainders they can.
    """
    rows = int(totals.sum())
    surely = max(count - len(totals), 0)
    counts = (2 * totals * surely + rows) // (2 * rows)
    for _ in range(count - int(counts.sum())):
        counts[np.argmax(totals / (counts + 0.5))] += 1
    return np.asarray(counts)


def _parts(rows: int) -> Iterator[tuple[int, int]]:
    """Yield the first row of each part and the one after its last."""
    for start in range(0, rows, PART_ROWS):
        yield start, min(start + PART_ROWS, rows)


def group_shares(
    counts: NDArray[np.int64] | NDArray[np.float64],
    names: Sequence[str],
    columns: int,
    proportions: Mapping[str, float],
) -> NDArray[np.float64]:
    """Return the share of each group, shape (G,), summing to 1; see ``plan_rows``.

    ``counts``: number or share of the train rows of each group, shape (G,).
    """
    positions = named_groups(names, columns)
    shares = np.full(len(names), np.nan)
    for name, share in proportions.items():
        if name not in positions:
            raise ConfigError(f"There is no group {name!r}; {_list_groups(names, columns)}.", field="proportions")
        if not 0.0 <= share <= 1.0:
            raise ConfigError(
                f"The share of group {name!r} must lie between 0 and 1, not {share}.", field="proportions"
            )
        members = positions[name]
        if not np.isnan(shares[members]).all():
            raise ConfigError(
                f"Group {name!r} overlaps another group that has a share; name groups that do not overlap.",
                field="proportions",
            )
        if share > 0 and not counts[members].sum():
            raise ConfigError(f"Group {name!r} has no train rows to generate from; leave it out.", field="proportions")
        shares[members] = share * (counts[members] / (counts[members].sum() or 1))
    rest = 1.0 - np.nansum(shares)
    open_groups = np.isnan(shares)
    if rest < -1e-9 or (rest > 1e-9 and not counts[open_groups].sum()):
        raise ConfigError(
            f"The shares of the groups must add up to 1, not {np.nansum(shares):g}; {_list_groups(names, columns)}.",
            field="proportions",
        )
    if open_groups.any():
        shares[open_groups] = max(rest, 0.0) * counts[open_groups] / (counts[open_groups].sum() or 1)
    total: float = shares.sum()
    return np.asarray(shares / total)


def shares_of(frame: pd.DataFrame, schema: Schema, proportions: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the share of each group of typed train rows; see `group_shares`."""
    names = conditioning_groups(frame, schema)
    return group_shares(_counts(frame, schema, names), names, len(schema.sensitive), proportions)


def _counts(frame: pd.DataFrame, schema: Schema, names: Sequence[str]) -> NDArray[np.int64]:
    return np.bincount(group_codes(frame, schema, names), minlength=len(names))


def named_groups(names: Sequence[str], columns: int) -> dict[str, list[int]]:
    """Return the indices in ``names`` of each group with a name: intersections, and groups of one sensitive column.

    A pooled group belongs to no group of one column. A name that occurs in several columns is left out, because it is
    ambiguous.

    >>> named_groups(["f × old", "f × young", "m × old", "(other groups)"], 2)["f"]
    [0, 1]
    """
    parts = parts_by_column(names, columns)
    by_group = {part: positions for column in parts for part, positions in column.items()}
    all_names = [part for column in parts for part in column]
    return {part: by_group[part] for part in by_group if all_names.count(part) == 1} | {
        name: [position] for position, name in enumerate(names)
    }


def parts_by_column(names: Sequence[str], columns: int) -> list[dict[str, list[int]]]:
    """Return, for each sensitive column, the indices in ``names`` of the intersections with each of its groups."""
    by_column: list[dict[str, list[int]]] = [{} for _ in range(columns)]
    for position, name in enumerate(names):
        parts = name.split(CROSS) if columns > 1 else [name]
        if len(parts) == columns:
            for column, part in zip(by_column, parts, strict=True):
                column.setdefault(part, []).append(position)
    return by_column


def _check_count(rows: int) -> None:
    if rows < 1:
        raise ConfigError(f"The number of rows must be at least 1, not {rows}.", field="rows")


def _list_groups(names: Sequence[str], columns: int) -> str:
    if columns == 1:
        return f"the groups are {', '.join(map(repr, names))}"
    by_group = [part for part in named_groups(names, columns) if part not in names]
    return f"the groups are {', '.join(map(repr, by_group))}, and intersections such as {names[0]!r}"


def repeat_shuffled(rows: NDArray[np.int64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return ``count`` of the rows in random order, shape (count,); each occurs once before any occurs twice."""
    return _Rounds(rows, rng).take(count)


class _Rounds:
    """Rows in random order without end; each occurs once before any occurs twice."""

    def __init__(self, rows: NDArray[np.int64], rng: np.random.Generator) -> None:
        self._rows, self._rng = rows, rng
        self._left = rows[:0]

    def take(self, count: int) -> NDArray[np.int64]:
        """Return the next rows, shape (count,)."""
        missing = max(count - len(self._left), 0)
        rounds = [self._rng.permutation(self._rows) for _ in range(-(-missing // len(self._rows)))]
        known = np.concatenate([self._left, *rounds])
        self._left = known[count:].copy()
        return known[:count]
