"""Convert arrays, Series, frames and mappings of them to one table. Their values belong together by position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.errors import DataError
from evenhand.frames import name_of

Columns = dict[str, Any]
"""Columns by name: Series, and arrays of one dimension, which have no index."""


def columns_of(values: Any, argument: str, name: str) -> Columns:
    """Return the columns of an argument by name.

    Args:
        values: A mapping or a frame of several columns, or one column: a Series, a list, or an array of one dimension.
            An array of shape (n, k) is k columns.
        argument: Name of the argument, for errors.
        name: Name of a column without a name of its own.

    Raises:
        DataError: The values are no columns.

    >>> list(columns_of(np.zeros((3, 2)), "sensitive_features", "group"))
    ['group 1', 'group 2']
    """
    if isinstance(values, Mapping | pd.DataFrame):
        named = [name_of(label, argument) for label in (values if isinstance(values, Mapping) else values.columns)]
        if twice := sorted({name for name in named if named.count(name) > 1}):
            raise DataError(f"{argument} has more than one column {twice[0]!r}; give each a name of its own.")
    if isinstance(values, Mapping):
        return {name_of(label, argument): _column(one, f"{argument}[{label!r}]") for label, one in values.items()}
    if isinstance(values, pd.DataFrame):
        return {name_of(label, argument): values.iloc[:, place] for place, label in enumerate(values.columns)}
    if isinstance(values, pd.Series):
        return {name if values.name is None else name_of(values.name, argument): values}
    if getattr(values, "ndim", 1) != 2:
        return {name: _column(values, argument)}
    parts = np.asarray(values).T
    names = [name] if len(parts) == 1 else [f"{name} {place + 1}" for place in range(len(parts))]
    return dict(zip(names, parts, strict=True))


def models_of(values: Any, argument: str) -> Columns:
    """Return the decisions of one model, or of several that have names.

    Raises:
        DataError: The values are no columns, or several without names.
    """
    columns = {} if values is None else columns_of(values, argument, argument)
    if len(columns) > 1 and not isinstance(values, Mapping | pd.DataFrame):
        raise DataError(
            f"{argument} has {len(columns)} columns without names; pass one, e.g. proba[:, 1], or a dict with a name "
            "for each model."
        )
    return columns


def column_of(values: Any, argument: str) -> tuple[str, Any]:
    """Return the only column of an argument, and its name.

    Raises:
        DataError: It has several.
    """
    columns = columns_of(values, argument, argument)
    if len(columns) != 1:
        raise DataError(f"{argument} has {len(columns)} columns; it must have one.")
    return next(iter(columns.items()))


def table_of(parts: Iterable[tuple[str, Columns]]) -> pd.DataFrame:
    """Return one table of the columns of several arguments, each with its argument; the first one has the outcome.

    Raises:
        DataError: A column has another length than the first, an index in another order, or the name of another.
    """
    table: Columns = {}
    first = ("", 0)
    indexed: tuple[str, pd.Index] | None = None
    for argument, columns in parts:
        for name, values in columns.items():
            shown = argument if len(columns) == 1 else f"{argument}[{name!r}]"
            first = first if table else (shown, len(values))
            if len(values) != first[1]:
                raise DataError(f"{shown} has {len(values):,} values, but {first[0]} has {first[1]:,}.")
            if isinstance(values, pd.Series):
                indexed = indexed or (shown, values.index)
                _check_order(shown, values.index, *indexed)
            if name in table:
                raise DataError(f"{argument} has a column {name!r}, as another argument has; give one another name.")
            table[name] = pd.Series(values).reset_index(drop=True)
    return pd.DataFrame(table)


def _column(values: Any, argument: str) -> Any:
    if isinstance(values, pd.Series):
        return values
    if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
        raise DataError(f"{argument} must be an array, a Series or a list, not {type(values).__name__}.")
    if isinstance(values, list | tuple):
        return pd.Series(values).array
    array = np.asarray(values)
    if array.ndim == 2 and len(array.T) == 1:
        return array.T[0]
    if array.ndim != 1:
        raise DataError(f"{argument} has the shape {array.shape}; it must have one dimension, e.g. proba[:, 1].")
    return array


def _check_order(shown: str, index: pd.Index, first: str, other: pd.Index) -> None:
    if index.equals(other) or not index.is_unique or not other.is_unique:
        return
    if len(index.union(other, sort=False)) == len(index):
        raise DataError(
            f"{shown} has the index of {first} in another order, but values belong together by position; bring both "
            "into one order, or pass to_numpy() if they are in one already."
        )
