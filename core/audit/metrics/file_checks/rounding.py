"""Real rows with numbers as coarse as those of a file.

A file whose ages are all multiples of 5 is no fault by itself. Compared with exact ages its rows would seem to repeat
more often than real ones, and to lack values. So the real numbers of a column are rounded alike before the comparison.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.encoding.values import modelled_columns, numbers
from core.data.schema import Schema

MIN_VALUES = 3  # a column with fewer distinct numbers is not rounded: it lost its values
ALMOST_ALL = 0.99
COVERED = 0.9  # most real numbers must, rounded, be numbers of the file; otherwise it lost values too
_STEPS = [unit * 10.0**power for power in range(9, -7, -1) for unit in (5, 2, 1)]


def rounded_alike(
    schema: Schema, rows: pd.DataFrame, train: pd.DataFrame, holdout: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the three tables with the numbers of each feature rounded to the file's step, where real ones are finer.

    Args:
        schema: Columns and kinds.
        rows: The file's rows; rounded too, so that equal numbers have equal digits.
        train: Real train rows.
        holdout: Real hold-out rows.
    """
    steps = {}
    for name in modelled_columns(schema):
        if name in schema.features and schema.column(name).is_numeric:
            step = _coarser(numbers(rows[name]), np.concatenate([numbers(part[name]) for part in (train, holdout)]))
            if step is not None:
                steps[name] = step
    one, two, three = (
        part.assign(**{name: _rounded(part[name], step) for name, step in steps.items()})
        for part in (rows, train, holdout)
    )
    return one, two, three


def step_of(values: NDArray[np.float64]) -> float | None:
    """Return the greatest step, 1, 2 or 5 times a power of ten, that almost all numbers are multiples of.

    ``None`` if there is none, or if there are fewer than three distinct numbers.

    >>> step_of(np.array([20.0, 35.0, 40.0, 45.0, 90.0])), step_of(np.array([0.1234567891, 1.0, 2.0, 3.0, 4.0]))
    (5.0, None)
    """
    known = values[~np.isnan(values)]
    if len(np.unique(known)) < MIN_VALUES:
        return None
    return next((step for step in _STEPS if _are_multiples(known, step).mean() >= ALMOST_ALL), None)


def _coarser(mine: NDArray[np.float64], real: NDArray[np.float64]) -> float | None:
    """Return the step of the file's numbers if it is coarser than that of the real ones and explains the difference."""
    step = step_of(mine)
    known = real[~np.isnan(real)]
    if step is None or not len(known) or _are_multiples(known, step).mean() >= ALMOST_ALL:
        return None
    covered = np.isin(np.round(known / step), np.round(mine / step)).mean()
    return step if covered >= COVERED else None


def _are_multiples(values: NDArray[np.float64], step: float) -> NDArray[np.bool_]:
    return np.isclose(np.round(values / step) * step, values, rtol=1e-9, atol=1e-12)


def _rounded(values: pd.Series, step: float) -> pd.Series:
    return pd.Series(np.round(numbers(values) / step) * step, index=values.index)
