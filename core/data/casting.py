"""Cast a raw frame to the dtypes of its schema. Notes report every reinterpreted value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.column import IDENTIFYING_KINDS, Column, Kind
from core.data.forms.dates import DateForm, date_forms
from core.data.forms.likely_numbers import likely_forms
from core.data.forms.numbers import NumberForm, number_forms
from core.data.io.text_values import (
    Mask,
    as_text_column,
    code_mask,
    infinite_mask,
    missing_mask,
    no_date_mask,
    number_mask,
    strip,
    to_floats,
    to_integers,
    whole_mask,
)
from core.data.schema import Schema
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
    """Cast a frame to the dtypes of its schema; see `core.data.dataset`.

    Args:
        raw: Text (from CSV or Excel) or typed columns (from Parquet, or already cast), in any order.
        schema: The columns to cast. Other columns are left out.

    Returns:
        The typed frame, shape (n, columns of the schema), with a new row index, and notes on reinterpreted values.

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
        values, column_notes = cast_column(raw[column.name].reset_index(drop=True), column)
        typed[column.name] = values
        notes.extend(column_notes)
    return pd.DataFrame(typed, index=pd.RangeIndex(len(raw)), columns=pd.Index(schema.names, dtype="str")), tuple(notes)


def cast_column(values: pd.Series, column: Column) -> tuple[pd.Series, list[str]]:
    """Cast one column, shape (n,). Return it with notes; see `cast_to_schema`."""
    notes: list[str] = []
    if pd.api.types.is_datetime64_any_dtype(values.dtype) and column.kind is Kind.DATETIME:
        return _naive_timestamps(values, column, notes), notes
    if column.kind is Kind.NUMERICAL and pd.api.types.is_float_dtype(values.dtype):
        return _finite(values.to_numpy(dtype=np.float64, na_value=np.nan), column, notes), notes
    text = number_text_column(values, column)
    missing = missing_mask(text, column.missing_token, words=column.is_numeric)
    if column.kind is Kind.DATETIME:
        missing |= no_date_mask(text)
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
    """Return a column as text, with its numbers in plain format.

    They have the column's form, or are in plain format already, or have the only form that fits all of them: an
    external file may write numbers in its own way. If nothing fits, the text stays unchanged.
    """
    text = as_text_column(values)
    if not column.is_numeric or not isinstance(values.dtype, pd.StringDtype):
        return text
    known = text[~missing_mask(text, column.missing_token, words=True)]
    codes, distinct = pd.factorize(known)
    different = pd.Series(distinct, dtype="str")
    form = _form_of(different, column)
    if form is None:
        return text
    plain = text.copy()
    plain.loc[known.index] = form.to_plain(different).to_numpy(dtype=object)[codes]
    return plain


def _form_of(distinct: pd.Series, column: Column) -> NumberForm | None:
    """Return the form of numbers that are not in plain format; ``None`` if they are, or if none or several fit."""
    form = column.number_form
    if not form.is_plain and form.matches(distinct):
        return form
    if distinct.empty or bool(number_mask(distinct).all()):
        return None
    shows_mark = column.kind is Kind.INTEGER or column.thousands or column.decimal == ","
    forms = likely_forms(number_forms(distinct), distinct, column.decimal if shows_mark else None)
    return forms[0] if len(forms) == 1 else None


def _check_values_fit(known: pd.Series, fits: Mask, column: Column) -> None:
    """Raise a `DataError` about the first value that does not fit the column's kind."""
    if fits.all():
        return
    row = known.index[~fits][0]
    if column.is_numeric and code_mask(known.loc[[row]]).all():
        raise DataError(
            f"Column {column.name!r}, row {row + 1}: {known[row]!r} has a leading zero or is too large for exact "
            f"figures, as codes are; correct it, or set the kind of {column.name!r} to categorical."
        )
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
    """Replace infinite values by missing ones, and add a note with their number."""
    infinite = np.isinf(numbers)
    if infinite.any():
        notes.append(_infinite_note(column, int(infinite.sum())))
    return pd.Series(np.where(infinite, np.nan, numbers), dtype="float64")


def _infinite_note(column: Column, count: int) -> str:
    values = "1 infinite value is" if count == 1 else f"{count} infinite values are"
    return f"Column {column.name!r}: {values} read as missing, because averages and distances need finite values."


def _dates(known: pd.Series, column: Column) -> pd.Series:
    """Parse dates in the column's form, or in the only common form that fits all values."""
    form = column.date_form
    if form is None or not bool(form.parse(known).notna().all()):
        fitting = date_forms(known)
        form = fitting[0] if len(fitting) == 1 else form or DateForm("%Y-%m-%d")
    dates = form.parse(known)
    _check_values_fit(known, dates.notna().to_numpy(dtype=bool), column)
    return dates


def _naive_timestamps(values: pd.Series, column: Column, notes: list[str]) -> pd.Series:
    """Return datetimes without time zone, to the microsecond."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        notes.append(f"Column {column.name!r}: times were converted to UTC, without a time zone.")
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    return values.astype("datetime64[us]")
