"""Infer the schema of a raw table: the likely kind and role of each column. The user can edit the result.

Every inferred kind and role comes with its reason, so that the user can judge it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.data.column import Column, Kind, Role
from core.data.inference.name_hints import is_key_name
from core.data.inference.role_suggestions import suggest_roles
from core.data.io.number_formats import Separators, fitting_separators
from core.data.io.text_values import (
    TRUE_FALSE,
    Mask,
    as_text_column,
    code_mask,
    date_formats,
    missing_mask,
    natural_date_format,
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
    notes: list[str] = []
    columns: list[Column] = []
    for name in raw.columns:
        column, column_notes = infer_column(raw[name], str(name))
        columns.append(column)
        notes.extend(column_notes)
    return Schema(columns=suggest_roles(columns, raw)), tuple(notes)


def infer_column(values: pd.Series, name: str) -> tuple[Column, list[str]]:
    """Infer the kind of one column, shape (n,). Return the column with its reason, and notes."""
    text = as_text_column(values.reset_index(drop=True))
    missing = missing_mask(text)
    token, notes = _missing_token(text[missing], name)
    known = text[~missing]
    if known.empty:
        reason = "Ignored: no row has a value."
        return Column(name=name, kind=Kind.CATEGORICAL, role=Role.IGNORED, missing_token=token, reason=reason), notes
    distinct = known.drop_duplicates()
    kind, reason, value_format = _kind(values, known, distinct, name, notes)
    return Column(
        name=name,
        kind=kind,
        role=Role.IGNORED if kind is Kind.IDENTIFIER else Role.FEATURE,
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


def _kind(
    values: pd.Series, known: pd.Series, distinct: pd.Series, name: str, notes: list[str]
) -> tuple[Kind, str, dict[str, Any]]:
    """Return kind, reason and the schema fields of the value format for a column with at least one value.

    Args:
        values: The column, shape (n,).
        known: The text of its known values.
        distinct: Each text of ``known`` once, at its first row. Values repeat, so that these are checked fast.
        name: Its header.
        notes: Receives notes.
    """
    rows = len(known)
    if isinstance(values.dtype, pd.CategoricalDtype):
        return Kind.CATEGORICAL, "Categorical: the file says so.", {}
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return Kind.DATETIME, "Datetime: the file says so.", {"datetime_format": natural_date_format(values)}
    plain = _plain_kind(distinct, rows, name)
    if plain is not None:
        return *plain, {}
    separators = fitting_separators(distinct) if isinstance(values.dtype, pd.StringDtype) else []
    separated = _plain_kind(separators[0].to_plain(distinct), rows, name) if len(separators) == 1 else None
    if separated is not None:
        return _separated(*separated, separators[0], name, notes)
    dates = date_formats(distinct)
    if len(dates) == 1:
        why = f"Datetime: every value is a date written {dates[0]}."
        return Kind.DATETIME, why, {"datetime_format": dates[0]}
    number, code = number_mask(distinct), code_mask(distinct)
    if dates:
        notes.append(
            f"Column {name!r} reads as a date both by {dates[0]} and by {dates[1]}, so it is kept as categories; "
            "set its kind to datetime and choose the right format."
        )
    elif separators:
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
    elif not code.any():
        _note_mixed(known, number_mask(known), name, notes)
    return _text_kind(distinct, rows, name, codes=bool(code.any() and number.all()))


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
