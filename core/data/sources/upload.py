"""A table that a person brings: any CSV, Parquet or Excel file, with or without a schema of its own."""

from __future__ import annotations

from pathlib import Path

from core.data.conform import conform
from core.data.dataset import Dataset
from core.data.files import read_table
from core.data.foreign import read_like
from core.data.infer import infer_schema
from core.data.schema import Schema


def load_upload(path: Path, *, schema: Schema | None = None, sheet: str | None = None) -> Dataset:
    """Read a file; infer its schema unless one is given.

    Raises:
        DataError: The file cannot be read, or does not fit the given schema.
    """
    if schema is not None:
        frame, notes = read_like(path, schema)
        return Dataset(name=path.name, frame=frame, schema=schema, notes=notes)
    raw, read_notes = read_table(path, sheet=sheet)
    schema, kind_notes = infer_schema(raw)
    frame, type_notes = conform(raw, schema)
    return Dataset(name=path.name, frame=frame, schema=schema, notes=(*read_notes, *kind_notes, *type_notes))
