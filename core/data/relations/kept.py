"""Make generated rows keep relations.

Values are changed in this order: a number and the greater one that is smaller than it are exchanged; a determined or
implied value is written; a sum or one of its parts is computed. Columns that must not change, the sensitive ones and
the target, stay. Then the other column gets the value of another row that fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data.groups import as_text
from core.data.relations.kinds import Determined, Implied, Order, Relation, Sum

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
    by_kind = [[one for one in relations if isinstance(one, kind)] for kind in (Order, Determined, Implied, Sum)]
    for _ in range(ROUNDS):
        for relation in (one for part in by_kind for one in part):
            rows = np.flatnonzero(relation.broken(kept))
            if len(rows):
                _mend(kept, relation, rows, fixed, rng)
    return kept


def _mend(
    frame: pd.DataFrame, relation: Relation, rows: np.ndarray, fixed: Collection[str], rng: np.random.Generator
) -> None:
    """Change rows that break a relation, in place."""
    match relation:
        case Order(low=low, high=high):
            if not {low, high} & set(fixed):
                one, other = frame[low].iloc[rows].to_numpy(), frame[high].iloc[rows].to_numpy()
                _write(frame, low, rows, other)
                _write(frame, high, rows, one)
        case Sum():
            name = relation.computed(frame, fixed)
            if name is not None:
                _write(frame, name, rows, relation.value(name, frame.iloc[rows]))
        case Determined() | Implied():
            result, source = relation.columns
            if result not in fixed:
                _write_texts(frame, result, rows, relation.expected(frame).iloc[rows])
            elif source not in fixed:
                _take(frame, (source, result), rows, relation, rng)


def _take(
    frame: pd.DataFrame, names: tuple[str, str], rows: np.ndarray, relation: Relation, rng: np.random.Generator
) -> None:
    """Give rows a column's value of another row that is like them in a second column and keeps the relation."""
    name, like = names
    fits, column = ~relation.broken(frame), frame[name].copy()
    kinds = as_text(frame[like])
    for kind in np.unique(kinds[rows].astype(str)):
        donors = np.flatnonzero(fits & (kinds == kind))
        mine = rows[kinds[rows] == kind]
        if len(donors):
            chosen = donors[rng.integers(0, len(donors), len(mine))]
            column.iloc[mine] = frame[name].iloc[chosen].array
    frame[name] = column


def _write(frame: pd.DataFrame, name: str, rows: np.ndarray, values: np.ndarray) -> None:
    column = frame[name].copy()
    if values.dtype.kind == "f":
        whole = pd.api.types.is_integer_dtype(column.dtype)
        column.iloc[rows] = pd.Series(np.rint(values) if whole else values).astype(column.dtype).array
    else:
        column.iloc[rows] = values
    frame[name] = column


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
