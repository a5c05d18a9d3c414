"""A column that says a part of a date: its year, its month, or the day of a timestamp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import pandas as pd
from pydantic import Field

from core.data.encoding.values import exact_numbers
from core.data.groups import as_text
from core.data.relations.base import BaseRelation

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

Part = Literal["year", "quarter", "month", "weekday", "day"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
SPANS: Final[tuple[Part, ...]] = ("day", "month", "quarter", "year")
"""Parts that can begin on a date, the shortest first."""


class DatePart(BaseRelation):
    """One column is a part of a date.

    A column of dates has the first moment of that part: the day of a timestamp, the first of a month.

    Args:
        column: The column that is computed.
        by: The date.
        part: Which part of it.
        values: What the column writes, as text, for each number of the part, e.g. ``{"1": "Mon"}``; those of too few
            rows are left out. Empty: the number itself.

    >>> DatePart(column="intdaty", by="intdat", part="year").text
    'intdaty = year of intdat'
    """

    type: Literal["date_part"] = "date_part"
    column: str
    by: str
    part: Part
    values: dict[str, str] = Field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers of the columns concerned: the one that has to fit, and the one that it has to fit to."""
        return (self.column, self.by)

    @property
    def text(self) -> str:
        """The relation in words."""
        return f"{self.column} = {self.part} of {self.by}"

    def computed(self, frame: pd.DataFrame, fixed: Collection[str] = ()) -> str | None:
        """Return the header of the column that is computed from the date; ``None`` if it may not change."""
        return self.column if self.column in frame and self.column not in fixed else None

    def expected(self, frame: pd.DataFrame) -> pd.Series:
        """Return what the column should hold, shape (n,): dates, numbers or text; missing where nothing is known."""
        column = frame[self.column]
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            return pd.Series(starts(frame[self.by], self.part), index=frame.index)
        numbers = pd.Series(numbers_of(frame[self.by], self.part), index=frame.index)
        if self._is_number(column):
            return numbers
        texts = pd.Series(as_text(numbers), index=frame.index).where(numbers.notna())
        return texts.map(self.values) if self.values else texts

    def _is_number(self, column: pd.Series) -> bool:
        """Return whether a column holds the numbers of the part themselves."""
        return not self.values and pd.api.types.is_numeric_dtype(column.dtype)

    def broken(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows break the relation, shape (n,)."""
        expected, column = self.expected(frame), frame[self.column]
        is_known = np.asarray(expected.notna() & column.notna(), dtype=bool)
        if pd.api.types.is_datetime64_any_dtype(column.dtype) or self._is_number(column):
            differ = exact_numbers(column) != exact_numbers(expected)
        else:
            differ = as_text(column) != expected.to_numpy(dtype=object)
        return np.asarray(is_known & np.asarray(differ, dtype=bool))


def numbers_of(dates: pd.Series, part: Part) -> NDArray[np.float64]:
    """Return a part of dates as a number, shape (n,), NaN where missing; Monday is 1.

    >>> numbers_of(pd.Series(pd.to_datetime(["2020-08-20", None])), "weekday").tolist()
    [4.0, nan]
    """
    name = "day_of_week" if part == "weekday" else part
    numbers: NDArray[np.float64] = getattr(dates.dt, name).to_numpy(dtype=float, na_value=np.nan)
    return numbers + 1 if part == "weekday" else numbers


def starts(dates: pd.Series, part: Part) -> NDArray[np.datetime64]:
    """Return the first moment of the day, month, quarter or year of dates, shape (n,).

    >>> starts(pd.Series(pd.to_datetime(["2020-08-20 17:30", None])), "quarter").astype("datetime64[D]").tolist()
    [datetime.date(2020, 7, 1), None]
    """
    moments = dates.astype("datetime64[us]").to_numpy()
    if part == "day":
        return moments.astype("datetime64[D]").astype("datetime64[us]")
    months = moments.astype("datetime64[M]")
    if part == "quarter":
        months = months - np.where(np.isnat(months), 0, months.astype("int64") % 3).astype("timedelta64[M]")
    return (months.astype("datetime64[Y]") if part == "year" else months).astype("datetime64[us]")
