"""What dates of a column have in common: their step in the calendar, and open ends such as 9999-12-31.

Times are seconds since 1970 as float64.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Calendar = Literal["", "weekday", "month", "year"]
Seconds = NDArray[np.float64]

DAY: Final = 86400.0
_STEPS: Final = (DAY, 3600.0, 60.0, 1.0, 1e-3)
_FINEST: Final = 1e-6
_MIN_DATES = 20  # 20 random days are all working days in 1 of 800 columns
_LAST_MOMENT = int(np.datetime64("9999-12-31T23:59:59.999999", "us").astype("int64"))
_FIRST = float(np.datetime64("1800-01-01", "s").astype("int64"))
_LAST = float(np.datetime64("2200-01-01", "s").astype("int64"))


def is_far(seconds: Seconds) -> NDArray[np.bool_]:
    """Return which times stand for "always" or "never", shape (n,): before 1800 or after 2199.

    If all are, none is far: the table is about other times.

    >>> days = np.asarray(["2021-02-03", "2022-05-06", "9999-12-31"], dtype="datetime64[s]")
    >>> is_far(days.astype("int64").astype(float)).tolist()
    [False, False, True]
    """
    far = (seconds < _FIRST) | (seconds >= _LAST)
    return far & ~far.all()


def edges_of_far(numbers: Seconds, far: NDArray[np.bool_], rare_rows: int) -> Seconds:
    """Return edges that give each far value of enough rows a bin of its own; rarer ones stay with their neighbours."""
    distinct, counts = np.unique(numbers[far], return_counts=True)
    common = distinct[counts >= rare_rows]
    after = np.searchsorted(numbers, common, side="right")
    return np.concatenate([common, numbers[after[after < len(numbers)]]])


def time_grid(seconds: Seconds, exceptions: int, *, has_offset: bool) -> tuple[float, float]:
    """Return the largest usual step in seconds, a day at most, of which all times but ``exceptions`` are multiples.

    Args:
        seconds: Times, shape (n,).
        exceptions: How many of them may break the step.
        has_offset: Whether times may all exceed a multiple by the same; it is the second number returned, else 0.
    """
    for step in _STEPS:
        rests = np.round(seconds % step, 6) % step
        known, counts = np.unique(rests if has_offset else rests[rests == 0], return_counts=True)
        if len(seconds) - counts.max(initial=0) <= exceptions:
            return step, float(known[counts.argmax()]) if len(known) else 0.0
    return _FINEST, 0.0


def calendar_of(seconds: Seconds, exceptions: int = 0) -> Calendar:
    """Return the coarsest of year, month and working day that all times but ``exceptions`` keep to; empty if none."""
    if len(seconds) < _MIN_DATES:
        return ""
    days = _days(seconds)
    is_day = seconds % DAY == 0
    keeps: dict[Calendar, NDArray[np.bool_]] = {
        "year": days == _floored(days, "year"),
        "month": days == _floored(days, "month"),
        "weekday": np.is_busday(days),
    }
    return next((name for name, kept in keeps.items() if np.count_nonzero(~(kept & is_day)) <= exceptions), "")


def on_calendar(seconds: Seconds, calendar: Calendar) -> Seconds:
    """Move times to the first of their year or month, or from Saturday to Friday and from Sunday to Monday."""
    if not calendar:
        return seconds
    days = _days(seconds)
    if calendar == "weekday":
        weekday = (days.astype("int64") + 3) % 7  # 1970-01-01 was a Thursday
        moved = days + np.where(weekday == 5, -1, np.where(weekday == 6, 1, 0))
    else:
        moved = _floored(days, calendar)
    return np.asarray(moved.astype("int64") * DAY, dtype=np.float64)


def moments(seconds: Seconds, name: str) -> pd.Series:
    """Return times, NaN where missing, as a column of ``datetime64[us]``."""
    is_missing = np.isnan(seconds)
    # Near the year 9999 a float is exact to 32 microseconds, which must not round up into the year 10000.
    micros = np.where(is_missing, 0.0, seconds * 1e6).round().astype("int64").clip(max=_LAST_MOMENT)
    return pd.Series(micros.astype("datetime64[us]"), name=name).mask(is_missing)


def _days(seconds: Seconds) -> NDArray[np.datetime64]:
    return np.floor(seconds / DAY).astype("int64").astype("datetime64[D]")


def _floored(days: NDArray[np.datetime64], calendar: Calendar) -> NDArray[np.datetime64]:
    unit = "Y" if calendar == "year" else "M"
    return days.astype(f"datetime64[{unit}]").astype("datetime64[D]")
