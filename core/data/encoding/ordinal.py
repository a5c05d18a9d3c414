"""Encode typed rows with one number a column, for decision trees: numbers unchanged, categories as ordinal codes.

The forest uses ordinal codes, not one-hot codes. On Adult (official train file, three seeds) ordinal codes give
accuracy .864, DPR .314, AUC .916 with s, and .864, .322 without. One-hot codes give .865, .292, .915, and .865, .299,
and take a third longer. Identifier and ignored columns are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Column
from core.data.encoding.values import Matrix, factorize, is_scalar, numbers
from core.data.schema import Schema

UNSEEN, MISSING = -2.0, -1.0


@dataclass(frozen=True)
class MatrixColumns:
    """The meaning of the columns of a feature matrix of shape (n, d).

    Args:
        categorical: True where numbers are category codes without meaningful order or distance; shape (d,).
        missing: The number that encodes a missing value, NaN where there is none; shape (d,).
    """

    categorical: NDArray[np.bool_]
    missing: NDArray[np.float64]


def numeric_columns(count: int) -> MatrixColumns:
    """Return the description of ``count`` numeric columns without missing values."""
    return MatrixColumns(np.zeros(count, dtype=np.bool_), np.full(count, np.nan))


@dataclass(frozen=True)
class OrdinalEncoding:
    """One matrix column for each feature: numbers unchanged, categories as the rank of their text.

    A missing number is below every number seen in fitting. A missing category is -1, an unseen one -2. A tree can thus
    split each of them off.
    """

    columns: tuple[Column, ...]
    levels: dict[str, pd.Index]
    floors: dict[str, float]

    @property
    def matrix_columns(self) -> MatrixColumns:
        """The matrix columns that hold categories, and the code of a missing value in each column."""
        missing = [self.floors.get(column.name, MISSING) for column in self.columns]
        categorical = [column.name not in self.floors for column in self.columns]
        return MatrixColumns(
            np.asarray(categorical, dtype=np.bool_), np.asarray(missing, dtype=np.float32).astype(np.float64)
        )

    def encode(self, frame: pd.DataFrame) -> Matrix:
        """Return the matrix of ``frame``, shape (n, columns), column-major because trees scan columns."""
        matrix = np.empty((len(frame), len(self.columns)), dtype=np.float32, order="F")
        for position, column in enumerate(self.columns):
            values = frame[column.name]
            if is_scalar(column):
                known = numbers(values)
                matrix[:, position] = np.where(np.isnan(known), self.floors[column.name], known)
            else:
                codes, distinct = factorize(values)
                ranks = self.levels[column.name].get_indexer(pd.Index(distinct, dtype=object))
                matrix[:, position] = np.append(np.where(ranks < 0, UNSEEN, ranks), MISSING)[codes]
        return matrix


def fit_ordinal(schema: Schema, names: Sequence[str], frames: Sequence[pd.DataFrame]) -> OrdinalEncoding:
    """Fit the encoding of the columns ``names`` on the categories and ranges of all ``frames`` together."""
    columns = tuple(schema.column(name) for name in names)
    levels, floors = {}, {}
    for column in columns:
        parts = [frame[column.name] for frame in frames]
        if is_scalar(column):
            known = np.concatenate([numbers(part) for part in parts])
            known = known[~np.isnan(known)]
            lowest, highest = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
            floors[column.name] = lowest - max(1.0, (highest - lowest) / 10, abs(lowest) / 100)
        else:
            seen: set[str] = set().union(*(set(factorize(part)[1]) for part in parts))
            levels[column.name] = pd.Index(sorted(seen), dtype=object)
    return OrdinalEncoding(columns, levels, floors)
