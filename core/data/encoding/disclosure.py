"""Coarsen the encoding of a table, so that it can be handed on without the table.

The encoding of a run is made for the owner of the table: its edges lie between values of single people, and its counts
are exact. The coarse encoding decodes the same codes and holds less:

- Neighbouring bins are pooled until each pool has `POOLED_ROWS` train rows. All codes of a pool decode alike. Bins on
  two sides of a cut point of the schema are not pooled, because groups and outcomes depend on the side.
- A value is stored if `COMMON_ROWS` train rows have it. Of the other values of a pool only quantiles are stored. Each
  is the mean of `COMMON_ROWS` neighbouring values that no other mean uses, moved halfway between two possible values.
- The `COMMON_ROWS` - 1 smallest and largest numbers of a column are left out, so that no extreme weighs in a mean.
- Frequencies are rounded to multiples of `COMMON_ROWS` rows. Edges are left out: they are needed to encode rows only.

What is left are statistics of the train rows, without a formal guarantee such as differential privacy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.encoding.columns import CategoricalCode, Code, NumericCode
from core.data.encoding.number_bins import Bin, beside_cut, block_means
from core.data.encoding.steps import Grid
from core.data.encoding.table import TableEncoding
from core.data.encoding.values import exact_numbers, mean_of
from core.data.schema import Schema
from core.errors import ConfigError

POOLED_ROWS = 20
COMMON_ROWS = 5

Numbers = NDArray[np.float64]


def coarsened(encoding: TableEncoding, train: pd.DataFrame, schema: Schema) -> TableEncoding:
    """Return an encoding that decodes the same codes and holds no value of a single person.

    Args:
        encoding: The fitted encoding.
        train: The typed train rows on which it was fitted.
        schema: Roles and cut points of the columns.

    Raises:
        ConfigError: A column stores categories that too few people have.
    """
    check_categories(encoding)
    cut_points = {column.name: column.bin_edges for column in schema.columns}
    if schema.threshold is not None:
        cut_points[schema.target] = (schema.threshold,)

    def coarse(code: Code) -> Code:
        if isinstance(code, CategoricalCode):
            return _categories(code)
        return _numbers(code, exact_numbers(train[code.name]), cut_points[code.name])

    return encoding.model_copy(
        update={"columns": tuple(map(coarse, encoding.columns)), "target": coarse(encoding.target)}
    )


def check_categories(encoding: TableEncoding) -> None:
    """Raise a `ConfigError` if a column stores categories that too few people have."""
    for code in (*encoding.columns, encoding.target):
        if isinstance(code, CategoricalCode) and min(code.counts, default=COMMON_ROWS) < COMMON_ROWS:
            raise ConfigError(
                f"Column {code.name!r} has a category that fewer than {COMMON_ROWS} of the train rows have. A "
                "generator that is handed on must not hold it. Merge the category with another one and train again."
            )


def _categories(code: CategoricalCode) -> CategoricalCode:
    return code.model_copy(update={"counts": tuple(map(rounded, code.counts)), "merged": min(code.merged, 1)})


def rounded(rows: int) -> int:
    """Return a number of rows as a multiple of `COMMON_ROWS`.

    >>> [rounded(rows) for rows in (2, 33)]
    [0, 35]
    """
    return COMMON_ROWS * round(rows / COMMON_ROWS)


def _numbers(code: NumericCode, numbers: Numbers, cut_points: Sequence[float]) -> NumericCode:
    if not code.bins:
        return code
    numbers = np.sort(numbers[~np.isnan(numbers)])
    bounds = np.searchsorted(numbers, code.edges, side="left")
    lowest = numbers[np.concatenate([[0], bounds])]
    extremes = min(COMMON_ROWS - 1, (len(numbers) - 1) // 2)
    inner = numbers[extremes : len(numbers) - extremes]
    parts = np.split(inner, (bounds - extremes).clip(0, len(inner)))
    pools: list[Bin] = []
    for codes, limits in _pools(parts, lowest, cut_points):
        members = np.concatenate([parts[one] for one in codes])
        pools += [_pooled(members, limits, code.grid)] * len(codes)
    return code.model_copy(update={"edges": (), "bins": tuple(pools)})


def _pools(
    parts: Sequence[Numbers], lowest: Numbers, cut_points: Sequence[float]
) -> Iterator[tuple[list[int], tuple[float, float]]]:
    """Yield the codes of each pool in ascending order, with the cut points around it; every code is in one pool.

    Args:
        parts: Numbers in the bin of each code.
        lowest: Lowest number of each bin, shape (codes,).
        cut_points: Cut points of the schema, ascending.
    """
    limits = np.asarray([-np.inf, *cut_points, np.inf])
    sides = np.searchsorted(cut_points, lowest, side="right")
    for side in np.unique(sides):
        found: list[list[int]] = [[]]
        for code in np.flatnonzero(sides == side).tolist():
            if sum(len(parts[one]) for one in found[-1]) >= POOLED_ROWS:
                found.append([])
            found[-1].append(code)
        if len(found) > 1 and sum(len(parts[one]) for one in found[-1]) < POOLED_ROWS:
            found[-2:] = [[*found[-2], *found[-1]]]
        for pool in found:
            yield pool, (float(limits[side]), float(limits[side + 1]))


def _pooled(members: Numbers, limits: tuple[float, float], grid: Grid) -> Bin:
    """Return common values and quantiles of a pool; a cut point beside it if it has too few rows for either."""
    distinct, counts = np.unique(members, return_counts=True)
    common = counts >= COMMON_ROWS
    others = np.repeat(distinct[~common], counts[~common])
    knots = tuple(_between(mean, grid) for mean in block_means(others, COMMON_ROWS))
    if not common.any() and not knots:
        known = beside_cut(limits, grid)
        return Bin(common=(), shares=(1.0,), knots=(_between(mean_of(members), grid) if known is None else known,))
    rows = [*map(rounded, counts[common].tolist()), rounded(len(others)) if knots else 0]
    return Bin(common=tuple(distinct[common].tolist()), shares=tuple(n / sum(rows) for n in rows), knots=knots)


def _between(value: float, grid: Grid) -> float:
    """Return the number halfway between two possible values that is nearest to ``value``, up to rounding.

    >>> _between(12.31, Grid(1.0)), _between(12.31, Grid(1.0, 0.99))
    (12.5, 12.49)
    """
    below = np.floor((value - grid.offset) / grid.unit)
    return float(round((below + 0.5) * grid.unit + grid.offset, 10))
