"""Give the headers and values of a second file the spelling of the table that it belongs to."""

from __future__ import annotations

import pandas as pd

from core.data.column import Column, Kind, Role
from core.data.groups import as_text
from core.data.io.text_values import as_text_column, missing_mask
from core.data.label_spelling import spelling_key, spellings
from core.data.schema import Schema

_KINDS = (Kind.CATEGORICAL, Kind.BOOLEAN)
_MAX_LISTED = 4


def respelled(raw: pd.DataFrame, schema: Schema, known: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return a raw frame with the table's spelling of headers and values, and a note on each column that changed.

    Only spellings are changed of which one can be meant; see `core.data.label_spelling.spellings`. The rest is kept.

    Args:
        raw: Text or typed columns.
        schema: Of the table.
        known: Rows of the table, typed by ``schema``.
    """
    raw, notes = _renamed(raw, schema)
    for column in schema.columns:
        if column.name in raw.columns and column.name in known.columns and _has_values(column, schema):
            meant = _meant(raw[column.name], column, known[column.name])
            if meant:
                raw = raw.assign(**{column.name: as_text_column(raw[column.name]).replace(meant)})
                notes.append(_note(column.name, meant))
    return raw, notes


def _renamed(raw: pd.DataFrame, schema: Schema) -> tuple[pd.DataFrame, list[str]]:
    """Give headers that differ from one of the schema by case or blanks alone the schema's spelling."""
    absent = [name for name in schema.names if name not in raw.columns]
    extra = [str(name) for name in raw.columns if str(name) not in schema.names]
    keys = [spelling_key(name) for name in extra]
    meant = {}
    for name in absent:
        fitting = [other for other, key in zip(extra, keys, strict=True) if key == spelling_key(name)]
        if len(fitting) == 1 and fitting[0] not in meant:
            meant[fitting[0]] = name
    notes = [f"Column {other!r} of the file was read as {name!r}." for other, name in meant.items()]
    return raw.rename(columns=meant), notes


def _has_values(column: Column, schema: Schema) -> bool:
    """Return whether the column has few values, each with a meaning of its own."""
    return column.kind in _KINDS or (column.role is Role.TARGET and schema.threshold is None)


def _meant(values: pd.Series, column: Column, known: pd.Series) -> dict[str, str]:
    if len(values) == 0:
        return {}
    text = as_text_column(values)
    told = text[~missing_mask(text, column.missing_token)].unique()
    return spellings(list(map(str, told)), set(as_text(known.dropna())))


def _note(name: str, meant: dict[str, str]) -> str:
    pairs = ", ".join(f"{told!r} as {value!r}" for told, value in list(meant.items())[:_MAX_LISTED])
    more = ", …" if len(meant) > _MAX_LISTED else ""
    return (
        f"Column {name!r} is written differently in the file, so values were read as those of the table: {pairs}{more}."
    )
