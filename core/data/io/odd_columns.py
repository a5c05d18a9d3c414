"""Columns that no table can hold: lists, records, durations, dates beyond the year 9999.

They are left out, and the rest of the table is read.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, time
from typing import NamedTuple

import pandas as pd

from core.data.io.text_values import as_text_column
from core.errors import DataError


class _FarDate(NamedTuple):
    """A date that no form of dates can write."""

    year: int


def without_odd_columns(raw: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the frame with times of day as text and without columns of unsupported values, with a note on each.

    Raises:
        DataError: No column is left.

    >>> frame, notes = without_odd_columns(pd.DataFrame({"n": [1, 2], "tags": [["a"], []]}))
    >>> list(frame.columns)
    ['n']
    >>> notes
    ("Column 'tags' was left out, because its cells hold a list and not one value.",)
    """
    notes: list[str] = []
    kept: dict[int, pd.Series] = {}
    for place, name in enumerate(raw.columns):
        values = raw.iloc[:, place]
        first = _first_odd(values)
        if isinstance(first, time):
            values = _times_as_text(values)
            notes.append(f"Column {str(name)!r} holds times of day; they were read as text.")
            first = _first_odd(values)
        if first is None:
            kept[place] = values
        else:
            notes.append(f"Column {str(name)!r} was left out, because its cells hold {_named(first)}.")
    if not kept and raw.shape[1]:
        raise DataError(f"No column of the table can be read. {notes[0]} Write its values as numbers, text or dates.")
    if not notes:
        return raw, ()
    frame = pd.concat(list(kept.values()), axis=1)
    frame.columns = raw.columns[list(kept)]
    frame.attrs = raw.attrs
    return frame, tuple(notes)


def _first_odd(values: pd.Series) -> object | None:
    """Return the first cell that is no number, text, date or truth value; ``None`` if there is none."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = pd.Series(values.cat.categories)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        years = values.dt.year.dropna()
        far = years[(years < MINYEAR) | (years > MAXYEAR)]
        return None if far.empty else _FarDate(int(far.iloc[0]))
    odd_types = (pd.api.types.is_object_dtype, pd.api.types.is_timedelta64_dtype, pd.api.types.is_complex_dtype)
    if not any(is_odd(values.dtype) for is_odd in odd_types):
        return None
    known = values[values.notna()]
    return next((cell for cell in known.array if not _is_plain(cell)), None)


def _is_plain(cell: object) -> bool:
    try:
        as_text_column(pd.Series([cell], dtype="object"))
    except DataError:
        return False
    return True


def _times_as_text(values: pd.Series) -> pd.Series:
    return values.map(lambda cell: cell.isoformat() if isinstance(cell, time) else cell).astype("object")


def _named(cell: object) -> str:
    if isinstance(cell, _FarDate):
        return f"a date of the year {cell.year}; dates lie between the years {MINYEAR} and {MAXYEAR}"
    words = {"ndarray": "a list and not one value", "list": "a list and not one value"}
    words |= {"dict": "a record and not one value", "Timedelta": "a duration; write it as a number to use it"}
    return words.get(type(cell).__name__, f"a value of type {type(cell).__name__}")
