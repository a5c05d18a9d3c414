"""Make generated rows keep relations.

Values are changed in this order: a number and the greater one that is smaller than it are exchanged; a determined or
implied value is written; a multiple, a part of a date, a sum or one of its parts is computed. Columns that must not
change, the sensitive ones and the target, stay. Then the other column gets the value of another row that fits. So it
does if a column is computed from a third one, since it would be computed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data.encoding.calendar_steps import moments
from core.data.encoding.values import exact_numbers
from core.data.groups import as_text
from core.data.relations.date_parts import DatePart
from core.data.relations.kinds import Determined, Implied, Order, Relation, Sum
from core.data.relations.linear import Linear

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

ROUNDS = 2  # a change for one relation may break another


def with_relations(
    frame: pd.DataFrame, relations: Sequence[Relation], fixed: Collection[str], rng: np.random.Generator
) -> pd.DataFrame:
    """Return rows that keep the relations, as far as possible.

    Args:
        frame: Typed rows.
        relations: What they must keep.
        fixed: Headers of the columns that must not change.
        rng: Chooses the rows whose values are taken.
    """
    kept = frame.copy()
    multiples = _computed([one for one in relations if isinstance(one, Linear)], frame, fixed)
    parts = _computed([one for one in relations if isinstance(one, DatePart)], frame, fixed)
    settled = {*fixed, *multiples, *parts}
    stays: dict[type[Relation], set[str]] = {
        Order: settled,
        Determined: settled,
        Implied: settled,
        Linear: {*fixed},
        DatePart: {*fixed, *multiples},
        Sum: {*fixed},
    }
    for _ in range(ROUNDS):
        for kind, stay in stays.items():
            for relation in (one for one in relations if isinstance(one, kind)):
                rows = np.flatnonzero(relation.broken(kept))
                if len(rows):
                    _mend(kept, relation, rows, stay, rng)
    return kept


def _computed(
    relations: Sequence[Linear] | Sequence[DatePart], frame: pd.DataFrame, fixed: Collection[str]
) -> set[str]:
    """Return the headers of the columns that are computed from others."""
    return {name for one in relations if (name := one.computed(frame, fixed)) is not None}


def _mend(
    frame: pd.DataFrame, relation: Relation, rows: np.ndarray, fixed: Collection[str], rng: np.random.Generator
) -> None:
    """Change rows that break a relation, in place."""
    match relation:
        case Order():
            _put_in_order(frame, relation, rows, fixed, rng)
        case Sum() | Linear():
            name = relation.computed(frame, fixed)
            if name is not None:
                _write(frame, name, rows, relation.value(name, frame.iloc[rows]))
        case DatePart() | Determined() | Implied():
            result, source = relation.columns
            if result not in fixed:
                _write_expected(frame, result, rows, relation.expected(frame).iloc[rows])
            elif source not in fixed:
                _fit_source(frame, relation, rows, rng)


def _put_in_order(
    frame: pd.DataFrame, relation: Order, rows: np.ndarray, fixed: Collection[str], rng: np.random.Generator
) -> None:
    """Exchange two values; if one of them must not change, or is a day and the other a moment, the other is drawn."""
    low, high = relation.columns
    free = [name for name in (low, high) if name not in fixed]
    moments_only = [name for name in free if not _are_days(frame[name])]
    free = moments_only if len(moments_only) == 1 else free
    if len(free) == 1:
        _draw(frame, relation, free[0], rows, rng)
    elif free:
        one, other = frame[low].iloc[rows].to_numpy(), frame[high].iloc[rows].to_numpy()
        _write(frame, low, rows, other)
        _write(frame, high, rows, one)


def _are_days(column: pd.Series) -> bool:
    is_date = pd.api.types.is_datetime64_any_dtype(column.dtype)
    return is_date and bool((column.dropna() == column.dropna().dt.normalize()).all())


def _draw(frame: pd.DataFrame, relation: Order, name: str, rows: np.ndarray, rng: np.random.Generator) -> None:
    """Give one column of an order values of other rows that are low or high enough."""
    own = exact_numbers(frame[name])
    donors = np.argsort(own)[: np.count_nonzero(~np.isnan(own))]
    if name == relation.low:
        bounds = exact_numbers(frame[relation.high])[rows]
        first, end = np.zeros(len(rows), dtype=int), np.searchsorted(own[donors], bounds, side="right")
    else:
        bounds = exact_numbers(frame[relation.low])[rows]
        first, end = np.searchsorted(own[donors], bounds, side="left"), np.full(len(rows), len(donors))
    some = end > first
    chosen = donors[rng.integers(first[some], end[some])]
    column = frame[name].copy()
    column.iloc[rows[some]] = frame[name].iloc[chosen].array
    frame[name] = column


def _fit_source(
    frame: pd.DataFrame, relation: DatePart | Determined | Implied, rows: np.ndarray, rng: np.random.Generator
) -> None:
    """Give rows the source of another row that goes with their result, which must not change."""
    result, source = relation.columns
    kinds = _texts(frame[result])
    if isinstance(relation, DatePart):
        offered = _texts(relation.expected(frame))
    else:
        offered = kinds.copy()
        offered[relation.broken(frame)] = None
    _take(frame, source, rows, offered, kinds[rows], rng)
    left = rows[relation.broken(frame)[rows]]
    if len(left) and pd.api.types.is_datetime64_any_dtype(frame[result].dtype):  # the first of a month is in that month
        _write(frame, source, left, frame[result].iloc[left].to_numpy())


def _texts(column: pd.Series) -> np.ndarray:
    """Return values as text, shape (n,); dates as seconds, since their text depends on the others of the column."""
    is_date = pd.api.types.is_datetime64_any_dtype(column.dtype)
    return as_text(pd.Series(exact_numbers(column)) if is_date else column)


def _take(
    frame: pd.DataFrame,
    name: str,
    rows: np.ndarray,
    offered: np.ndarray,
    wanted: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Give rows a column's value of another row.

    Args:
        frame: The rows, changed in place.
        name: Header of the column.
        rows: The rows that get a value.
        offered: What the value of each row of the table goes with, shape (n,).
        wanted: What it has to go with, shape of ``rows``.
        rng: Chooses among the rows that have it.
    """
    column = frame[name].copy()
    for kind in np.unique(wanted.astype(str)):
        donors, mine = np.flatnonzero(offered == kind), rows[wanted == kind]
        if len(donors):
            column.iloc[mine] = frame[name].iloc[donors[rng.integers(0, len(donors), len(mine))]].array
    frame[name] = column


def _write(frame: pd.DataFrame, name: str, rows: np.ndarray, values: np.ndarray) -> None:
    column = frame[name].copy()
    if values.dtype.kind == "f" and pd.api.types.is_datetime64_any_dtype(column.dtype):
        column.iloc[rows] = moments(values, name).astype(column.dtype).array
    elif values.dtype.kind == "f":
        whole = pd.api.types.is_integer_dtype(column.dtype)
        column.iloc[rows] = pd.Series(np.rint(values) if whole else values).astype(column.dtype).array
    else:
        column.iloc[rows] = values
    frame[name] = column


def _write_expected(frame: pd.DataFrame, name: str, rows: np.ndarray, values: pd.Series) -> None:
    """Write values that are given as dates, numbers or texts."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype) or pd.api.types.is_float_dtype(values.dtype):
        _write(frame, name, rows, values.to_numpy())
    else:
        _write_texts(frame, name, rows, values)


def _write_texts(frame: pd.DataFrame, name: str, rows: np.ndarray, texts: pd.Series) -> None:
    """Write values that are given as text, in the type of the column."""
    dtype = frame[name].dtype
    if isinstance(dtype, pd.BooleanDtype):
        values = texts.map({"True": True, "False": False}).astype(dtype)
    elif pd.api.types.is_numeric_dtype(dtype):
        values = pd.to_numeric(texts).astype(dtype)
    else:
        values = texts.astype(dtype)
    column = frame[name].copy()
    column.iloc[rows] = values.array
    frame[name] = column
