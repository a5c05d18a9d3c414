"""Hold a second file of rows against the first: hold-out rows, synthetic rows, earlier rows of a model.

The same checks for all: an outcome or a group that is written differently is refused with both spellings, other new
values are noted, and rows that also stand in the table are counted.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd

from core.data.column import Kind, Role
from core.data.groups import as_text, group_labels, positive_name
from core.data.schema import Schema
from core.errors import DataError

_MAX_LISTED: Final = 8
_MIN_SHARE: Final = 0.1
"""Share of the rows from which new groups, and groups that are gone, are one group under another name."""
_FEW_COLUMNS: Final = 2
_LEAST_VALUES, _FEW_VALUES = 2, 50
_LEAST_NUMBERS, _OUTSIDE = 20, 0.95


def check_second_file(frame: pd.DataFrame, table: pd.DataFrame, schema: Schema) -> tuple[str, ...]:
    """Check the values of a second file. Return a note on each column with values or numbers that the table lacks.

    Args:
        frame: Typed rows of the file.
        table: Typed rows of the table, with the same dtypes.
        schema: Schema of both.

    Raises:
        DataError: The outcome, groups of a sensitive column or all categories of a feature are written otherwise than
            in the table.
    """
    _check_outcome(frame, table, schema)
    for name in schema.sensitive:
        _check_groups(frame, table, schema, name)
    return (
        *_empty_column_notes(frame, table, schema),
        *_new_value_notes(frame, table, schema),
        *_other_range_notes(frame, table, schema),
    )


def overlap_note(frame: pd.DataFrame, table: pd.DataFrame, schema: Schema) -> tuple[str, ...]:
    """Return a note on the rows of a file of test rows that also stand in the table, if there are any.

    Rows are the same if all columns are that are not ignored, or if an identifier is that does more than count the
    rows of its file. The note says how many rows of
    the table have a twin in the table itself, since people can be alike.
    """
    keys = [column.name for column in schema.columns if column.kind is Kind.IDENTIFIER]
    keys = [name for name in keys if not (_counts_rows(frame[name]) and _counts_rows(table[name]))]
    for name in keys:
        known = frame[name].dropna()
        shared = int(known.isin(set(table[name].dropna())).sum())
        if shared:
            return (
                f"{shared:,} of {len(frame):,} rows have an identifier {name!r} that the table has too. Models learned "
                "from these rows, so they are no test; leave them out of one of the two files.",
            )
    names = [column.name for column in schema.columns if column.role is not Role.IGNORED]
    if len(names) <= _FEW_COLUMNS or frame.empty or table.empty:
        return ()
    of_file, of_table = (pd.util.hash_pandas_object(rows[names], index=False) for rows in (frame, table))
    shared = int(of_file.isin(of_table).sum())
    if not shared:
        return ()
    twins = float(of_table.duplicated(keep=False).mean())
    spread = np.sqrt(max(twins * (1 - twins), 1 / len(frame)) / len(frame))
    note = f"{shared:,} of {len(frame):,} rows are the same as a row of the table in all columns."
    alike = f"{round(1000 * twins):,} of 1,000 rows of the table have a twin"
    if shared / len(frame) <= twins + 3 * spread:
        return (f"{note} So many may be alike by chance: {alike}.",)
    return (
        f"{note} In the table alone, {alike}, so part of the file was copied from it. Models learned from these rows, "
        "so they are no test; leave them out of one of the two files.",
    )


def _check_outcome(frame: pd.DataFrame, table: pd.DataFrame, schema: Schema) -> None:
    if not schema.with_role(Role.TARGET) or schema.threshold is not None or schema.positive is None:
        return
    name = schema.target
    told, known = (set(as_text(rows[name].dropna())) for rows in (frame, table))
    new = told - known
    if not new or not known or (len(known) > 2 and positive_name(schema) in told):
        return
    raise DataError(
        f"Target {name!r} is {_listed(told)} in the file and {_listed(known)} in the table; write the same outcome the "
        "same way in both."
    )


def _check_groups(frame: pd.DataFrame, table: pd.DataFrame, schema: Schema, name: str) -> None:
    told, known = (group_labels(rows[rows[name].notna()], schema, [name]) for rows in (frame, table))
    if not len(told) or not len(known):
        return
    new, gone = ~np.isin(told, known), ~np.isin(known, told)
    if new.mean() >= _MIN_SHARE and gone.mean() >= _MIN_SHARE:
        raise DataError(
            f"Sensitive column {name!r} has the groups {_listed(set(told))} in the file and {_listed(set(known))} in "
            "the table; write the same group the same way in both."
        )


def _empty_column_notes(frame: pd.DataFrame, table: pd.DataFrame, schema: Schema) -> list[str]:
    return [
        f"Column {column.name!r} has no value in any row of the file; in the table, "
        f"{int(table[column.name].notna().sum()):,} of {len(table):,} rows have one."
        for column in schema.columns
        if column.role is not Role.IGNORED
        and len(frame)
        and frame[column.name].isna().all()
        and not table[column.name].isna().all()
    ]


def _new_value_notes(frame: pd.DataFrame, table: pd.DataFrame, schema: Schema) -> list[str]:
    notes = []
    for column in schema.columns:
        if column.kind is not Kind.CATEGORICAL or column.role is Role.IGNORED:
            continue
        known = set(table[column.name].dropna())
        new = ~frame[column.name].isin(known) & frame[column.name].notna()
        told = set(frame[column.name].dropna())
        if not told & known and _LEAST_VALUES <= len(told) <= len(known) <= _FEW_VALUES:
            raise DataError(
                f"Column {column.name!r} is {_listed(told)} in the file and {_listed(known)} in the table; write the "
                "same value the same way in both."
            )
        if new.any():
            listed = _listed(set(frame[column.name][new]))
            notes.append(
                f"Column {column.name!r}: {int(new.sum())} rows hold values that the original does not have "
                f"({listed}). They are kept as additional categories."
            )
    return notes


def _other_range_notes(frame: pd.DataFrame, table: pd.DataFrame, schema: Schema) -> list[str]:
    """Return a note on each column of numbers of which hardly any lies between those of the table."""
    notes = []
    for column in schema.columns:
        is_text = isinstance(table[column.name].dtype, pd.StringDtype)  # an identifier that became a feature
        if not column.is_numeric or column.role is Role.IGNORED or is_text:
            continue
        told, known = frame[column.name].dropna(), table[column.name].dropna()
        if len(told) < _LEAST_NUMBERS or known.empty:
            continue
        outside = int(((told < known.min()) | (told > known.max())).sum())
        if outside >= _OUTSIDE * len(told):
            notes.append(
                f"Column {column.name!r} runs from {told.min():g} to {told.max():g} in the file and from "
                f"{known.min():g} to {known.max():g} in the table. If it has another unit or scale, write both alike; "
                "figures of models are else worthless."
            )
    return notes


def _listed(values: Collection[str]) -> str:
    return ", ".join(map(repr, sorted(map(str, values))[:_MAX_LISTED])) + (", …" if len(values) > _MAX_LISTED else "")


def _counts_rows(identifiers: pd.Series) -> bool:
    """Return whether identifiers are the numbers from 0 or 1 on, which every file may have of its own."""
    known = set(identifiers.dropna())
    return any(known == set(map(str, range(first, first + len(known)))) for first in (0, 1))
