"""Encode typed rows as points, so that distances between rows are meaningful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.column import Column
from core.data.encoding.values import MAX_LEVELS, Matrix, factorize, is_scalar, modelled_columns, numbers
from core.data.schema import Schema


@dataclass(frozen=True)
class DistanceSpace:
    """Numbers as z-scores, categories one-hot over sqrt(2): two different categories have distance 1.

    Centre and scale come from the real train rows. A missing number gets the mean, and an indicator at distance 1 from
    known numbers. A missing category is a category. Only the 250 most frequent levels of a column have their own
    position; the others share one.
    """

    columns: tuple[Column, ...]
    levels: dict[str, pd.Index]
    centres: dict[str, float]
    scales: dict[str, float]

    def encode(self, frame: pd.DataFrame) -> Matrix:
        """Return the points of ``frame``, shape (n, dimensions)."""
        parts = [self._part(frame[column.name], column) for column in self.columns]
        return np.hstack(parts) if parts else np.zeros((len(frame), 0), dtype=np.float32)

    def _part(self, values: pd.Series, column: Column) -> Matrix:
        if is_scalar(column):
            missing = values.isna().to_numpy(dtype=bool)
            scaled = (numbers(values) - self.centres[column.name]) / self.scales[column.name]
            return np.column_stack([np.where(missing, 0.0, scaled), missing]).astype(np.float32)
        levels = self.levels[column.name]
        codes, distinct = factorize(values)
        ranks = levels.get_indexer(pd.Index(distinct, dtype=object))
        places = np.append(np.where(ranks < 0, len(levels), ranks), len(levels) + 1)[codes]
        block = np.zeros((len(values), len(levels) + 2), dtype=np.float32)
        block[np.arange(len(values)), places] = np.float32(np.sqrt(0.5))
        return block


def fit_distance_space(schema: Schema, train: pd.DataFrame, frames: Sequence[pd.DataFrame]) -> DistanceSpace:
    """Fit the space of all modelled columns, target included: scales of ``train``, categories of all frames."""
    columns = tuple(schema.column(name) for name in modelled_columns(schema))
    levels: dict[str, pd.Index] = {}
    centres, scales = {}, {}
    for column in columns:
        if is_scalar(column):
            known = numbers(train[column.name])
            known = known[~np.isnan(known)]
            centres[column.name] = float(known.mean()) if known.size else 0.0
            spread = float(known.std()) if known.size else 0.0
            scales[column.name] = spread if spread > 0 else 1.0
        else:
            pooled = pd.concat([frame[column.name].dropna() for frame in (train, *frames)])
            codes, distinct = factorize(pooled)
            order = np.argsort(-np.bincount(codes, minlength=len(distinct)), kind="stable")
            levels[column.name] = pd.Index(distinct[order[:MAX_LEVELS]], dtype=object)
    return DistanceSpace(columns, levels, centres, scales)
