"""A file that someone else made, read by a schema that is already there: a holdout, or a synthetic table to audit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.data.casting import cast_to_schema, number_text_column
from core.data.groups import group_labels, positive_name, target_labels
from core.data.io.table_files import read_table
from core.data.io.text_values import missing_mask, number_mask, to_floats, whole_mask
from core.data.schema import Column, Kind, Role, Schema
from core.errors import DataError


def read_external(path: Path, schema: Schema, encoding: str | None = None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read a file into a frame typed by an existing schema; see `external_frame`.

    Raises:
        DataError: The file cannot be read, lacks a column, or holds a value that does not fit.
    """
    raw, read_notes = read_table(path, encoding=encoding)
    try:
        frame, notes = external_frame(raw, schema)
    except DataError as error:
        raise DataError.of(error.problem, f"{path.name!r} does not fit the schema. ") from error
    return frame, (*read_notes, *notes)


def external_frame(raw: pd.DataFrame, schema: Schema) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Type a raw frame from elsewhere by ``schema``, shape (n, columns of the schema).

    Columns in another order are put right; further columns are left out with a note; ignored columns that are absent
    are filled with missing values; fractions in a whole-number column (many generators write them) are rounded.

    Raises:
        DataError: A column with a role is absent, or a value does not fit its kind.
    """
    notes: list[str] = []
    raw = raw.reset_index(drop=True)
    absent = [name for name in schema.names if name not in raw.columns]
    needed = [name for name in absent if schema.column(name).role is not Role.IGNORED]
    if needed:
        raise DataError(
            f"The table lacks {_columns(needed)}; add what is lacking (it has {_columns(list(raw.columns))})."
        )
    if absent:
        raw = raw.assign(**{name: pd.Series(pd.NA, index=raw.index, dtype="str") for name in absent})
        notes.append(f"The ignored {_columns(absent)} not in the table; every row counts as missing there.")
    extra = [str(name) for name in raw.columns if name not in schema.names]
    if extra:
        notes.append(f"Left out, because the schema does not have it: {_columns(extra)}.")
    raw = raw[schema.names].copy()
    for column in schema.columns:
        if column.kind is Kind.INTEGER:
            raw[column.name] = _rounded(raw[column.name], column, notes)
    frame, found = cast_to_schema(raw, schema)
    return frame, (*notes, *found)


def new_category_notes(frame: pd.DataFrame, reference: pd.DataFrame, schema: Schema) -> tuple[str, ...]:
    """A note for each categorical column of ``frame`` with values that ``reference`` (typed alike) does not have."""
    notes = []
    for column in schema.columns:
        if column.kind is not Kind.CATEGORICAL or column.role is Role.IGNORED:
            continue
        known = set(reference[column.name].dropna())
        foreign = ~frame[column.name].isin(known) & frame[column.name].notna()
        if foreign.any():
            notes.append(
                f"Column {column.name!r}: {int(foreign.sum())} rows hold values that the original does not have; they "
                "are kept and count as further categories."
            )
    return tuple(notes)


def limitation_notes(frame: pd.DataFrame, reference: pd.DataFrame, schema: Schema) -> tuple[str, ...]:
    """Notes on what makes figures of ``frame`` weak or undefined, in comparison with ``reference`` (typed alike).

    Another number of rows, rows that are all equal, a target that is missing or has one outcome, groups that are gone.

    Args:
        frame: Typed rows from elsewhere.
        reference: Typed real rows.
        schema: With target, positive value and sensitive columns.
    """
    notes = []
    if len(frame) != len(reference):
        notes.append(f"The file has {_rows(len(frame))}, the original {_rows(len(reference))}; figures are of shares.")
    if len(frame) > 1 and len(frame.drop_duplicates()) == 1:
        notes.append("All rows of the file are equal, so there is nothing that a classifier could learn from it.")
    return (*notes, *_outcome_notes(frame, schema), *_group_notes(frame, reference, schema))


def _outcome_notes(frame: pd.DataFrame, schema: Schema) -> list[str]:
    known = frame[frame[schema.target].notna()]
    if known.empty:
        return [f"Target {schema.target!r} is missing in every row of the file; nothing is trained on it."]
    positives = int(target_labels(known, schema).sum())
    if 0 < positives < len(known):
        return []
    outcome = "is never" if positives == 0 else "is always"
    return [
        f"Target {schema.target!r} {outcome} {positive_name(schema)!r} in the file; with one outcome there is nothing "
        "to learn, so figures of classifiers trained on it are undefined."
    ]


def _group_notes(frame: pd.DataFrame, reference: pd.DataFrame, schema: Schema) -> list[str]:
    notes = []
    for name in schema.sensitive:
        here, there = (set(group_labels(part, schema, [name])) for part in (frame, reference))
        if gone := sorted(there - here):
            notes.append(f"Sensitive column {name!r}: the file has no row of {_listed(gone)}.")
    return notes


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, names[:10])) + (", …" if len(names) > 10 else "")


def _columns(names: list[str]) -> str:
    word = "column" if len(names) == 1 else "columns"
    return f"{word} {_listed(names)}"


def _rounded(values: pd.Series, column: Column, notes: list[str]) -> pd.Series:
    """A whole-number column without fractions, and a note that says how many there were."""
    text = number_text_column(values, column)
    known = ~missing_mask(text)
    fraction = known & number_mask(text) & ~whole_mask(text)
    if not fraction.any():
        return values
    numbers = to_floats(text[fraction])
    usable = np.isfinite(numbers) & (np.abs(numbers) < 1e17)
    if not usable.all():
        return values  # `cast_to_schema` has the note or the sentence for these
    text = text.copy()
    text[fraction] = [str(int(number)) for number in np.rint(numbers)]
    notes.append(f"Column {column.name!r}: {int(fraction.sum())} numbers with fractions were rounded to whole numbers.")
    return text
