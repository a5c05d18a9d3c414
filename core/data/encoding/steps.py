"""The step of a column's numbers, such as 1, .05, 100 or a day, and numbers as a column of that step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data.column import Kind
from core.data.encoding.calendar_steps import moments, time_step

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_VALUES = 10
"""Fewest different values that show a step such as 100; few numbers may have one by chance."""
_MOST_DECIMALS = 8


def step_of(numbers: NDArray[np.float64], kind: Kind) -> float:
    """Return the step that all numbers are multiples of: their greatest common divisor, in their last decimal.

    Args:
        numbers: Known numbers, shape (n,); times in seconds since 1970.
        kind: The column's kind.

    >>> step_of(np.arange(20) * 250.0, Kind.INTEGER), step_of(np.arange(20) * 0.05, Kind.NUMERICAL)
    (250.0, 0.05)
    """
    if kind is Kind.DATETIME:
        return time_step(numbers)
    largest = abs(numbers).max(initial=0)
    decimals = 0 if kind is Kind.INTEGER else _decimals(numbers, 1e-12 * max(1.0, largest))
    if decimals is None:
        return 1e-9
    steps = 1
    if largest * 10.0**decimals < 2**53:
        distinct = np.unique(np.round(numbers * 10.0**decimals).astype(np.int64))
        steps = max(int(np.gcd.reduce(distinct)), 1) if len(distinct) >= STEP_VALUES else 1
    return float(round(steps * 10.0**-decimals, decimals))


def _decimals(numbers: NDArray[np.float64], error: float) -> int | None:
    """Return the fewest decimals, up to 8, with which all numbers are exact; ``None`` if they have more."""
    return next(
        (one for one in range(_MOST_DECIMALS + 1) if np.allclose(numbers, np.round(numbers, one), rtol=0, atol=error)),
        None,
    )


def typed_numbers(numbers: NDArray[np.float64], kind: Kind, name: str, unit: float) -> pd.Series:
    """Return numbers, NaN where missing, as a column of this kind, rounded to the unit; times: seconds since 1970."""
    if kind is Kind.DATETIME:
        return moments(numbers, name)
    if kind is Kind.INTEGER:
        is_missing = np.isnan(numbers)
        integers = pd.array(np.where(is_missing, 0.0, numbers).round().astype("int64"), dtype="Int64")
        return pd.Series(integers, name=name).mask(is_missing)
    decimals = _decimals(np.asarray([unit]), 1e-12 * max(1.0, unit))
    if decimals is not None:
        numbers = np.round(numbers, decimals)
    return pd.Series(numbers, name=name, dtype="float64")
