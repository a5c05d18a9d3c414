"""The marginal distribution of one column in several tables, in common bins, for charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.statistics import intervals
from core.audit.statistics.confidence import confidence
from core.data.column import Column, Kind
from core.data.encoding.values import is_scalar, numbers, texts
from core.data.groups import MISSING_GROUP
from core.data.schema import Schema

MAX_BINS, MAX_VALUES, MAX_COUNTS = 30, 15, 12
TAIL = 0.005


@dataclass(frozen=True)
class Marginal:
    """Shares of one column's values.

    Args:
        column: Its header and kind.
        bins: One row for each bin and source, sources in the order given: ``source``; ``label`` (a category, or
            ``(missing)``; empty for a range); ``left`` and ``right`` of a range [left, right), datetimes in days since
            1970, NaN otherwise; ``share`` of the source's rows, with the Wilson bounds ``low`` and ``high``.
        clipped: Whether the first and the last range also hold what lies beyond them.
        confidence: Nominal coverage of the bounds.
    """

    column: Column
    bins: pd.DataFrame
    clipped: bool = False
    confidence: float = field(default_factory=confidence)


def marginal(schema: Schema, name: str, frames_by_source: Mapping[str, pd.DataFrame]) -> Marginal:
    """Return the distribution of a column in each source.

    Numbers and times: at most 30 ranges of equal width over the middle 99 % of all sources' values. Whole numbers with
    at most 12 different values have one bin each. Categories: the 15 most frequent of the first source (then of the
    others), the rest as ``(other N values)``.

    Args:
        schema: Columns and kinds.
        name: A header of it.
        frames_by_source: Typed tables, each with at least one row.

    Raises:
        SchemaError: There is no such column.
    """
    column = schema.column(name)
    if not is_scalar(column):
        return Marginal(column, _categories({source: texts(frame[name]) for source, frame in frames_by_source.items()}))
    values = {source: numbers(frame[name]) for source, frame in frames_by_source.items()}
    known = np.concatenate([part[~np.isnan(part)] for part in values.values()])
    whole = column.kind is Kind.INTEGER
    if whole and len(np.unique(known)) <= MAX_COUNTS:
        parts = {source: texts(frame[name]) for source, frame in frames_by_source.items()}
        return Marginal(column, _categories(parts, [str(int(value)) for value in np.unique(known)]))
    edges = _edges(known, whole=whole)
    clipped = bool(known.size and (known.min() < edges[0] or known.max() > edges[-1]))
    return Marginal(column, _ranges(values, edges), clipped)


def _categories(values: Mapping[str, NDArray[np.object_]], order: Sequence[str] = ()) -> pd.DataFrame:
    """Return the shares of each value, in the ``order`` given, else the most frequent first."""
    counts = pd.DataFrame({source: pd.Series(part).value_counts() for source, part in values.items()}).fillna(0)
    missing = counts.loc[counts.index == MISSING_GROUP]
    counts = counts.loc[counts.index != MISSING_GROUP]
    counts = counts.loc[list(order)] if order else counts.sort_values([*counts.columns], ascending=False, kind="stable")
    if len(counts) > MAX_VALUES:
        rare = counts.iloc[MAX_VALUES - 1 :]
        rest = pd.DataFrame([rare.sum()], index=[f"(other {len(rare)} values)"])
        counts = pd.concat([counts.iloc[: MAX_VALUES - 1], rest])
    counts = pd.concat([counts, missing])
    nowhere = np.full(len(counts), np.nan)
    return _shares(counts, list(counts.index), nowhere, nowhere, {source: len(part) for source, part in values.items()})


def _edges(known: NDArray[np.float64], *, whole: bool) -> NDArray[np.float64]:
    """Ends of ranges of equal width, ascending; for whole numbers half-way between them."""
    if known.size == 0:
        return np.array([0.0, 1.0])
    low, high = np.quantile(known, [TAIL, 1 - TAIL])
    if low == high:
        low, high = known.min(), known.max()
    if whole:
        step = np.ceil((np.floor(high) - np.floor(low) + 1) / MAX_BINS)
        return np.asarray(np.arange(np.floor(low), np.floor(high) + step + 0.5, step) - 0.5, dtype=np.float64)
    if low == high:
        return np.array([low - 0.5, high + 0.5])
    return np.linspace(low, high, MAX_BINS + 1)


def _ranges(values: Mapping[str, NDArray[np.float64]], edges: NDArray[np.float64]) -> pd.DataFrame:
    counts = {
        source: np.histogram(part[~np.isnan(part)].clip(edges[0], edges[-1]), edges)[0]
        for source, part in values.items()
    }
    labels, left, right = [""] * (len(edges) - 1), edges[:-1], edges[1:]
    gaps = {source: int(np.isnan(part).sum()) for source, part in values.items()}
    if any(gaps.values()):
        counts = {source: np.append(part, gaps[source]) for source, part in counts.items()}
        labels, left, right = [*labels, MISSING_GROUP], np.append(left, np.nan), np.append(right, np.nan)
    return _shares(pd.DataFrame(counts), labels, left, right, {source: len(part) for source, part in values.items()})


def _shares(
    counts: pd.DataFrame,
    labels: list[str],
    left: NDArray[np.float64],
    right: NDArray[np.float64],
    sizes: Mapping[str, int],
) -> pd.DataFrame:
    parts = []
    for source, size in sizes.items():
        result = counts[source].to_numpy(dtype=float)
        low, high = intervals.wilson(result, np.full(len(result), size))
        parts.append(
            pd.DataFrame(
                {
                    "source": source,
                    "label": labels,
                    "left": left,
                    "right": right,
                    "share": result / size,
                    "low": low,
                    "high": high,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
