"""Relations that hold between columns in every row of a table.

A row breaks a relation if all columns concerned have values and these do not fit. A row with a missing value breaks
none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from core.data.encoding.values import exact_numbers
from core.data.groups import as_text
from core.data.relations.base import BaseRelation
from core.data.relations.date_parts import DatePart
from core.data.relations.linear import Linear

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

RELATIVE_ERROR = 1e-9


class Sum(BaseRelation):
    """One number is the sum of others.

    Args:
        total: The sum.
        parts: What is added.
        blank_is_zero: Whether a part without a value counts as 0, as a bonus that nobody got.

    >>> Sum(total="total", parts=("base", "bonus"), blank_is_zero=True).text
    'total = base + bonus (a blank counts as 0)'
    """

    type: Literal["sum"] = "sum"
    total: str
    parts: tuple[str, ...] = Field(min_length=2)
    blank_is_zero: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers of the columns concerned."""
        return (self.total, *self.parts)

    @property
    def text(self) -> str:
        """The relation in words."""
        return f"{self.total} = {' + '.join(self.parts)}{' (a blank counts as 0)' if self.blank_is_zero else ''}"

    def concerns(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows can keep or break the relation: with a total and all parts, or any if a blank is 0."""
        parts = frame[list(self.parts)].notna()
        known = parts.any(axis=1) if self.blank_is_zero else parts.all(axis=1)
        return np.asarray(known & frame[self.total].notna(), dtype=bool)

    def _part(self, name: str, frame: pd.DataFrame) -> NDArray[np.float64]:
        numbers = exact_numbers(frame[name])
        return np.nan_to_num(numbers, nan=0.0, posinf=np.inf, neginf=-np.inf) if self.blank_is_zero else numbers

    def computed(self, frame: pd.DataFrame, fixed: Collection[str] = ()) -> str | None:
        """Return the header of the column that is computed from the others; ``None`` if none may change.

        It is the total, unless this is fixed or holds whole numbers while a part has fractions, as gross pay does and
        tax does not.
        """
        fractions = [name for name in self.parts if pd.api.types.is_float_dtype(frame[name].dtype)]
        whole = fractions and pd.api.types.is_integer_dtype(frame[self.total].dtype)
        order = [*reversed(fractions), self.total] if whole else [self.total]
        return next((name for name in order if name not in fixed), None)

    def value(self, name: str, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Return what one of the columns should be, from the others, shape (n,)."""
        parts = [self._part(one, frame) for one in self.parts if one != name]
        return (
            added(*parts) if name == self.total else added(exact_numbers(frame[self.total]), *(-one for one in parts))
        )

    def broken(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows break the relation, shape (n,)."""
        differ = unequal(exact_numbers(frame[self.total]), added(*(self._part(name, frame) for name in self.parts)))
        return np.asarray(differ & self.concerns(frame))


class Order(BaseRelation):
    """One number or time is never greater than another.

    >>> Order(low="start", high="end").text
    'start ≤ end'
    """

    type: Literal["order"] = "order"
    low: str
    high: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers of the columns concerned."""
        return (self.low, self.high)

    @property
    def text(self) -> str:
        """The relation in words."""
        return f"{self.low} ≤ {self.high}"

    def broken(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows break the relation, shape (n,)."""
        low, high = (exact_numbers(frame[name]) for name in self.columns)
        return np.asarray(low > high)


class Determined(BaseRelation):
    """Each value of one column goes with one value of another.

    Args:
        column: The column that is determined.
        by: The column that determines it.
        values: Its value, as text, for each value of the other; values that occur in too few rows are left out.
    """

    type: Literal["determined"] = "determined"
    column: str
    by: str
    values: dict[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers of the columns concerned: the one that has to fit, and the one that it has to fit to."""
        return (self.column, self.by)

    @property
    def text(self) -> str:
        """The relation in words."""
        return f"{self.by} determines {self.column}"

    def expected(self, frame: pd.DataFrame) -> pd.Series:
        """Return the value that each row should have, as text; missing where nothing is known, shape (n,)."""
        return pd.Series(as_text(frame[self.by]), index=frame.index).map(self.values).where(frame[self.by].notna())

    def broken(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows break the relation, shape (n,)."""
        expected = self.expected(frame)
        is_known = expected.notna() & frame[self.column].notna()
        own = pd.Series(as_text(frame[self.column]), index=frame.index)
        return np.asarray(is_known & (own != expected), dtype=bool)


class Implied(BaseRelation):
    """Rows with one value have another.

    >>> Implied(column="pregnant", value="yes", then="sex", then_value="F").text
    'if pregnant is yes, sex is F'
    """

    type: Literal["implied"] = "implied"
    column: str
    value: str
    then: str
    then_value: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers of the columns concerned: the one that has to fit, and the one that it has to fit to."""
        return (self.then, self.column)

    @property
    def text(self) -> str:
        """The relation in words."""
        return f"if {self.column} is {self.value}, {self.then} is {self.then_value}"

    def expected(self, frame: pd.DataFrame) -> pd.Series:
        """Return the value that each row should have if it has the first value, as text, shape (n,)."""
        return pd.Series(self.then_value, index=frame.index)

    def concerns(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows have the first value, and any value of the other column; shape (n,)."""
        has = np.asarray(as_text(frame[self.column]) == self.value, dtype=bool)
        return np.asarray(has & super().concerns(frame), dtype=bool)

    def broken(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows break the relation, shape (n,)."""
        other = np.asarray(as_text(frame[self.then]) != self.then_value, dtype=bool)
        return np.asarray(self.concerns(frame) & other, dtype=bool)


Relation = Annotated[Sum | Linear | DatePart | Order | Determined | Implied, Field(discriminator="type")]


def added(*numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums of columns; infinite where the sum is beyond the largest number."""
    with np.errstate(over="ignore"):
        return np.asarray(np.sum(numbers, axis=0), dtype=float)


def unequal(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where two numbers differ by more than rounding; a missing number differs from none.

    >>> unequal(np.array([1.0, 1e308, np.nan]), np.array([1.0 + 1e-12, np.inf, 3.0])).tolist()
    [False, True, False]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        differ = np.abs(one - other) > RELATIVE_ERROR * (1.0 + np.abs(one) + np.abs(other))
    return np.asarray(differ | (np.isinf(one) != np.isinf(other)) & ~np.isnan(one) & ~np.isnan(other))
