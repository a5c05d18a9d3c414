"""Read an external table by an existing schema: hold-out rows, or a synthetic table to audit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.data.casting import cast_to_schema, number_text_column
from core.data.column import Column, Kind, Role
from core.data.groups import group_labels, positive_name, target_labels
from core.data.io.table_files import read_table
from core.data.io.text_values import EXACT, missing_mask, number_mask, to_floats, whole_mask
from core.data.respelling import respelled
from core.data.schema import Schema
from core.errors import DataError


def read_external(
    path: Path, schema: Schema, encoding: str | None = None, known: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read a file and cast it to an existing schema; see `external_frame`.

    Raises:
        DataError: The file is unreadable, lacks a column, or holds a value that does not fit.
    """
    raw, read_notes = read_table(path, encoding=encoding)
    try:
        frame, notes = external_frame(raw, schema, known)
    except DataError as error:
        raise DataError.of(error.problem, f"{path.name!r} does not fit the schema. ") from error
    return frame, (*read_notes, *notes)


def external_frame(
    raw: pd.DataFrame, schema: Schema, known: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Cast an external raw frame to ``schema``. Return it, shape (n, columns of the schema), with notes.

    The columns may have any order. Extra columns are left out, with a note. Absent columns with the role ``ignored``
    are filled with missing values. Fractions in an integer column, which many generators write, are rounded.

    Args:
        raw: Text or typed columns.
        schema: Of the real rows.
        known: The real rows, typed by ``schema``. Headers and values get their spelling, where only one can be meant.

    Raises:
        DataError: A column with another role is absent, or a value does not fit its kind.
    """
    notes: list[str] = []
    raw = raw.reset_index(drop=True)
    if known is not None:
        raw, spelling_notes = respelled(raw, schema, known)
        notes.extend(spelling_notes)
    absent = [name for name in schema.names if name not in raw.columns]
    needed = [name for name in absent if schema.column(name).role is not Role.IGNORED]
    if needed:
        raise DataError(
            f"The table lacks {_columns(needed)}; add the missing data (it has {_columns(list(raw.columns))})."
        )
    if absent:
        raw = raw.assign(**{name: pd.Series(pd.NA, index=raw.index, dtype="str") for name in absent})
        notes.append(f"The table lacks the ignored {_columns(absent)}. All values there count as missing.")
    extra = [str(name) for name in raw.columns if name not in schema.names]
    if extra:
        notes.append(f"Left out, because it is not in the schema: {_columns(extra)}.")
    raw = raw[schema.names].copy()
    for column in schema.columns:
        if column.kind is Kind.INTEGER:
            raw[column.name] = _rounded(raw[column.name], column, notes)
    frame, cast_notes = cast_to_schema(raw, schema)
    return frame, (*notes, *cast_notes)


def limitation_notes(frame: pd.DataFrame, reference: pd.DataFrame, schema: Schema) -> tuple[str, ...]:
    """Return notes on properties of ``frame`` that make its metrics unreliable or undefined.

    These are: another number of rows than ``reference``, identical rows only, a target that is missing or has a single
    outcome, and groups without rows.

    Args:
        frame: Typed external rows.
        reference: Typed real rows, with the same dtypes.
        schema: Schema with target, positive value and sensitive columns.
    """
    notes = []
    if len(frame) != len(reference):
        notes.append(
            f"The file has {_rows(len(frame))}, the original {_rows(len(reference))}; the metrics compare shares."
        )
    if len(frame) > 1 and len(frame.drop_duplicates()) == 1:
        notes.append("All rows of the file are identical, so a classifier cannot learn from it.")
    return (*notes, *_outcome_notes(frame, schema), *_group_notes(frame, reference, schema))


def _outcome_notes(frame: pd.DataFrame, schema: Schema) -> list[str]:
    known = frame[frame[schema.target].notna()]
    if known.empty:
        return [f"Target {schema.target!r} is missing in every row of the file, so no classifier is trained on it."]
    positives = int(target_labels(known, schema).sum())
    if 0 < positives < len(known):
        return []
    outcome = "is never" if positives == 0 else "is always"
    return [
        f"Target {schema.target!r} {outcome} {positive_name(schema)!r} in the file. A classifier cannot learn from a "
        "single outcome, so its metrics are undefined."
    ]


def _group_notes(frame: pd.DataFrame, reference: pd.DataFrame, schema: Schema) -> list[str]:
    notes = []
    for name in schema.sensitive:
        groups, reference_groups = (set(group_labels(part, schema, [name])) for part in (frame, reference))
        if absent := sorted(reference_groups - groups):
            notes.append(f"Sensitive column {name!r}: the file has no row of {_listed(absent)}.")
    return notes


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, names[:10])) + (", …" if len(names) > 10 else "")


def _columns(names: list[str]) -> str:
    word = "column" if len(names) == 1 else "columns"
    return f"{word} {_listed(names)}"


def _rounded(values: pd.Series, column: Column, notes: list[str]) -> pd.Series:
    """Round the fractions of an integer column, and add a note with their number."""
    text = number_text_column(values, column)
    known = ~missing_mask(text)
    fraction = known & number_mask(text) & ~whole_mask(text)
    if not fraction.any():
        return values
    numbers = to_floats(text[fraction])
    usable = np.isfinite(numbers) & (np.abs(numbers) < EXACT)
    if not usable.all():
        return values  # `cast_to_schema` reports these
    text = text.copy()
    text[fraction] = [str(int(number)) for number in np.rint(numbers)]
    notes.append(f"Column {column.name!r}: {int(fraction.sum())} numbers with fractions were rounded to whole numbers.")
    return text
