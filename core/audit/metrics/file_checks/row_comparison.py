"""Two ways to compare rows: by the distance between points, and by the number of columns whose values differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.statistics.nearest_neighbors import nearest
from core.data.column import Column
from core.data.encoding.distance_space import DistanceSpace, fit_distance_space
from core.data.encoding.values import is_scalar, numbers, texts
from core.data.sampling import sample_positions
from core.data.schema import Schema

_BLOCK = 4_000_000  # pairs of rows held at once
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Rows of a table: points, shape (n, dimensions), and a code of each column's value, shape (n, columns)."""

    points: NDArray[np.floating]
    codes: Codes

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.points)

    def take(self, which: NDArray[np.bool_] | slice) -> Rows:
        """Return some of the rows."""
        return Rows(self.points[which], self.codes[which])

    def distances(self, among: Rows, k: int = 1) -> NDArray[np.float64]:
        """Return the distances to the ``k`` nearest of other rows, ascending, shape (n, k)."""
        return nearest(self.points, among.points, k)

    def differences(self, among: Rows, k: int = 1) -> NDArray[np.int64]:
        """Return in how many columns the ``k`` most similar of other rows differ, ascending, shape (n, k)."""
        return fewest_differences(self.codes, among.codes, k)


@dataclass(frozen=True)
class RowSpace:
    """The space in which rows are compared.

    Args:
        space: Points of rows.
    """

    space: DistanceSpace

    @classmethod
    def fit(cls, schema: Schema, train: pd.DataFrame, frames: Sequence[pd.DataFrame]) -> Self:
        """Return the space whose scales are those of the train rows."""
        return cls(fit_distance_space(schema, train, frames))

    def rows(self, frame: pd.DataFrame) -> Rows:
        """Return the rows of a table."""
        parts = [_codes(frame[column.name], column) for column in self.space.columns]
        codes = np.column_stack(parts) if parts else np.zeros((len(frame), 0), dtype=np.int64)
        return Rows(self.space.encode(frame), codes)


def fewest_differences(codes: Codes, among: Codes, k: int = 1) -> NDArray[np.int64]:
    """Return in how many columns each row differs from the ``k`` rows that are most like it, ascending, shape (n, k).

    >>> fewest_differences(np.array([[1, 2, 3]]), np.array([[1, 2, 4], [0, 0, 3]]), 2).tolist()
    [[1, 2]]
    """
    k = min(k, len(among))
    result = np.empty((len(codes), k), dtype=np.int64)
    step = max(_BLOCK // max(len(among), 1), 1)
    for start in range(0, len(codes), step):
        part = codes[start : start + step]
        differ = np.zeros((len(part), len(among)), dtype=np.uint16)
        for place in range(codes.shape[1]):
            differ += part[:, place, None] != among[None, :, place]
        result[start : start + len(part)] = np.sort(np.partition(differ, k - 1, axis=1)[:, :k], axis=1)
    return result


def sample(frame: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    """Return at most ``size`` rows, drawn with a seed."""
    return frame.iloc[sample_positions(len(frame), size, seed)]


def _codes(values: pd.Series, column: Column) -> Codes:
    if is_scalar(column):
        return np.nan_to_num(numbers(values) + 0.0, nan=np.inf).view(np.int64)  # -0.0 becomes 0.0
    return pd.util.hash_array(texts(values)).view(np.int64)
