"""Values of single columns that the file lost, values that no real row has, and columns with other values.

*Lost*: the share of hold-out rows whose value the file never has, minus the same for as many train rows in place of the
file. Numbers count by tenths of the train rows. A constant column loses all but one. Lost groups and outcomes are in
`core.audit.metrics.file_checks.shares`, so that only features count here. *Unseen*: the share of the file's rows whose
value no train row has (a category, or a number outside the range), minus that of hold-out rows. *Shifted*: values that
are commoner in half of the file than in the train rows are picked; the figure is the share of the other half that has
them, minus that of hold-out rows. It estimates the total variation distance, and is close to it with many rows.
Columns with so many values that real rows bring new ones all the time are left out. All columns are compared with one
error rate (Bonferroni); the worst is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate
from core.audit.metrics.file_checks.copies import PROTOCOL
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confidence import error_rate
from core.data.column import Column, Role
from core.data.encoding.values import is_scalar, modelled_columns, numbers, quantile_bins, texts
from core.data.sampling import sample_positions
from core.data.schema import Schema

BINS = 10
FEW_VALUES = 20  # numbers with at most as many values count as categories
OPEN = 0.05  # a column in which more of the hold-out rows bring a new value has no closed set of values
_Codes = NDArray[np.int64]


def records(
    schema: Schema, train: pd.DataFrame, holdout: pd.DataFrame, rows: pd.DataFrame, source: str
) -> list[Record]:
    """Return the columns that lost most values, have most unseen ones, and shifted most: ``lost_values:COLUMN``.

    Args:
        schema: Columns and roles.
        train: Real train rows.
        holdout: Real hold-out rows.
        rows: The source's rows.
        source: Its name.
    """
    columns = [schema.column(name) for name in modelled_columns(schema)]
    features = [column for column in columns if column.role is Role.FEATURE]
    size = min(len(rows), len(train))
    chosen = [part.iloc[sample_positions(len(part), size, 31)] for part in (rows, train)]
    tag = Tag(source, PROTOCOL, split="source")
    return [
        *_worst("lost_values", tag, _by_column(_lost, features, (chosen[0], chosen[1], holdout))),
        *_worst("unseen_values", tag, _by_column(_unseen, columns, (rows, train, holdout))),
        *_worst("shifted_values", tag, _by_column(_shifted, features, (rows, train, holdout))),
    ]


def _by_column(
    measure: Callable[[Column, pd.Series, pd.Series, pd.Series, float], Estimate | None],
    columns: Sequence[Column],
    frames: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> dict[str, Estimate]:
    level = 1 - error_rate() / max(len(columns), 1)
    found = {}
    for column in columns:
        rows, train, holdout = (frame[column.name] for frame in frames)
        one = measure(column, rows, train, holdout, level)
        if one is not None:
            found[column.name] = one
    return found


def _worst(metric: str, tag: Tag, found: Mapping[str, Estimate]) -> list[Record]:
    if not found:
        return []
    name = max(found, key=lambda column: found[column].low or 0.0)
    return [tag.record(f"{metric}:{name}", found[name])]


def _lost(column: Column, rows: pd.Series, train: pd.Series, holdout: pd.Series, level: float) -> Estimate | None:
    in_file, in_train, tested = _coded(column, train, rows, train, holdout)
    without_file, without_train = ~np.isin(tested, in_file), ~np.isin(tested, in_train)
    return _difference(without_file, without_train, level, "of test rows have a value that the file never has")


def _unseen(column: Column, rows: pd.Series, train: pd.Series, holdout: pd.Series, level: float) -> Estimate | None:
    if _is_number(column, train):
        known = numbers(train)
        low, high = np.nanmin(known), np.nanmax(known)
        has_gaps = bool(np.isnan(known).any())
        new = [
            np.where(np.isnan(values), not has_gaps, (values < low) | (values > high))
            for values in (numbers(rows), numbers(holdout))
        ]
    else:
        in_train, mine, control = _coded(column, train, train, rows, holdout)
        new = [~np.isin(part, in_train) for part in (mine, control)]
    return _difference(new[0], new[1], level, "of the file's rows have a value that no train row has")


def _shifted(column: Column, rows: pd.Series, train: pd.Series, holdout: pd.Series, level: float) -> Estimate | None:
    in_train, in_file, tested = _coded(column, train, train, rows, holdout)
    half = np.random.default_rng(32).permutation(len(in_file))
    first, second = in_file[half[: len(half) // 2]], in_file[half[len(half) // 2 :]]
    if not len(first) or (~np.isin(tested, in_train)).mean() > OPEN:
        return None
    size = int(max(part.max() for part in (in_train, in_file, tested))) + 1
    shares = [np.bincount(part, minlength=size) / len(part) for part in (first, in_train)]
    commoner = np.flatnonzero(shares[0] > shares[1])
    mine, control = np.isin(second, commoner), np.isin(tested, commoner)
    low, high = intervals.difference(mine.sum(), mine.size, control.sum(), control.size, level)
    found = estimate(float(mine.mean() - control.mean()), float(low), float(high), "newcombe", mine.size)
    return replace(
        found, note=f"{mine.mean():.1%} of the file's rows have values that {control.mean():.1%} of real rows have."
    )


def _difference(mine: NDArray[np.bool_], control: NDArray[np.bool_], level: float, what: str) -> Estimate | None:
    """Return the difference of two shares; ``None`` if the control shows that the column's values are not closed."""
    if control.mean() > OPEN:
        return None
    low, high = intervals.difference(mine.sum(), mine.size, control.sum(), control.size, level)
    found = estimate(float(mine.mean() - control.mean()), float(low), float(high), "newcombe", mine.size)
    return replace(found, note=f"{mine.mean():.1%} {what}, against {control.mean():.1%} for real rows.")


def _is_number(column: Column, train: pd.Series) -> bool:
    return is_scalar(column) and train.nunique() > FEW_VALUES


def _coded(column: Column, train: pd.Series, *parts: pd.Series) -> list[_Codes]:
    """Return each part's values as categories, or as tenths of the train rows."""
    if _is_number(column, train):
        known = numbers(train)
        return [quantile_bins(numbers(part), known, BINS) for part in parts]
    values = [np.nan_to_num(numbers(part), nan=np.inf) if is_scalar(column) else texts(part) for part in parts]
    joined = pd.factorize(np.concatenate(values))[0].astype(np.int64)
    return list(np.split(joined, np.cumsum([len(part) for part in values])[:-1]))
