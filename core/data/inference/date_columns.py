"""Which columns hold dates, in what order they give day and month, and in which century years of two digits lie."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd

from core.data.column import Kind
from core.data.forms.dates import COMPACT, date_formats, parse_dates, written_dates, zone_of
from core.data.inference.name_hints import normalized

_DIRECTIVES = re.compile("%[A-Za-z]")
_MIN_DATES = 5  # of five numbers up to 2100, all eight digits long, one in 10 million times all are days by chance
TWO_READINGS: Final = "the dates can be read in two ways."
"""Part of the reason of a column of ambiguous dates."""
_YEARS_AHEAD = 20
_DATE_WORDS: Final = frozenset(
    {"date", "day", "dates", "dob", "birth", "birthday", "born", "dt", "since", "until", "start", "end", "begin"}
    | {"opened", "closed", "hired", "expiry", "expires"}
)
_BIRTH_WORDS: Final = frozenset({"dob", "birth", "birthday", "birthdate", "born"})


def fitting_formats(distinct: pd.Series, name: str, *, day_first: bool | None = None) -> list[str]:
    """Return the formats in which every value is a date; several if nothing tells day and month apart.

    Args:
        distinct: Distinct texts of a column without missing values.
        name: Its header, which may say that whole numbers such as 20240131 are dates.
        day_first: Whether the day stands before the month in the other dates of the file, where that is known.
    """
    if is_compact(distinct, name):
        return [COMPACT]
    found = date_formats(distinct)
    if len(found) > 1 and day_first is not None:
        alike = [one for one in found if is_day_first(one) is day_first]
        return alike if len(alike) == 1 else found
    return found


def is_compact(distinct: pd.Series, name: str) -> bool:
    """Return whether whole numbers are days written as year, month and day; amounts and codes are not.

    >>> is_compact(pd.Series(["20240131", "20231105"], dtype="str"), "hire_date")
    True
    >>> is_compact(pd.Series(["20240131", "20231105"], dtype="str"), "income")
    False
    """
    text = distinct.str.strip()
    days = r"(?:(?:19|20)[0-9]{2}|9999)(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    if text.empty or not bool(text.head(20).str.fullmatch(days).all()) or not bool(text.str.fullmatch(days).all()):
        return False
    dates = parse_dates(text, COMPACT)
    if dates.isna().any():
        return False
    if _DATE_WORDS & set(normalized(name).split()):
        return True
    near = dates[dates.dt.year < 9999]
    parts = (near.dt.year, near.dt.month, near.dt.day)
    return len(near) >= _MIN_DATES and all(part.min() < part.max() for part in parts)


def is_day_first(date_format: str) -> bool | None:
    """Return whether a numeric day stands before the month; ``None`` if the format cannot be taken for another.

    >>> is_day_first("%-d/%-m/%y"), is_day_first("%m-%d-%Y"), is_day_first("%d %b %Y"), is_day_first("%Y-%m-%d")
    (True, False, None, None)
    """
    return {"%d%m": True, "%m%d": False}.get("".join(_DIRECTIVES.findall(date_format.replace("%-", "%"))[:2]))


def date_form(distinct: pd.Series, name: str, date_format: str, notes: list[str]) -> tuple[Kind, str, dict[str, Any]]:
    """Return kind, reason and form of a column of dates, and add a note on what was taken for granted.

    Args:
        distinct: Distinct texts of a column without missing values.
        name: Its header.
        date_format: The format that fits all of them.
        notes: Receives notes.
    """
    form: dict[str, Any] = {"datetime_format": date_format}
    first = str(distinct.iloc[0]).strip()
    if date_format == COMPACT:
        notes.append(
            f"Column {name!r} holds whole numbers that are all days, such as {first}, so it was read as dates; set "
            "its kind to integer if they are amounts or codes."
        )
    if "%y" in date_format:
        form["first_year"] = first_year(distinct, name, date_format)
        notes.append(
            f"Column {name!r}: years of two digits are read as {form['first_year']} to {form['first_year'] + 99}, so "
            f"{first!r} is {spelled(first, date_format, form['first_year'])}."
        )
    if has_several_zones(distinct, date_format):
        notes.append(f"Column {name!r}: its times have several time zones; they were converted to UTC.")
    return Kind.DATETIME, f"Datetime: every value is a date written {date_format}.", form


def has_several_zones(distinct: pd.Series, date_format: str) -> bool:
    """Return whether times of a format with a zone are of other zones too."""
    zone = zone_of(date_format)
    return bool(zone) and not bool(distinct.str.strip().str.endswith(zone).all())


def first_year(distinct: pd.Series, name: str, date_format: str) -> int:
    """Return the first of the hundred years that years of two digits mean.

    The last of them is the year from which dates are no longer sensible: no birth is in the future, and other dates,
    such as ends of contracts, are at most 20 years ahead.
    """
    now = datetime.now(UTC)
    is_birth = bool(_BIRTH_WORDS & set(normalized(name).split()))
    first = now.year - 99 + (0 if is_birth else _YEARS_AHEAD)
    if is_birth and bool((parse_dates(distinct, date_format, first) > pd.Timestamp(now.replace(tzinfo=None))).any()):
        first -= 1
    return first


def spelled(text: str, date_format: str, first: int | None = None) -> str:
    """Return the day that a text means, in words.

    >>> spelled("01/02/2024", "%d/%m/%Y")
    '1 February 2024'
    """
    return written_dates(parse_dates(pd.Series([text], dtype="str"), date_format, first), "%-d %B %Y")[0]


def readings(distinct: pd.Series, found: list[str]) -> list[str]:
    """Return what the first ambiguous date means in each format: ``01/02/2024 is 1 February 2024``."""
    meant = ((str(text).strip(), [spelled(str(text), one) for one in found]) for text in distinct)
    text, days = next((text, days) for text, days in meant if len(set(days)) > 1)
    return [f"{text} is {day}" for day in days]


def ambiguity_note(distinct: pd.Series, name: str, found: list[str]) -> str:
    """Return the note on a column whose dates can be read in two ways."""
    one, two = readings(distinct, found)[:2]
    return (
        f"Column {name!r} reads as a date in two ways: {one} ({found[0]}) or {two.rpartition(' is ')[2]} ({found[1]})? "
        "Nothing in the file decides it, "
        "so it is kept as text, and left out if its values hardly repeat. Say which it is: choose it on the Data page, or set kind datetime and "
        "datetime_format in the schema file (--schema)."
    )


def order_note(distinct: pd.Series, name: str, date_format: str) -> str:
    """Return the note on a column whose order of day and month was taken from the other dates of the file."""
    first = str(distinct.iloc[0]).strip()
    order = "the day" if is_day_first(date_format) else "the month"
    return (
        f"Column {name!r}: {order} is read first, as in the other dates of the file, so {first!r} is "
        f"{spelled(first, date_format)}; set its datetime_format in the schema file (--schema) if that is wrong."
    )
