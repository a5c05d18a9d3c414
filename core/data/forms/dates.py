"""How a column's file writes dates and times, as strftime formats: days, clocks and time zones in all combinations.

A column is read in such a format only if all its known values fit it. pandas parses; ``%-d`` is a day without leading
zeros, and a time zone that all values share is part of the format, so that times stay local and are written alike.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pandas as pd

FIRST_YEAR: Final = 1969
"""The year that the earliest two-digit year means by POSIX."""
_DAYS: Final = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y-%m",
    *(f"{first}{mark}{second}{mark}{year}" for mark in "./-" for first, second in (("%d", "%m"), ("%m", "%d"))
      for year in ("%Y", "%y")),
    *(f"%d{mark}{month}{mark}{year}" for mark in " -" for month in ("%b", "%B") for year in ("%Y", "%y")),
    "%b %d, %Y",
    "%B %d, %Y",
)  # fmt: skip
_CLOCKS: Final = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%I:%M:%S%p")
COMPACT: Final = "%Y%m%d"
_FAR_YEARS: Final = 20
_SAMPLE: Final = 20
_PADDED: Final = ("%d", "%m", "%H", "%I")
_DAY_FIRST, _MONTH_FIRST = ("%d", "%-d"), ("%m", "%-m")


@dataclass(frozen=True)
class DateForm:
    """How a column's file writes dates.

    Args:
        format: A strftime format; ``%-d`` and the like have no leading zeros. With ``%z``, times are in UTC.
        first_year: The year that the earliest two-digit year means.

    >>> form = DateForm("%-d.%-m.%y", 1930)
    >>> dates = form.parse(pd.Series(["1.2.29", "1.2.30"], dtype="str"))
    >>> dates.dt.year.tolist(), form.write(dates)
    ([2029, 1930], ['1.2.29', '1.2.30'])
    """

    format: str
    first_year: int = FIRST_YEAR

    @property
    def order(self) -> str | None:
        """``day`` or ``month`` if that number comes first and the month is a number; else ``None``."""
        parts = self.format.replace("-", " ").replace(".", " ").replace("/", " ").split()
        numbers = "%b" not in self.format and "%B" not in self.format and not self.format.startswith("%Y")
        if not numbers or not parts:
            return None
        return {"%d": "day", "%m": "month"}.get(self.format.replace("%-", "%")[:2])

    def parse(self, text: pd.Series) -> pd.Series:
        """Return text as ``datetime64[us]``; ``NaT`` where it does not fit."""
        plain, is_mixed = self.format.replace("%-", "%"), "%z" in self.format
        moments = pd.to_datetime(text.str.strip(), format=plain, errors="coerce", utc=is_mixed)
        moments = moments.dt.tz_localize(None) if is_mixed else moments
        return self._in_century(moments.astype("datetime64[us]"))

    def _in_century(self, moments: pd.Series) -> pd.Series:
        if "%y" not in self.format or self.first_year == FIRST_YEAR:
            return moments
        years = moments.dt.year
        shifted = moments.mask(years < self.first_year, moments + pd.DateOffset(years=100))
        return shifted.mask(years >= self.first_year + 100, moments - pd.DateOffset(years=100)).astype("datetime64[us]")

    def write(self, known: pd.Series) -> list[str]:
        """Return moments without missing ones as text, shape (n,)."""
        moments = known.dt.tz_localize("UTC") if "%z" in self.format else known
        code = self.format.replace("%-", "%#") if sys.platform == "win32" else self.format
        return [str(text) for text in moments.dt.strftime(code)]


def date_forms(known: pd.Series) -> list[DateForm]:
    """Return the forms that fit every value of a column without missing values.

    >>> [form.format for form in date_forms(pd.Series(["2024-02-29", "2024-03-01"], dtype="str"))]
    ['%Y-%m-%d']
    >>> [form.format for form in date_forms(pd.Series(["01/02/24", "03/04/24"], dtype="str"))]
    ['%d/%m/%y', '%m/%d/%y']
    >>> [form.format for form in date_forms(pd.Series(["2024-02-29T08:00+01:00"], dtype="str"))]
    ['%Y-%m-%dT%H:%M+01:00']
    """
    distinct = pd.Series(known.unique(), dtype="str").str.strip()
    # Every form has a digit and one of these separators. Most columns fail this cheap check.
    if distinct.empty or not bool(distinct.head(_SAMPLE).str.contains(r"[0-9].*[-/. ]|[-/. ].*[0-9]").all()):
        return []
    found = []
    for code in dict.fromkeys(_candidates(str(distinct[0]))):
        form = DateForm(code)
        if bool(form.parse(distinct.head(_SAMPLE)).notna().all()) and bool(form.parse(distinct).notna().all()):
            found.append(_as_padded(form, distinct))
    literal = [form for form in found if "%z" not in form.format]
    return literal or found


def compact_form(known: pd.Series) -> DateForm | None:
    """Return the form of days written as whole numbers (``20240229``), if every value is one from 1900 to 2100."""
    if not bool(known.str.strip().str.fullmatch("(?:19|20)[0-9]{6}").all()):
        return None
    form = DateForm(COMPACT)
    return form if bool(form.parse(known).notna().all()) else None


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


def _candidates(value: str) -> Iterator[str]:
    """Yield the formats that fit one value. The clock begins with the digits before the first colon."""
    head, colon, tail = value.partition(":")
    if not colon:
        yield from (code for code in _DAYS if _fits(value, code))
        return
    day = head.rstrip("0123456789")
    clock = f"{head[len(day) :]}:{tail}"
    between = day[-1:]
    if between not in ("T", " "):
        return
    days = [code for code in _DAYS if code != "%Y-%m" and _fits(day[:-1], code)]
    clock, zone = _without_zone(clock)
    clocks = [code for code in _CLOCKS if _fits(clock, code)]
    blanks = zone[: len(zone) - len(zone.lstrip())]
    mixed = [f"{blanks}%z"] if zone.lstrip().startswith(("+", "-")) else []
    for suffix in (zone, *mixed):
        yield from (f"{one}{between}{other}{suffix}" for one in days for other in clocks)


def _without_zone(clock: str) -> tuple[str, str]:
    """Return a time of day and its time zone, with the blanks before it.

    >>> _without_zone("08:00:00 +0100"), _without_zone("3:04 PM"), _without_zone("08:00Z")
    (('08:00:00', ' +0100'), ('3:04 PM', ''), ('08:00', 'Z'))
    """
    for mark in ("+", "-", "Z", "UTC", "GMT"):
        at = clock.find(mark)
        if at > 0:
            start = len(clock[:at].rstrip())
            return clock[:start], clock[start:]
    return clock, ""


def _fits(value: str, code: str) -> bool:
    try:
        datetime.strptime(value[: _microseconds_end(value)], code)  # the zone is cut off
    except ValueError:
        return False
    return True


def _microseconds_end(value: str) -> int:
    """Return where a text ends if it has at most six digits after the last point, as strptime reads."""
    whole, point, fraction = value.rpartition(".")
    return len(whole) + 7 if point and ":" in whole and fraction.isdigit() else len(value)


def _as_padded(form: DateForm, distinct: pd.Series) -> DateForm:
    """Return the form without leading zeros if that is how the values are written."""
    moments = form.parse(distinct)
    if form.write(moments) == distinct.tolist():
        return form
    bare = form.format
    for code in _PADDED:
        bare = bare.replace(code, f"%-{code[1]}")
    for code in (bare, *(form.format.replace(one, f"%-{one[1]}") for one in ("%d", "%H", "%I"))):
        other = DateForm(code)
        if other.write(moments) == distinct.tolist():
            return other
    return form
