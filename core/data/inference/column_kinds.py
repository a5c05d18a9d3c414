"""Infer the schema of a raw table: the likely kind and role of each column. The user can edit the result.

Every inferred kind and role comes with its reason, so that the user can judge it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.data.column import Column, Kind, Role
from core.data.forms.dates import natural_date_format
from core.data.inference.date_columns import (
    TWO_READINGS,
    ambiguity_note,
    date_form,
    fitting_formats,
    is_day_first,
    order_note,
)
from core.data.inference.name_hints import is_key_name
from core.data.inference.role_suggestions import suggest_roles
from core.data.io.number_formats import Separators, fitting_separators
from core.data.io.text_values import (
    TRUE_FALSE,
    Mask,
    as_text_column,
    code_mask,
    missing_mask,
    number_mask,
    strip,
    whole_mask,
    with_unit_mask,
)
from core.data.schema import Schema
from core.errors import DataError

_UNIQUE_SHARE = 0.99  # an identifier may have a few repeated rows
_UNIQUE_ROWS = 20  # in a smaller table, all categories may differ by chance


def infer_schema(raw: pd.DataFrame) -> tuple[Schema, tuple[str, ...]]:
    """Infer kinds, missing tokens, date formats and likely roles.

    Args:
        raw: A raw frame of `core.data.io.table_files.read_table`, shape (n, columns): text, or Parquet's own types.

    Returns:
        The schema, and one note for each inference that the user should check.

    Raises:
        DataError: A cell holds an unsupported value, or two columns share a name.

    >>> schema, _ = infer_schema(pd.DataFrame({"age": ["31", "?"], "sex": ["f", "m"], "hired": ["yes", "no"]}))
    >>> [(column.name, str(column.kind), str(column.role)) for column in schema.columns]
    [('age', 'integer', 'feature'), ('sex', 'categorical', 'sensitive'), ('hired', 'categorical', 'target')]
    """
    repeated = raw.columns[raw.columns.duplicated()]
    if len(repeated):
        raise DataError(f"Column {repeated[0]!r} occurs more than once; give each column a name of its own.")
    inferred = [infer_column(raw[name], str(name)) for name in raw.columns]
    day_first = _common_order([column for column, _ in inferred])
    if day_first is not None:
        inferred = [
            infer_column(raw[column.name], column.name, day_first=day_first)
            if TWO_READINGS in column.reason
            else (column, notes)
            for column, notes in inferred
        ]
    columns = [column for column, _ in inferred]
    return Schema(columns=suggest_roles(columns, raw)), tuple(note for _, notes in inferred for note in notes)


def _common_order(columns: list[Column]) -> bool | None:
    """Return whether the day stands before the month in all dates that show it; ``None`` if unknown or mixed."""
    orders = {is_day_first(column.datetime_format) for column in columns if column.datetime_format} - {None}
    return orders.pop() if len(orders) == 1 else None


def infer_column(values: pd.Series, name: str, *, day_first: bool | None = None) -> tuple[Column, list[str]]:
    """Infer the kind of one column, shape (n,). Return the column with its reason, and notes.

    Args:
        values: Text, or a typed column.
        name: Its header.
        day_first: Whether the day stands before the month in the other dates of the file; ``None``: not known.
    """
    text = as_text_column(values.reset_index(drop=True))
    missing = missing_mask(text)
    token, notes = _missing_token(text[missing], name)
    known = text[~missing]
    if known.empty:
        notes.append(f"Column {name!r} has no value in any row, so it is ignored; leave it out or fill it in.")
        reason = "Ignored: no row has a value."
        return Column(name=name, kind=Kind.CATEGORICAL, role=Role.IGNORED, missing_token=token, reason=reason), notes
    distinct = known.drop_duplicates()
    if len(known) > 1 and len(distinct) == 1:
        notes.append(f"Column {name!r} has the same value in every row, so it carries no information.")
    kind, reason, value_format = _kind(values, known, distinct, name, notes, day_first=day_first)
    is_unique = kind is Kind.IDENTIFIER
    if TWO_READINGS in reason:
        kind = Kind.CATEGORICAL  # not a key: no serial numbers may replace dates
    elif is_unique:
        notes.append(_identifier_note(name, reason))
    return Column(
        name=name,
        kind=kind,
        role=Role.IGNORED if is_unique else Role.FEATURE,
        missing_token=token,
        reason=reason,
        **value_format,
    ), notes


def _missing_token(missing: pd.Series, name: str) -> tuple[str, list[str]]:
    """Return the most frequent missing token, and a note if it is not an empty field or if there are several."""
    counts = strip(missing.dropna()).value_counts()
    if counts.empty:
        return "", []
    token = str(counts.index[0])
    if len(counts) == 1 and not token:
        return token, []
    tokens = " and ".join(repr(str(token)) if token else "empty fields" for token in sorted(counts.index))
    note = f"Column {name!r}: {tokens} are read as missing ({int(counts.sum())} rows)."
    if len(counts) > 1:
        note += f" They are written back as {token!r}." if token else " They are written back as empty fields."
    return token, [note]


def _identifier_note(name: str, reason: str) -> str:
    why = reason.removeprefix("Identifier: ").rstrip(".")
    return (
        f"Column {name!r} was read as an identifier and is ignored unless you give it a role: {why}. "
        "To use it as a feature, change its kind and role."
    )


def _kind(
    values: pd.Series, known: pd.Series, distinct: pd.Series, name: str, notes: list[str], *, day_first: bool | None
) -> tuple[Kind, str, dict[str, Any]]:
    """Return kind, reason and the schema fields of the value format for a column with at least one value.

    Args:
        values: The column, shape (n,).
        known: The text of its known values.
        distinct: Each text of ``known`` once, at its first row. Values repeat, so that these are checked fast.
        name: Its header.
        notes: Receives notes.
        day_first: See `infer_column`.
    """
    rows = len(known)
    stored = _stored_kind(values)
    if stored is not None:
        return stored
    dates = fitting_formats(distinct, name, day_first=day_first)
    if len(dates) == 1:
        if day_first is not None:
            notes.append(order_note(distinct, name, dates[0]))
        return date_form(distinct, name, dates[0], notes)
    plain = _plain_kind(distinct, rows, name)
    if plain is not None:
        return *plain, {}
    separators = fitting_separators(distinct) if isinstance(values.dtype, pd.StringDtype) else []
    separated = _plain_kind(separators[0].to_plain(distinct), rows, name) if len(separators) == 1 else None
    if separated is not None:
        return _separated(*separated, separators[0], name, notes)
    if len(dates) > 1:
        notes.append(ambiguity_note(distinct, name, dates))
        kind = _text_kind(distinct, rows, name, codes=False)[0]
        return kind, f"Categorical: {TWO_READINGS}", {}
    code = code_mask(distinct)
    _note_numbers(known, distinct, name, separators, notes)
    return _text_kind(distinct, rows, name, codes=bool(code.any() and number_mask(distinct).all()))


def _stored_kind(values: pd.Series) -> tuple[Kind, str, dict[str, Any]] | None:
    """Return the kind that the file stores with the column, if it does."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return Kind.CATEGORICAL, "Categorical: the file says so.", {}
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return Kind.DATETIME, "Datetime: the file says so.", {"datetime_format": natural_date_format(values)}
    return None


def _note_numbers(
    known: pd.Series, distinct: pd.Series, name: str, separators: list[Separators], notes: list[str]
) -> None:
    """Add a note on a column of text that people may mean as numbers."""
    if separators:
        notes.append(
            f"Column {name!r} reads as numbers both with {separators[0].describe()} and with "
            f"{separators[1].describe()}, so it is kept as text; write its numbers with a decimal point and without "
            "thousands separators."
        )
    elif with_unit_mask(distinct).all():
        notes.append(
            f"The values of column {name!r} look like numbers with a unit or symbol, so it is kept as text; remove "
            "the unit to use it as numbers."
        )
    elif not code_mask(distinct).any():
        _note_mixed(known, number_mask(known), name, notes)


def _separated(
    kind: Kind, reason: str, separators: Separators, name: str, notes: list[str]
) -> tuple[Kind, str, dict[str, Any]]:
    """Return kind, reason and format of numbers with other separators than a decimal point, and add a note."""
    if kind is Kind.IDENTIFIER:
        return kind, reason, {}
    notes.append(
        f"Column {name!r} was read as numbers with {separators.describe()}; synthetic.csv uses the same format."
    )
    why = f"{reason.rstrip('.')}, with {separators.describe()}."
    return kind, why, {"decimal": separators.decimal, "thousands": separators.thousands}


def _plain_kind(distinct: pd.Series, rows: int, name: str) -> tuple[Kind, str] | None:
    """Return kind and reason if every value is a Boolean or a number; ``None`` for text."""
    if bool(strip(distinct).isin(TRUE_FALSE).all()):
        return Kind.BOOLEAN, "Boolean: every value is True or False."
    if whole_mask(distinct).all():
        if _is_key(distinct, rows, name):
            return Kind.IDENTIFIER, "Identifier: the header names a key, and the numbers hardly repeat."
        return Kind.INTEGER, "Integer: every value is a whole number."
    if number_mask(distinct).all() and not code_mask(distinct).any():
        return Kind.NUMERICAL, "Numerical: every value is a number."
    return None


def _text_kind(distinct: pd.Series, rows: int, name: str, *, codes: bool) -> tuple[Kind, str, dict[str, Any]]:
    if _is_key(distinct, rows, name):
        return Kind.IDENTIFIER, "Identifier: the header names a key, and the values hardly repeat.", {}
    if rows >= _UNIQUE_ROWS and len(distinct) >= _UNIQUE_SHARE * rows:
        return Kind.IDENTIFIER, "Identifier: the texts (almost) never repeat, so they identify rows.", {}
    if codes:
        return Kind.CATEGORICAL, "Categorical: digits with leading zeros, or too many of them, are codes.", {}
    return Kind.CATEGORICAL, f"Categorical: {len(distinct)} different texts.", {}


def _is_key(distinct: pd.Series, rows: int, name: str) -> bool:
    return is_key_name(name) and distinct.nunique() >= 0.9 * rows


def _note_mixed(known: pd.Series, number: Mask, name: str, notes: list[str]) -> None:
    """Add a note about a column of mostly numbers, with the first other value, so that the user can correct it."""
    if not 0.5 <= number.mean() < 1:
        return
    row = known.index[~number][0]
    shown = known[row] if len(known[row]) <= 40 else known[row][:40] + "…"
    notes.append(
        f"Column {name!r} mixes numbers and text (row {row + 1}: {shown!r}), so it is read as categories; correct "
        f"these values, or set {shown!r} as the column's missing token and its kind to numerical."
    )
