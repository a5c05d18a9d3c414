"""Infer the schema of a raw table: the likely kind and role of each column. The user can edit the result.

Every inferred kind and role comes with its reason, so that the user can judge it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd

from core.choices import DateOrder
from core.data.column import Column, Kind, Role
from core.data.forms.said import NOTHING_SAID, SaidForms
from core.data.inference.date_kinds import DateReading, date_order, read_compact_dates, read_dates, reads_as_dates
from core.data.inference.decimal_marks import NO_MARKS, DecimalMarks, decimal_marks
from core.data.inference.identifiers import identifier_reason, text_identifier_reason
from core.data.inference.name_hints import is_postal_name
from core.data.inference.number_kinds import Reading, read_numbers, reads_as_numbers
from core.data.inference.person_keys import with_person_keys
from core.data.inference.role_suggestions import suggest_roles
from core.data.io.text_values import (
    TRUE_FALSE,
    Mask,
    as_text_column,
    code_mask,
    missing_mask,
    natural_date_format,
    no_date_mask,
    number_mask,
    strip,
    with_unit_mask,
    word_mask,
)
from core.data.schema import Schema
from core.errors import DataError


class FileHints(NamedTuple):
    """What the columns of a file tell about each other.

    Args:
        marks: Its decimal separator.
        date_order: What comes first in its dates; ``None`` if nothing tells.
    """

    marks: DecimalMarks = NO_MARKS
    date_order: DateOrder | None = None


NO_HINTS = FileHints()
_MANY_VALUES, _MOST_ODD = 20, 0.5
_NO_NUMBER = r"[^0-9]*|[<>≤≥].*"


def infer_schema(raw: pd.DataFrame, said: SaidForms = NOTHING_SAID) -> tuple[Schema, tuple[str, ...]]:
    """Infer kinds, missing tokens, date formats and likely roles.

    Args:
        raw: A raw frame of `core.data.io.table_files.read_table`, shape (n, columns): text, or Parquet's own types.
        said: What a person says of values that could be read in two ways; inferred if left out.

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
    hints = FileHints(
        decimal_marks(raw) if said.decimal_mark is None else DecimalMarks(said.decimal_mark),
        date_order(raw) if said.date_order is None else said.date_order,
    )
    for name in raw.columns:
        column, column_notes = infer_column(raw[name], str(name), hints)
        columns.append(column)
        notes.extend(column_notes)
    return Schema(columns=with_person_keys(suggest_roles(columns, raw), raw)), tuple(notes)


def infer_column(values: pd.Series, name: str, hints: FileHints = NO_HINTS) -> tuple[Column, list[str]]:
    """Infer the kind of one column, shape (n,). Return the column with its reason, and notes.

    Args:
        values: Text or typed values.
        name: The header.
        hints: What the rest of the file tells, for values that could be read in two ways.
    """
    text = as_text_column(values.reset_index(drop=True))
    missing = missing_mask(text)
    missing, odd = _with_words(text, missing, name, hints)
    token, notes = _missing_token(text[missing], name, odd)
    known = text[~missing]
    if known.empty:
        reason = "Ignored: no row has a value."
        return Column(name=name, kind=Kind.CATEGORICAL, role=Role.IGNORED, missing_token=token, reason=reason), notes
    kind, reason, value_format = _kind(values, known, name, hints, notes)
    return Column(
        name=name,
        kind=kind,
        role=Role.IGNORED if kind is Kind.IDENTIFIER else Role.FEATURE,
        missing_token=token,
        reason=reason,
        **value_format,
    ), notes


def _with_words(text: pd.Series, missing: Mask, name: str, hints: FileHints) -> tuple[Mask, str | None]:
    """Return where a column has no value, also in words among numbers or dates, and an unusual one of these words."""
    kinds: tuple[tuple[Callable[[pd.Series], Mask], Callable[[pd.Series], bool]], ...] = (
        (word_mask, lambda one: reads_as_numbers(one, hints.marks)),
        (no_date_mask, lambda one: reads_as_dates(one, name)),
    )
    for mask, reads in kinds:
        words = mask(text) & ~missing
        if reads(text[~missing & ~words].drop_duplicates()):
            return missing | words, None
        odd = _odd_text(text[~missing & ~words])
        is_odd = (strip(text) == odd).to_numpy(dtype=bool) & ~missing
        if odd is not None and reads(text[~missing & ~words & ~is_odd].drop_duplicates()):
            return missing | words | is_odd, odd
    return missing, None


def _odd_text(known: pd.Series) -> str | None:
    """Return the one unusual text among many different values, for example ``TBC`` or ``<0.5``; ``None``: no such text.

    Read as missing, it leaves the others what they are, and it is written back where synthetic rows have no value. A
    text that begins with a digit, such as ``90+``, is a value.
    """
    values = strip(known)
    distinct = values.drop_duplicates()
    unusual = distinct[distinct.str.fullmatch(_NO_NUMBER)]
    if len(unusual) != 1 or len(distinct) <= _MANY_VALUES or unusual.isin(TRUE_FALSE).all():
        return None
    odd = str(unusual.iloc[0])
    return odd if (values == odd).mean() <= _MOST_ODD else None


def _missing_token(missing: pd.Series, name: str, odd: str | None = None) -> tuple[str, list[str]]:
    """Return the token of missing values, and a note if it is not an empty field or if there are several.

    Args:
        missing: The texts that are read as missing.
        name: The header.
        odd: The token, if a text of the column is read as missing; else the most frequent is.
    """
    counts = strip(missing.dropna()).value_counts()
    if counts.empty:
        return "", []
    token = str(counts.index[0]) if odd is None else odd
    if len(counts) == 1 and not token:
        return token, []
    tokens = " and ".join(repr(str(token)) if token else "empty fields" for token in sorted(counts.index))
    are = "is" if len(counts) == 1 else "are"
    note = f"Column {name!r}: {tokens} {are} read as missing ({_rows(int(counts.sum()))})."
    if odd is not None:
        note += f" If {odd!r} is a value, write it as a number."
    if len(counts) > 1:
        note += f" They are written back as {token!r}." if token else " They are written back as empty fields."
    return token, [note]


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _kind(
    values: pd.Series, known: pd.Series, name: str, hints: FileHints, notes: list[str]
) -> tuple[Kind, str, dict[str, Any]]:
    """Return kind, reason and the schema fields of the value format for a column with at least one value.

    Args:
        values: The column, shape (n,).
        known: The text of its known values.
        name: Its header.
        hints: What the rest of the file tells.
        notes: Receives notes.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        return Kind.CATEGORICAL, "Categorical: the file says so.", {}
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return Kind.DATETIME, "Datetime: the file says so.", {"datetime_format": natural_date_format(values)}
    rows = len(known)
    distinct = known.drop_duplicates()  # values repeat, so that these are checked fast
    reading = read_numbers(distinct, hints.marks, is_text=isinstance(values.dtype, pd.StringDtype))
    compact = read_compact_dates(distinct, name) if reading.kind is Kind.INTEGER else DateReading()
    if compact.form is not None:
        return Kind.DATETIME, compact.reason, compact.fields
    if reading.kind is not None:
        kind, why, form = _number_kind(reading, rows, name)
        notes.extend(reading.notes(name) if kind is reading.kind else [])
        return kind, why, form
    dates = read_dates(distinct, name, hints.date_order)
    if dates.form is not None:
        notes.extend(dates.notes(name, distinct))
        return Kind.DATETIME, dates.reason, dates.fields
    _note_unread(known, dates, reading, name, notes)
    return _text_kind(known, distinct, name)


def _number_kind(reading: Reading, rows: int, name: str) -> tuple[Kind, str, dict[str, Any]]:
    """Return kind, reason and form of numbers; whole numbers may be identifiers or codes."""
    if reading.kind is Kind.INTEGER and not reading.form.has_unit:
        why = identifier_reason(reading.plain, rows, name)
        if why is not None:
            return Kind.IDENTIFIER, why, {}
        if is_postal_name(name):
            return Kind.CATEGORICAL, "Categorical: the header names a postal code, which is no quantity.", {}
    return reading.kind or Kind.NUMERICAL, reading.reason, reading.fields


def _note_unread(known: pd.Series, dates: DateReading, reading: Reading, name: str, notes: list[str]) -> None:
    """Add a note if values look like dates or numbers, and yet are no such column."""
    distinct = known.drop_duplicates()
    if dates.forms:
        notes.append(dates.question(name, distinct))
    elif reading.forms:
        notes.append(reading.question(name))
    elif with_unit_mask(distinct).all():
        notes.append(
            f"The values of column {name!r} look like numbers with a unit or symbol, so it is kept as text; remove "
            "the unit to use it as numbers."
        )
    elif not code_mask(distinct).any():
        _note_mixed(known, number_mask(known), name, notes)


def _text_kind(known: pd.Series, distinct: pd.Series, name: str) -> tuple[Kind, str, dict[str, Any]]:
    why = text_identifier_reason(known, distinct, name)
    if why is not None:
        return Kind.IDENTIFIER, why, {}
    if bool(code_mask(distinct).any() and number_mask(distinct).all()):
        return Kind.CATEGORICAL, "Categorical: digits with leading zeros, or too many of them, are codes.", {}
    return Kind.CATEGORICAL, f"Categorical: {len(distinct)} different texts.", {}


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
