"""The possible values of a column: multiples of a step such as 1, .05, 100 or a day, maybe with an offset (4.99)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from core.data.column import Kind
from core.data.encoding.calendar_steps import moments, time_grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_VALUES = 10
"""Fewest different values that show a step such as 100; few numbers may have one by chance."""
_MOST_DECIMALS = 8
_FACTORS = (2, 3, 5, 7)  # of steps that people use


class Grid(NamedTuple):
    """The possible values of a column: ``offset`` plus multiples of ``unit``.

    >>> Grid(1.0, 0.99).nearest(np.asarray([12.3, 7.0])).tolist()
    [11.99, 6.99]
    """

    unit: float
    offset: float = 0.0

    def nearest(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the possible values that are nearest, up to errors in their last digits, shape as given."""
        with np.errstate(over="ignore", invalid="ignore"):
            found = np.round((numbers - self.offset) / self.unit) * self.unit + self.offset
        return np.where(np.isfinite(found), found, numbers)  # of the largest numbers there is no multiple


def rounded(numbers: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    """Return numbers with so many decimals. The largest have none, and numpy's own rounding overflows on them.

    >>> rounded(np.asarray([0.25, 1e308]), 1).tolist()
    [0.2, 1e+308]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.round(numbers, decimals)
    return np.where(np.isfinite(found), found, numbers)


def telling_numbers(numbers: NDArray[np.float64], rare_rows: int) -> tuple[NDArray[np.float64], int]:
    """Return the numbers that tell a column's grid, and how many of them may lie off it.

    What few people break is the rule of the column; their numbers must not show in that of everybody. A number of many
    rows counts like one of ``rare_rows``.

    Args:
        numbers: Known numbers, shape (n,).
        rare_rows: Numbers of fewer rows are protected; 1 protects nothing.
    """
    if rare_rows == 1:
        return numbers, 0
    distinct, counts = np.unique(numbers, return_counts=True)
    telling = np.repeat(distinct, np.minimum(counts, rare_rows))
    return telling, min(max(rare_rows - 1, len(telling) // 100), len(telling) // 20)


def grid_of(numbers: NDArray[np.float64], kind: Kind, exceptions: int = 0) -> Grid:
    """Return the coarsest grid that holds numbers: its unit divides all their differences, in their last decimal.

    Args:
        numbers: Known numbers, shape (n,); times in seconds since 1970.
        kind: The column's kind.
        exceptions: How many numbers may lie off the grid.

    >>> grid_of(np.arange(20) * 250.0, Kind.INTEGER), grid_of(np.arange(20) + 0.99, Kind.NUMERICAL)
    (Grid(unit=250.0, offset=0.0), Grid(unit=1.0, offset=0.99))
    """
    if kind is Kind.DATETIME:
        return Grid(*time_grid(numbers, exceptions, has_offset=len(np.unique(numbers)) >= STEP_VALUES))
    largest = abs(numbers).max(initial=0)
    decimals = 0 if kind is Kind.INTEGER else decimals_of(numbers, exceptions)
    if decimals is None:
        return Grid(1e-9)
    steps, first = 1, 0
    if largest < 2**53 / 10.0**decimals:
        scaled = numbers * 10.0**decimals
        whole = np.round(scaled)
        is_whole = np.abs(scaled - whole) <= 1e-6 + 1e-9 * np.abs(scaled)
        steps, first = _common_step(whole[is_whole].astype(np.int64), exceptions)
    return Grid(*(float(round(one * 10.0**-decimals, decimals)) for one in (steps, first)))


def _common_step(whole: NDArray[np.int64], exceptions: int) -> tuple[int, int]:
    """Return the greatest step that divides the differences of all whole numbers but ``exceptions``, and the offset.

    Few numbers have step 1 and offset 0.
    """
    distinct, counts = np.unique(whole, return_counts=True)
    if len(distinct) < STEP_VALUES:
        return 1, 0
    step = max(int(np.gcd.reduce(distinct - distinct[0])), 1)
    offset = int(distinct[0]) % step
    for factor in _FACTORS:
        while True:
            rests, of_rest = np.unique(distinct % (step * factor), return_inverse=True)
            rows = np.bincount(of_rest, weights=counts)
            most = int(rows.argmax())
            if counts.sum() - rows[most] > exceptions or (of_rest == most).sum() < STEP_VALUES:
                break
            step, offset = step * factor, int(rests[most])
    return step, offset


def decimals_of(numbers: Iterable[float], exceptions: int = 0) -> int | None:
    """Return the fewest decimals with which numbers are exact up to errors in their last digits; ``None``: more than 8.

    Args:
        numbers: Known numbers.
        exceptions: How many of them may have more decimals.

    >>> decimals_of([0.05, 1200.0, 37.125])
    3
    """
    values = np.asarray(list(numbers), dtype=float)
    errors = 1e-12 * np.maximum(1.0, np.abs(values))
    return next(
        (
            one
            for one in range(_MOST_DECIMALS + 1)
            if np.count_nonzero(np.abs(values - rounded(values, one)) > errors) <= exceptions
        ),
        None,
    )


def typed_numbers(numbers: NDArray[np.float64], kind: Kind, name: str, decimals: int | None) -> pd.Series:
    """Return numbers, NaN where missing, as a column of this kind with these decimals; ``None``: as they are.

    Times are given in seconds since 1970.
    """
    if kind is Kind.DATETIME:
        return moments(numbers, name)
    if kind is Kind.INTEGER:
        is_missing = np.isnan(numbers)
        integers = pd.array(np.where(is_missing, 0.0, numbers).round().astype("int64"), dtype="Int64")
        return pd.Series(integers, name=name).mask(is_missing)
    if decimals is not None:
        numbers = rounded(numbers, decimals)
    return pd.Series(numbers, name=name, dtype="float64")
