"""Read a column's numbers or dates in another form than the one that was inferred."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from core.choices import DateOrder, DecimalMark
from core.data.casting import cast_to_schema
from core.data.column import Column, Kind
from core.data.forms.numbers import DIGITS
from core.data.inference.date_kinds import DateReading, read_dates
from core.data.inference.decimal_marks import NO_MARKS, DecimalMarks
from core.data.inference.number_kinds import Reading, read_numbers
from core.data.io.table_writer import format_values
from core.data.io.text_values import as_text_column, word_mask
from core.data.schema import Schema
from core.errors import SchemaError

PLAIN_FIELDS: Final[dict[str, Any]] = {
    "decimal": ".",
    "thousands": "",
    "decimals": None,
    "positive_form": DIGITS,
    "negative_form": f"-{DIGITS}",
    "group_size": 3,
}
"""The fields of a column whose numbers are as Python writes them."""
_NUMBERS: Final = (Kind.INTEGER, Kind.NUMERICAL)
_MARKS: Final = {".": "point", ",": "comma"}


def reading_by(column: Column, values: pd.Series, mark: DecimalMark) -> Reading:
    """Return what a typed column is as numbers with this decimal mark.

    Raises:
        SchemaError: Some value is no number then.
    """
    text = _distinct(column, values)
    found = read_numbers(text, DecimalMarks(mark))
    if found.kind not in _NUMBERS or found.form.decimal != mark:
        shown = f", e.g. {text.iloc[0]!r}" if len(text) else ""
        raise SchemaError(
            f"Column {column.name!r} has no numbers that need a decimal {_MARKS[mark]}{shown}; choose another decimal "
            "mark or another kind.",
            field="schema",
        )
    return found


def dates_by(column: Column, values: pd.Series, order: DateOrder) -> DateReading:
    """Return what a typed column is as dates with the day or the month first.

    Raises:
        SchemaError: Some value is no date then.
    """
    text = _distinct(column, values)
    found = read_dates(text, column.name, order)
    if found.form is None or found.form.order != order:
        shown = f", e.g. {text.iloc[0]!r}" if len(text) else ""
        raise SchemaError(
            f"Column {column.name!r} has no dates with the {order} first{shown}; choose another date order or another "
            "kind.",
            field="schema",
        )
    return found


def chosen_form(column: Column, values: pd.Series, kind: Kind) -> dict[str, Any]:
    """Return the schema fields of the form of text that is to become numbers; none for other changes.

    Raises:
        SchemaError: The numbers could be read in two ways.
    """
    if kind is Kind.DATETIME and isinstance(values.dtype, pd.StringDtype):
        dates = read_dates(_distinct(column, values), column.name)
        if len(dates.forms) > 1:
            raise SchemaError(
                f"The dates of column {column.name!r} can be read with the day first and with the month first; choose "
                "its date order.",
                field="schema",
            )
        return dates.fields
    if kind not in _NUMBERS or column.is_numeric or not isinstance(values.dtype, pd.StringDtype):
        return {}
    found = read_numbers(_distinct(column, values), NO_MARKS)
    if found.kind is None and len(found.forms) > 1:
        raise SchemaError(
            f"The numbers of column {column.name!r} can be read with a decimal point and with a decimal comma; choose "
            "its decimal mark.",
            field="schema",
        )
    return found.fields if found.kind in _NUMBERS else {}


def cast_again(frame: pd.DataFrame, old: Schema, new: Schema) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Cast a typed frame to an edited schema. Numbers and dates of another form are read anew as written.

    Raises:
        DataError: A value does not fit its new kind.
    """
    changed = {}
    for column in new.columns:
        before = old.column(column.name)
        other_numbers = before.is_numeric and column.is_numeric and before.number_form != column.number_form
        other_dates = before.kind is column.kind is Kind.DATETIME and before.date_form != column.date_form
        if other_numbers or other_dates:
            changed[column.name] = _as_written(before, frame[column.name])
    return cast_to_schema(frame.assign(**changed), new)


def _as_written(column: Column, values: pd.Series) -> pd.Series:
    text = pd.Series(None, index=values.index, dtype="str")
    known = values.notna()
    text[known] = format_values(values[known], column)
    return text


def _distinct(column: Column, values: pd.Series) -> pd.Series:
    """Return the distinct known texts of a column, as its file wrote them, without words for missing ones."""
    known = values.dropna()
    is_formed = column.is_numeric or column.kind is Kind.DATETIME
    text = _as_written(column, known) if is_formed else as_text_column(known)
    text = text.drop_duplicates()
    return text[~word_mask(text)]
