"""The distribution of each column by itself, from counts with noise.

A row adds one to one count of each histogram of `histogram_names`. Only values that occur are counted, and only noisy
counts above a threshold are used, so that a value of one row is hardly ever seen at all (Korolova et al. 2009; with
Gaussian noise: Wilkins et al. 2024). Neither ranges nor categories need to be known before.

Numbers are counted exactly and, at `PRECISIONS`, cut to a few binary digits: 1,234 counts as 1,234, 1,232, 1,216 and
1,024. Counts of coarse values tell where the numbers lie that are too rare to be counted one by one. The columns are
then made again from the counts, one independent of the other, and the ordinary encoding is fitted to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Column, Kind, Role
from core.data.encoding.columns import CategoricalCode
from core.data.encoding.steps import decimals_of, typed_numbers
from core.data.encoding.values import exact_numbers, is_scalar
from core.data.groups import as_text
from core.data.schema import Schema
from core.synthesis.private_rows.noise import RandomSource

PRECISIONS = (2, 5, 8)
"""Binary digits after the first one to which numbers are cut: cells of a quarter to 1/256 of a power of two."""
PLACES = 64
"""Places over which the rest of a cell is spread evenly."""
NOTABLE = 3.0
"""Rest of a cell, in standard deviations of its noise, from which on it is used."""
_DECIMALS = range(9)
_TIME_UNITS = (86400.0, 3600.0, 60.0, 1.0)
_FINEST = {Kind.DATETIME: 1e-6, Kind.NUMERICAL: 1e-9}

Numbers = NDArray[np.float64]


def histogram_names(schema: Schema) -> list[tuple[str, str]]:
    """Return column and subject of each histogram, to which a row adds at most one count."""
    names = []
    for column in modelled(schema):
        names.append((column.name, "values"))
        if is_scalar(column):
            names += [(column.name, f"{digits} binary digits") for digits in PRECISIONS]
        if column.kind in _FINEST:
            names.append((column.name, "unit"))
    return names


def modelled(schema: Schema) -> list[Column]:
    """Return the columns that are learned: the sensitive ones first, then the features, the target last."""
    order = {Role.SENSITIVE: 0, Role.FEATURE: 1, Role.TARGET: 2}
    return sorted((column for column in schema.columns if column.role in order), key=lambda column: order[column.role])


@dataclass(frozen=True)
class NoisyCounts:
    """Counts with noise.

    Args:
        random: Where noise comes from.
        deviation: Standard deviation of the noise of each count, in rows.
        threshold: Counts up to it are dropped.
    """

    random: RandomSource
    deviation: float
    threshold: float

    def of(self, values: NDArray[Any]) -> tuple[NDArray[Any], Numbers]:
        """Return the values with a large noisy count, ascending, and these counts."""
        distinct, counts = np.unique(values, return_counts=True)
        noisy = counts + self.deviation * self.random.standard_normal(len(counts))
        kept = noisy > self.threshold  # before they are rounded: the guarantee is that of the threshold itself
        return distinct[kept], np.rint(noisy[kept])

    def is_notable(self, rows: float, counts: int) -> bool:
        """Return whether a sum of this many noisy counts is more than noise."""
        return bool(rows > NOTABLE * self.deviation * counts**0.5)


def made_again(column: Column, values: pd.Series, rows: int, counts: NoisyCounts) -> tuple[pd.Series, int]:
    """Return a column with the noisy distribution of ``values``, and about how many rows have other values.

    Args:
        column: Its kind.
        values: Typed values of the train rows.
        rows: Length of the column to make.
        counts: How values are counted.
    """
    return (_numbers if is_scalar(column) else _categories)(column, values, rows, counts)


def _categories(column: Column, values: pd.Series, rows: int, counts: NoisyCounts) -> tuple[pd.Series, int]:
    names, shares = counts.of(as_text(values.dropna()).astype(str))
    missing = _missing(values.isna().to_numpy(dtype=bool), counts)
    code = CategoricalCode(
        name=column.name,
        kind=column.kind,
        kept=tuple(names.tolist()),
        counts=tuple(shares.astype(int).tolist()),
        merged=0,
        missing=missing > 0,
    )
    weights = np.append(shares, missing)[: max(code.size, 1)]
    codes = _spread(np.arange(len(weights)), weights, rows)
    made = code.decode(codes, np.random.default_rng(0)) if code.size else values.iloc[:0].reindex(range(rows))
    return made.rename(column.name), _lost(rows, weights.sum(), len(weights), counts)


def _numbers(column: Column, values: pd.Series, rows: int, counts: NoisyCounts) -> tuple[pd.Series, int]:
    """Return numbers: exact values, then the rest of each cell from the smallest cells to the largest."""
    every = exact_numbers(values)
    numbers = every[~np.isnan(every)]
    unit = _unit(column.kind, numbers, counts)
    finer, finer_rows = counts.of(numbers)
    places, weights, parts = [*finer.tolist()], [*finer_rows.tolist()], len(finer) + 1
    for digits in reversed(PRECISIONS):
        cells, cell_rows = counts.of(cut(numbers, digits))
        parents = cut(finer, digits)
        for cell, count in zip(cells.tolist(), cell_rows.tolist(), strict=True):
            inside = finer_rows[parents == cell]
            rest = count - inside.sum()
            if counts.is_notable(rest, len(inside) + 1):
                places += _places(cell, digits, unit).tolist()
                weights += [rest / PLACES] * PLACES
                parts += 1
        finer, finer_rows = cells, cell_rows
    weights.append(_missing(np.isnan(every), counts))
    spread = _spread(np.asarray([*places, np.nan]), np.asarray(weights), rows)
    return typed_numbers(spread, column.kind, column.name, decimals_of([unit])), _lost(
        rows, sum(weights), parts, counts
    )


def _missing(is_missing: NDArray[np.bool_], counts: NoisyCounts) -> float:
    """Return the noisy number of missing values, a count of the histogram of values; 0 if it is small."""
    return float(counts.of(is_missing[is_missing])[1].sum())


def cut(numbers: Numbers, digits: int) -> Numbers:
    """Return numbers with this many binary digits after the first one; further digits become 0. Shape as given.

    >>> cut(np.asarray([1234.0, -1.7, 0.0]), 2).tolist()
    [1024.0, -1.5, 0.0]
    """
    mantissa, exponent = np.frexp(numbers)
    scale = 2.0 ** (digits + 1)
    return np.asarray(np.ldexp(np.trunc(mantissa * scale) / scale, exponent))


def _places(value: float, digits: int, unit: float) -> Numbers:
    """Return evenly spaced possible values of the cell of numbers that are cut to ``value``."""
    width = 2.0 ** (np.frexp(value)[1] - digits - 1) if value else 0.0
    inside = value + np.copysign(width, value) * (np.arange(PLACES) + 0.5) / PLACES
    return np.asarray(np.trunc(inside / unit) * unit)


def _unit(kind: Kind, numbers: Numbers, counts: NoisyCounts) -> float:
    """Return the finest step of values that many rows need."""
    if kind not in _FINEST:
        return 1.0
    steps = _TIME_UNITS if kind is Kind.DATETIME else tuple(10.0**-decimals for decimals in _DECIMALS)
    needed = np.full(len(numbers), _FINEST[kind])
    for step in reversed(steps):
        fits = np.abs(numbers - np.round(numbers / step) * step) <= 1e-12 * np.maximum(1.0, np.abs(numbers))
        needed[fits] = step
    found, _ = counts.of(needed)
    return float(found.min(initial=steps[0]))


def _lost(rows: int, known: float, parts: int, counts: NoisyCounts) -> int:
    """Return about how many of the rows have none of the values that are used; 0 if that may be noise."""
    rest = rows - known
    return round(rest) if counts.is_notable(rest, parts) else 0


def _spread(values: NDArray[Any], weights: Numbers, rows: int) -> NDArray[Any]:
    """Return ``rows`` values with these relative frequencies, each to within one row; the last one if all are 0."""
    if not weights.sum():
        return np.repeat(values[-1:], rows)
    ends = np.rint(np.cumsum(weights) / weights.sum() * rows).astype(np.int64)
    return np.repeat(values, np.diff(ends, prepend=0))
