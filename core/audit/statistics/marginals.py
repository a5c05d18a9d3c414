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
from core.data.encoding.calendar_steps import DAY, is_far
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
        bins: One row for each bin and source, sources in the order given: ``source``; ``label`` (a category, an open
            end such as 9999-12-31, or ``(missing)``; empty for a range); ``left`` and ``right`` of a range, datetimes
            in days since 1970, NaN otherwise; ``share`` of the source's rows, with the Wilson bounds ``low`` and
            ``high``.
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
    far = is_far(known * DAY) & (column.kind is Kind.DATETIME)
    near = known[~far]
    edges = _edges(near, whole=whole)
    clipped = bool(near.size and (near.min() < edges[0] or near.max() > edges[-1]))
    return Marginal(column, _ranges(values, edges, known[far]), clipped)


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


def _ranges(
    values: Mapping[str, NDArray[np.float64]], edges: NDArray[np.float64], far: NDArray[np.float64]
) -> pd.DataFrame:
    """Return the shares of ranges, between those of open ends before and after them; missing values come last.

    Args:
        values: Of each source, NaN where missing.
        edges: Ends of the ranges, ascending. Values beyond them count in the first and the last range.
        far: Values of all sources that stand for "always" or "never" and are in no range.
    """
    first, last = far[far < edges[0]], far[far > edges[-1]]
    is_first = {source: np.isin(part, first) for source, part in values.items()}
    is_last = {source: np.isin(part, last) for source, part in values.items()}
    counts = {}
    for source, part in values.items():
        ranged = part[~(np.isnan(part) | is_first[source] | is_last[source])]
        counts[source] = np.histogram(ranged.clip(edges[0], edges[-1]), edges)[0]
    found = pd.DataFrame({"label": "", "left": edges[:-1], "right": edges[1:], **counts})
    parts = [
        _one_bin(_named(first), is_first),
        found,
        _one_bin(_named(last), is_last),
        _one_bin(MISSING_GROUP, {source: np.isnan(part) for source, part in values.items()}),
    ]
    bins = pd.concat([part for part in parts if len(part)], ignore_index=True)
    sizes = {source: len(part) for source, part in values.items()}
    return _shares(bins, list(bins["label"]), bins["left"].to_numpy(), bins["right"].to_numpy(), sizes)


def _one_bin(label: str, members: Mapping[str, NDArray[np.bool_]]) -> pd.DataFrame:
    """Return a bin of these rows of each source; no bin if there are none."""
    counts = {source: int(part.sum()) for source, part in members.items()}
    return pd.DataFrame([{"label": label, "left": np.nan, "right": np.nan, **counts}] if any(counts.values()) else [])


def _named(far: NDArray[np.float64]) -> str:
    """Return the day of an open end; of several, from the first to the last."""
    days = np.unique(np.floor(far)).astype("int64").astype("datetime64[D]")
    return " to ".join(dict.fromkeys([str(days[0]), str(days[-1])])) if len(days) else ""


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
