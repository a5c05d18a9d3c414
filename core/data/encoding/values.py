"""One column's values as numbers, as texts, or as codes of distinct values: the first step of every encoder."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Column, Kind, Role
from core.data.groups import MISSING_GROUP, as_text
from core.data.schema import Schema

Matrix = NDArray[np.float32]
MAX_LEVELS: Final = 250
"""Maximum number of one-hot levels, because a column of free text has too many values."""
_LARGEST = 1e30  # well inside float32, so that scaling cannot overflow
_SUMMABLE = 1e295  # a sum of millions of such numbers is no more than the largest number
_SECOND, _DAY = 1e6, 86_400e6  # in microseconds


def modelled_columns(schema: Schema) -> list[str]:
    """Return the headers of features, sensitive columns and target: the columns that are generated and compared."""
    roles = {Role.FEATURE, Role.SENSITIVE, Role.TARGET}
    return [column.name for column in schema.columns if column.role in roles and not column.is_identifying]


def predictors(schema: Schema, *, with_sensitive: bool) -> list[str]:
    """Return the headers of the inputs of a classifier of the target, in the file's order."""
    inputs = {*schema.features, *(schema.sensitive if with_sensitive else ())}
    return [name for name in modelled_columns(schema) if name in inputs]


def is_scalar(column: Column) -> bool:
    """Return whether values are numbers or times, which have order and distance."""
    return column.is_numeric or column.kind is Kind.DATETIME


def exact_numbers(values: pd.Series) -> NDArray[np.float64]:
    """Return a numeric or datetime column as float64, shape (n,), NaN where missing; times in seconds since 1970."""
    return _as_float(values, _SECOND)


def numbers(values: pd.Series) -> NDArray[np.float64]:
    """Return the column clipped to a range that is safe to scale, -1e30 to 1e30; datetimes in days since 1970."""
    return _as_float(values, _DAY).clip(-_LARGEST, _LARGEST)


def _as_float(values: pd.Series, unit: float) -> NDArray[np.float64]:
    """Return float64 values, NaN where missing; datetimes in units of ``unit`` microseconds."""
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        return np.asarray(values.to_numpy(dtype=float, na_value=np.nan), dtype=np.float64)
    moments = values.astype("datetime64[us]").to_numpy().astype("int64") / unit
    return np.where(values.isna().to_numpy(dtype=bool), np.nan, moments)


def mean_of(known: NDArray[np.float64]) -> float:
    """Return the mean of at least one number, also where their sum is beyond the largest one.

    >>> mean_of(np.asarray([1e308, 1.5e308, 5e307]))
    1e+308
    """
    largest = float(np.abs(known).max())
    scale = largest if largest > _SUMMABLE else 1.0
    return float((known / scale).mean() * scale)


def factorize(values: pd.Series) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
    """Return the code of each row's value, shape (n,), -1 where missing, and the distinct values as text."""
    codes, distinct = pd.factorize(values)
    return codes, as_text(pd.Series(distinct))


def texts(values: pd.Series) -> NDArray[np.object_]:
    """Return values as text, shape (n,), ``(missing)`` where missing."""
    codes, distinct = factorize(values)
    return np.append(distinct, MISSING_GROUP).astype(object)[codes]


def quantile_bins(values: NDArray[np.float64], reference: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return the index of each number's bin among at most ``count``, shape (n,). Missing values have their own bin.

    Args:
        values: Shape (n,), NaN where missing.
        reference: Numbers that define the bins: each holds about as many of them. NaN is allowed.
        count: Number of bins; fewer if values repeat.
    """
    known = reference[~np.isnan(reference)]
    edges = np.unique(np.quantile(known, np.arange(1, count) / count)) if known.size else np.zeros(0)
    bins = np.searchsorted(edges, values, side="right")
    return np.where(np.isnan(values), len(edges) + 1, bins).astype(np.int64)
