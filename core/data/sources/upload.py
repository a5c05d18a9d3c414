"""A table that a person brings: any CSV, Parquet or Excel file, with or without a schema of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from core.data.casting import cast_to_schema
from core.data.dataset import Dataset
from core.data.external import external_frame, read_external
from core.data.inference.column_kinds import infer_schema
from core.data.io.table_files import read_table
from core.data.schema import Schema

if TYPE_CHECKING:
    import pandas as pd


def load_upload(
    path: Path, *, schema: Schema | None = None, sheet: str | None = None, encoding: str | None = None
) -> Dataset:
    """Read a file; infer its schema unless one is given.

    Raises:
        DataError: The file cannot be read, or does not fit the given schema.
    """
    if schema is not None:
        frame, notes = read_external(path, schema, encoding)
        return Dataset(name=path.name, frame=frame, schema=schema, notes=notes)
    raw, read_notes = read_table(path, sheet=sheet, encoding=encoding)
    found = from_frame(raw, path.name)
    return replace(found, notes=(*read_notes, *found.notes))


def from_frame(raw: pd.DataFrame, name: str, schema: Schema | None = None) -> Dataset:
    """A frame of text or of typed columns as a dataset; its schema is inferred unless one is given.

    Args:
        raw: Shape (n, columns); it stays as it is.
        name: What to call it.
        schema: Its columns, if they are known.

    Raises:
        DataError: A column cannot be used, or does not fit the given schema.
    """
    if schema is not None:
        frame, notes = external_frame(raw, schema)
        return Dataset(name=name, frame=frame, schema=schema, notes=notes)
    schema, kind_notes = infer_schema(raw)
    frame, type_notes = cast_to_schema(raw, schema)
    return Dataset(name=name, frame=frame, schema=schema, notes=(*kind_notes, *type_notes))


@contextmanager
def temporary_upload(content: bytes, name: str) -> Iterator[Path]:
    """The bytes of an uploaded file as a file in a folder of its own, for as long as the context lasts.

    Its name is what remains of ``name`` without any folder and without letters that could lead elsewhere.

    >>> with temporary_upload(b"a", "../../etc/pass:wd.csv") as path:
    ...     path.name, path.read_bytes()
    ('pass_wd.csv', b'a')
    """
    last = re.split(r"[/\\]", name)[-1]
    safe = re.sub(r"[^\w. ()-]", "_", last).strip(". ")[-100:] or "table"
    with TemporaryDirectory(prefix="evenhand-") as folder:
        path = Path(folder) / safe
        path.write_bytes(content)
        yield path
