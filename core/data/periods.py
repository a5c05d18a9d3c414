"""The period of each row: calendar months, quarters or years of a date, or any ordered label."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Kind
from core.data.groups import as_text
from core.data.schema import Schema
from core.data.set_aside import set_aside
from core.errors import ConfigError, DataError, change, give, leave_out

PeriodLength = Literal["month", "quarter", "year"]
MAX_PERIODS: Final = 24
_LENGTHS: Final[dict[PeriodLength, str]] = {"month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True, slots=True)
class PeriodColumn:
    """A column that says when each row was decided.

    Args:
        column: Its header.
        length: The length of a period, for dates; ``None``: the shortest of month, quarter and year that makes at most
            `MAX_PERIODS`. Values that are no dates are the periods themselves.
        order: The values in order of time; if empty, numbers are ordered by size, others by name.
    """

    column: str
    length: PeriodLength | None = None
    order: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are used up."""
        return (self.column,)

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> PeriodColumn:
        """Return the column that a manifest keeps."""
        return cls(**{**saved, "order": tuple(saved.get("order", ()))})


@dataclass(frozen=True)
class Periods:
    """The periods of rows, in order of time.

    Args:
        names: The periods, at least two, e.g. ``2024-03``.
        codes: Index of each row's period in ``names``, shape (n,); -1 where it is unknown.
    """

    names: tuple[str, ...]
    codes: NDArray[np.int64]


def period_column(name: str | None, length: str | None) -> PeriodColumn | None:
    """Return the column of periods, ``None`` without a name.

    Raises:
        ConfigError: There is no such length, or no column.
    """
    if name is None:
        if length is None:
            return None
        raise ConfigError(
            "A length of periods is given, but no column holds dates.",
            field="period",
            remedies=[give("period_column"), leave_out("period")],
        )
    if length is None:
        return PeriodColumn(name)
    for known in _LENGTHS:
        if length == known:
            return PeriodColumn(name, known)
    raise ConfigError(
        f"There is no period {length!r}; there are {', '.join(map(repr, _LENGTHS))}.",
        field="period",
        remedies=[change("period")],
    )


def without_periods(schema: Schema, period: PeriodColumn, taken: Collection[str] = ()) -> Schema:
    """Return the schema in which the column of periods is no feature.

    Args:
        schema: Kinds and roles.
        period: The column.
        taken: Columns with another use.

    Raises:
        DataError: There is no such column, or it has another use.
    """
    name = period.column
    reason = "Names the period: no feature."
    return set_aside(schema, name, "period_column", purpose="name periods", reason=reason, taken=taken)


def read_periods(frame: pd.DataFrame, schema: Schema, period: PeriodColumn) -> tuple[Periods, list[str]]:
    """Return the period of each row, and notes on how periods were made and which rows have none.

    Args:
        frame: Typed rows, shape (n, columns).
        schema: Kinds.
        period: The column, and the length of a period.

    Raises:
        DataError: There are fewer than two or too many periods, or a length is given for values that are no dates.
    """
    name, values = period.column, frame[period.column]
    known = np.flatnonzero(values.notna().to_numpy(dtype=bool))
    if schema.column(name).kind is Kind.DATETIME:
        names, found, length = _calendar(values.iloc[known], period.length)
        notes = [f"Periods are the {length}s of {name!r}, from {names[0]} to {names[-1]}."] if names else []
    else:
        if period.length is not None:
            raise DataError(
                f"Column {name!r} holds no dates, so it has no {period.length}s; its values can be the periods.",
                field="period",
                remedies=[leave_out("period"), change("period_column")],
            )
        names, found = _labels(values.iloc[known], period.order, is_number=schema.column(name).is_numeric)
        shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
        what = "Periods are" if period.order else f"Periods are the values of {name!r},"
        notes = [f"{what} in this order: {shown}."]
    _check_number(name, len(names), is_date=schema.column(name).kind is Kind.DATETIME)
    codes = np.full(len(frame), -1, dtype=np.int64)
    codes[known] = found
    if missing := len(frame) - len(known):
        notes.append(f"{missing:,} rows have no value of {name!r}; they are in no period, but in the figures of all.")
    return Periods(tuple(names), codes), notes


def _calendar(values: pd.Series, length: PeriodLength | None) -> tuple[list[str], NDArray[np.int64], PeriodLength]:
    """Return names and codes of calendar periods; those without rows are left out."""
    moments = pd.to_datetime(values)
    for one in _LENGTHS if length is None else (length,):
        periods = moments.dt.to_period(_LENGTHS[one])
        codes, distinct = pd.factorize(periods, sort=True)
        if len(distinct) <= MAX_PERIODS or one == (length or "year"):
            break
    return [str(period) for period in distinct], codes.astype(np.int64), one


def _labels(values: pd.Series, given: Sequence[str], *, is_number: bool) -> tuple[list[str], NDArray[np.int64]]:
    """Return names and codes of periods that are labels: in the order given, or by size or name."""
    codes, distinct = pd.factorize(as_text(values))
    keys = [given.index(one) for one in distinct] if given else distinct.astype(float) if is_number else distinct
    order = np.argsort(np.asarray(keys), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return [str(name) for name in distinct[order]], rank[codes]


def _check_number(name: str, count: int, *, is_date: bool) -> None:
    if count < 2:
        raise DataError(
            f"Column {name!r} has only one period, so nothing can be compared over time."
            if count
            else f"Column {name!r} is missing in every row.",
            field="period_column",
            remedies=[change("period_column"), *([give("period")] if is_date and count else [])],
        )
    if count > MAX_PERIODS:
        raise DataError(
            f"Column {name!r} makes {count:,} periods, more than the {MAX_PERIODS} that one audit compares.",
            field="period_column",
            remedies=[give("period"), change("period_column")] if is_date else [change("period_column")],
        )
