"""A number or date that is computed from one other: a copy, twelve times as much, 365 days later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
from pydantic import Field, FiniteFloat

from core.data.encoding.calendar_steps import DAY
from core.data.encoding.values import exact_numbers
from core.data.groups import number_text
from core.data.relations.base import BaseRelation

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

LINE_ERROR: Final = 1e-13
"""Relative error of a number that was computed, written to 15 digits and read again."""
_SHORT = 10  # characters of a number that a person still reads
_UNITS = (("day", DAY), ("hour", 3600.0), ("minute", 60.0), ("second", 1.0))


class Linear(BaseRelation):
    """One number is a multiple of another plus an offset, or one date is another plus an offset.

    Args:
        column: The column that is computed.
        by: The column from which it is computed.
        factor: What the other is multiplied by; 1 for dates.
        offset: What is added; seconds for dates.
        rounding: Half a unit in the last decimal of a column that is rounded, else 0.
        of_dates: Whether both columns are dates.

    >>> Linear(column="annual", by="monthly", factor=12).text, Linear(column="euros", by="cents", factor=0.01).text
    ('annual = 12 × monthly', 'euros = cents ÷ 100')
    >>> Linear(column="birth_year", by="age", factor=-1, offset=2024).text
    'birth_year = 2024 − age'
    >>> Linear(column="end", by="start", offset=365 * 86400, of_dates=True).text
    'end = start + 365 days'
    """

    type: Literal["linear"] = "linear"
    column: str
    by: str
    factor: FiniteFloat = 1.0
    offset: FiniteFloat = 0.0
    rounding: FiniteFloat = Field(default=0.0, ge=0)
    of_dates: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers of the columns concerned: the one that has to fit, and the one that it has to fit to."""
        return (self.column, self.by)

    @property
    def text(self) -> str:
        """The relation in words."""
        offset = _span(self.offset) if self.of_dates else _short(abs(self.offset))
        multiple = _multiple(abs(self.factor), self.by)
        if self.offset == 0:
            return f"{self.column} = {'−' if self.factor < 0 else ''}{multiple}"
        if self.factor < 0:
            return f"{self.column} = {'−' if self.offset < 0 else ''}{offset} − {multiple}"
        return f"{self.column} = {multiple} {'−' if self.offset < 0 else '+'} {offset}"

    @property
    def is_exact(self) -> bool:
        """Whether nothing is rounded, so that either column tells the other."""
        return self.rounding == 0

    @property
    def is_copy(self) -> bool:
        """Whether both columns hold the same values."""
        return self.factor == 1 and self.offset == 0 and self.is_exact

    def computed(self, frame: pd.DataFrame, fixed: Collection[str] = ()) -> str | None:
        """Return the header of the column that is computed from the other; ``None`` if none may change."""
        return next((name for name in self.columns if name in frame and name not in fixed), None)

    def value(self, name: str, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Return what one of the columns should be, from the other, shape (n,); dates in seconds since 1970."""
        if name == self.column:
            return self.factor * exact_numbers(frame[self.by]) + self.offset
        return (exact_numbers(frame[self.column]) - self.offset) / self.factor

    def broken(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows break the relation, shape (n,)."""
        own, other = (exact_numbers(frame[name]) for name in self.columns)
        with np.errstate(over="ignore", invalid="ignore"):
            scale = np.abs(own) + np.abs(self.factor * other) + abs(self.offset)
            distance = np.abs(own - (self.factor * other + self.offset))
            return np.asarray(distance > self.rounding + 2 * LINE_ERROR * scale)


def _multiple(factor: float, name: str) -> str:
    """Return a multiple of a column in words; by a fraction such as 1/12 it is divided."""
    divisor = round(1 / factor) if factor > 1e-12 else 0
    if factor == 1:
        return name
    if divisor > 1 and abs(factor * divisor - 1) < 1e-12:
        return f"{name} ÷ {divisor}"
    return f"{_short(factor)} × {name}"


def _short(number: float) -> str:
    text = number_text(number)
    return text if len(text) <= _SHORT else f"{number:.6g}"


def _span(seconds: float) -> str:
    """Return a span of time in the longest unit of which it is a multiple."""
    name, size = next((one for one in _UNITS if seconds % one[1] == 0), _UNITS[-1])
    count = abs(seconds) / size
    return f"{_short(count)} {name}{'' if count == 1 else 's'}"
