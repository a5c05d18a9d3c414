"""From a raw frame to a typed one: every column gets the dtype of its kind, and nothing is changed silently."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.io.number_formats import Separators
from core.data.io.text_values import (
    Mask,
    as_text_column,
    date_formats,
    infinite_mask,
    missing_mask,
    number_mask,
    parse_dates,
    strip,
    to_floats,
    to_integers,
    whole_mask,
)
from core.data.schema import IDENTIFYING_KINDS, Column, Kind, Schema
from core.errors import DataError

_EXPECTED = {
    Kind.INTEGER: "a whole number",
    Kind.NUMERICAL: "a number",
    Kind.BOOLEAN: "True or False",
    Kind.DATETIME: "a date",
}
_BOOLEANS = {
    "True": True,
    "False": False,
    "true": True,
    "false": False,
    "TRUE": True,
    "FALSE": False,
    "1": True,
    "0": False,
}


def cast_to_schema(raw: pd.DataFrame, schema: Schema) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Type a frame by its schema, as `core.data.dataset` says.

    Args:
        raw: Text (from CSV or Excel) or typed columns (from Parquet, or already conformed), in any order.
        schema: The columns that are wanted; others are left out.

    Returns:
        The typed frame, shape (n, columns of the schema), with a fresh row index, and notes on what was reread.

    Raises:
        DataError: A column is absent, or a value does not fit its kind.

    >>> schema = Schema(columns=(Column(name="age", kind="integer"),))
    >>> frame, _ = cast_to_schema(pd.DataFrame({"age": ["20", "?"]}), schema)
    >>> frame["age"].tolist()
    [20, <NA>]
    """
    absent = [name for name in schema.names if name not in raw.columns]
    if absent:
        raise DataError(
            f"Column {absent[0]!r} is not in the table; add it to the file"
            + (f" (also absent: {', '.join(map(repr, absent[1:6]))})." if len(absent) > 1 else ".")
        )
    typed: dict[str, pd.Series] = {}
    notes: list[str] = []
    for column in schema.columns:
        values, found = cast_column(raw[column.name].reset_index(drop=True), column)
        typed[column.name] = values
        notes.extend(found)
    return pd.DataFrame(typed, index=pd.RangeIndex(len(raw)), columns=pd.Index(schema.names, dtype="str")), tuple(notes)


def cast_column(values: pd.Series, column: Column) -> tuple[pd.Series, list[str]]:
    """Type one column, shape (n,), with notes; see `cast_to_schema`."""
    notes: list[str] = []
    if pd.api.types.is_datetime64_any_dtype(values.dtype) and column.kind is Kind.DATETIME:
        return _naive_timestamps(values, column, notes), notes
    if column.kind is Kind.NUMERICAL and pd.api.types.is_float_dtype(values.dtype):
        return _finite(values.to_numpy(dtype=np.float64, na_value=np.nan), column, notes), notes
    text = number_text_column(values, column)
    missing = missing_mask(text, column.missing_token)
    if column.kind in {Kind.CATEGORICAL, *IDENTIFYING_KINDS}:
        return text.mask(missing), notes
    known = text[~missing]
    if column.kind is Kind.INTEGER:
        known = _without_infinite(known, column, notes)
        _check_values_fit(known, whole_mask(known), column)
        result = pd.Series(pd.NA, index=text.index, dtype="Int64")
        result[known.index] = to_integers(known)
    elif column.kind is Kind.NUMERICAL:
        _check_values_fit(known, number_mask(known), column)
        numbers = np.full(len(text), np.nan)
        numbers[~missing] = to_floats(known)
        result = _finite(numbers, column, notes)
    elif column.kind is Kind.BOOLEAN:
        truth = strip(known).map(_BOOLEANS)
        _check_values_fit(known, truth.notna().to_numpy(dtype=bool), column)
        result = pd.Series(pd.NA, index=text.index, dtype="boolean")
        result[known.index] = truth.astype("boolean")
    else:
        result = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
        result[known.index] = _dates(known, column)
    return result, notes


def number_text_column(values: pd.Series, column: Column) -> pd.Series:
    """A column as text, its numbers as programs write them if all of them are written in the column's own form.

    Otherwise they are left alone: a file from elsewhere may have written them plainly.
    """
    text = as_text_column(values)
    own = Separators(column.decimal, column.thousands)
    if not column.is_numeric or own.is_default or not isinstance(values.dtype, pd.StringDtype):
        return text
    known = ~missing_mask(text, column.missing_token)
    return text.mask(known, own.to_plain(text)) if own.matches(text[known]) else text


def _check_values_fit(known: pd.Series, fits: Mask, column: Column) -> None:
    """Raise the sentence about the first value that does not fit the column's kind."""
    if fits.all():
        return
    row = known.index[~fits][0]
    raise DataError(
        f"Column {column.name!r}, row {row + 1}: {known[row]!r} is not {_EXPECTED[column.kind]}; "
        f"correct it, empty it, or set the kind of {column.name!r} to categorical."
    )


def _without_infinite(known: pd.Series, column: Column, notes: list[str]) -> pd.Series:
    infinite = infinite_mask(known)
    if infinite.any():
        notes.append(_infinite_note(column, int(infinite.sum())))
    return known[~infinite]


def _finite(numbers: np.ndarray[tuple[int], np.dtype[np.float64]], column: Column, notes: list[str]) -> pd.Series:
    """Floats with infinite values made missing, and a note that says how many."""
    infinite = np.isinf(numbers)
    if infinite.any():
        notes.append(_infinite_note(column, int(infinite.sum())))
    return pd.Series(np.where(infinite, np.nan, numbers), dtype="float64")


def _infinite_note(column: Column, count: int) -> str:
    values = "1 infinite value is" if count == 1 else f"{count} infinite values are"
    return f"Column {column.name!r}: {values} read as missing, because no average or distance can hold them."


def _dates(known: pd.Series, column: Column) -> pd.Series:
    """Text as dates by the column's format, or by the one usual format that fits all values."""
    chosen = column.datetime_format
    if chosen is None or not bool(parse_dates(known, chosen).notna().all()):
        fitting = date_formats(known)
        chosen = fitting[0] if len(fitting) == 1 else chosen or "%Y-%m-%d"
    moments = parse_dates(known, chosen)
    _check_values_fit(known, moments.notna().to_numpy(dtype=bool), column)
    return moments


def _naive_timestamps(values: pd.Series, column: Column, notes: list[str]) -> pd.Series:
    """Datetimes without time zone, to the microsecond."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        notes.append(f"Column {column.name!r}: times are kept in UTC, without their zone.")
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    return values.astype("datetime64[us]")
