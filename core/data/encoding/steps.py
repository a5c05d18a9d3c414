"""The possible values of a column: multiples of a step such as 1, .05, 100 or a day, maybe with an offset (4.99)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from core.data.column import Kind
from core.data.encoding.calendar_steps import moments, time_step

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_VALUES = 10
"""Fewest different values that show a step such as 100; few numbers may have one by chance."""
_MOST_DECIMALS = 8


class Grid(NamedTuple):
    """The possible values of a column: ``offset`` plus multiples of ``unit``.

    >>> Grid(1.0, 0.99).nearest(np.asarray([12.3, 7.0])).tolist()
    [11.99, 6.99]
    """

    unit: float
    offset: float = 0.0

    def nearest(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the possible values that are nearest, up to errors in their last digits, shape as given."""
        return np.asarray(np.round((numbers - self.offset) / self.unit) * self.unit + self.offset, dtype=float)

    @property
    def decimals(self) -> int | None:
        """The decimals of its values; ``None`` if they have more than 8."""
        return _decimals(np.asarray(self), 1e-12 * max(1.0, self.unit))


def grid_of(numbers: NDArray[np.float64], kind: Kind) -> Grid:
    """Return the coarsest grid that holds all numbers: its unit divides all their differences, in their last decimal.

    Args:
        numbers: Known numbers, shape (n,); times in seconds since 1970.
        kind: The column's kind.

    >>> grid_of(np.arange(20) * 250.0, Kind.INTEGER), grid_of(np.arange(20) + 0.99, Kind.NUMERICAL)
    (Grid(unit=250.0, offset=0.0), Grid(unit=1.0, offset=0.99))
    """
    distinct = np.unique(numbers)
    if kind is Kind.DATETIME:
        first = distinct[0] if len(distinct) >= STEP_VALUES else 0.0
        unit = time_step(distinct - first)
        return Grid(unit, float(np.round(first % unit, 6) % unit))
    largest = abs(numbers).max(initial=0)
    decimals = 0 if kind is Kind.INTEGER else _decimals(numbers, 1e-12 * max(1.0, largest))
    if decimals is None:
        return Grid(1e-9)
    steps, first = 1, 0
    if largest * 10.0**decimals < 2**53 and len(distinct) >= STEP_VALUES:
        counts = np.round(distinct * 10.0**decimals).astype(np.int64)
        steps = max(int(np.gcd.reduce(counts - counts[0])), 1)
        first = int(counts[0]) % steps
    return Grid(*(float(round(one * 10.0**-decimals, decimals)) for one in (steps, first)))


def _decimals(numbers: NDArray[np.float64], error: float) -> int | None:
    """Return the fewest decimals, up to 8, with which all numbers are exact; ``None`` if they have more."""
    return next(
        (one for one in range(_MOST_DECIMALS + 1) if np.allclose(numbers, np.round(numbers, one), rtol=0, atol=error)),
        None,
    )


def typed_numbers(numbers: NDArray[np.float64], kind: Kind, name: str, grid: Grid) -> pd.Series:
    """Return numbers, NaN where missing, as a column of this kind with the decimals of a grid.

    Times are given in seconds since 1970.
    """
    if kind is Kind.DATETIME:
        return moments(numbers, name)
    if kind is Kind.INTEGER:
        is_missing = np.isnan(numbers)
        integers = pd.array(np.where(is_missing, 0.0, numbers).round().astype("int64"), dtype="Int64")
        return pd.Series(integers, name=name).mask(is_missing)
    if grid.decimals is not None:
        numbers = np.round(numbers, grid.decimals)
    return pd.Series(numbers, name=name, dtype="float64")
