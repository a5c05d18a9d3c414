"""How a column's file writes dates and times: a format, and the century of two-digit years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from core.data.forms.date_formats import date_formats, parse_dates, written_dates

FIRST_YEAR: Final = 1969
"""The year that the earliest two-digit year means by POSIX."""
_YEAR: Final = "(?:(?:19|20)[0-9]{2}|9999)"
_WHOLE: Final = {"%Y%m%d": _YEAR + "[0-9]{4}", "%Y%m": _YEAR + "[0-9]{2}"}
_COMPACT: Final = _WHOLE | {f"{code}.0": rf"{digits}\.0" for code, digits in _WHOLE.items()}
"""Also as pandas writes them beside blanks."""
_FAR_YEARS: Final = 20


@dataclass(frozen=True)
class DateForm:
    """How a column's file writes dates.

    Args:
        format: See `core.data.forms.date_formats`.
        first_year: The year that the earliest two-digit year means.

    >>> form = DateForm("%-d.%-m.%y", 1930)
    >>> dates = form.parse(pd.Series(["1.2.29", "1.2.30"], dtype="str"))
    >>> dates.dt.year.tolist(), form.write(dates)
    ([2029, 1930], ['1.2.29', '1.2.30'])
    """

    format: str
    first_year: int = FIRST_YEAR

    @property
    def has_year(self) -> bool:
        """Whether the form tells a date, and not only a time of day."""
        return "%y" in self.format.lower()

    @property
    def order(self) -> str | None:
        """``day`` or ``month`` if that number comes first and the month is a number; else ``None``."""
        if "%b" in self.format.lower().replace("^", "") or "d" not in self.format:
            return None  # the month is a word, or there is no day
        return {"%d": "day", "%m": "month"}.get(self.format.replace("%-", "%")[:2])

    def parse(self, text: pd.Series) -> pd.Series:
        """Return text as ``datetime64[us]``; ``NaT`` where it does not fit."""
        return parse_dates(text, self.format, None if self.first_year == FIRST_YEAR else self.first_year)

    def write(self, known: pd.Series) -> list[str]:
        """Return moments without missing ones as text, shape (n,)."""
        return written_dates(known, self.format)


def date_forms(known: pd.Series) -> list[DateForm]:
    """Return the forms that fit every value of a column without missing values.

    >>> [form.format for form in date_forms(pd.Series(["01/02/24", "03/04/24"], dtype="str"))]
    ['%d/%m/%y', '%m/%d/%y']
    """
    return [DateForm(code) for code in date_formats(known)]


def compact_form(known: pd.Series) -> DateForm | None:
    """Return the form of days or months that are whole numbers (``20240229``), if all are of 1900 to 2099 or 9999.

    >>> compact_form(pd.Series(["20240229.0", "20240301.0"])).format
    '%Y%m%d.0'
    """
    for code, digits in _COMPACT.items():
        form = DateForm(code)
        if bool(known.str.strip().str.fullmatch(digits).all()) and bool(form.parse(known).notna().all()):
            return form
    return None


def with_century(form: DateForm, known: pd.Series, *, past: bool) -> DateForm:
    """Return the form with the century of two-digit years that makes sense today.

    Args:
        form: The form.
        known: Values that fit it.
        past: Whether dates lie in the past, as birth dates do; others may lie up to 20 years ahead.
    """
    if "%y" not in form.format:
        return form
    last = date.today().year + (0 if past else _FAR_YEARS)  # a year, wherever we are
    return form if int(form.parse(known).dt.year.max()) <= last else DateForm(form.format, last - 99)
