"""Load a user's table: any CSV, Parquet or Excel file, with or without a schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.data.casting import cast_to_schema
from core.data.dataset import Dataset
from core.data.external import external_frame, read_external
from core.data.forms.said import NOTHING_SAID, SaidForms
from core.data.inference.column_kinds import infer_schema
from core.data.io.bounded_reader import Reading
from core.data.io.odd_columns import without_odd_columns
from core.data.io.table_files import read_table
from core.data.io.temporary_folders import private_folder
from core.data.schema import Schema
from core.errors import DataError


def load_upload(
    path: Path,
    *,
    schema: Schema | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    said: SaidForms = NOTHING_SAID,
) -> Dataset:
    """Read a file. Infer its schema unless one is given.

    Raises:
        DataError: The file is unreadable, or does not fit the given schema.
    """
    if schema is not None:
        frame, notes = read_external(path, schema, encoding)
        return Dataset(name=path.name, frame=frame, schema=schema, notes=notes)
    raw, read_notes = read_table(path, sheet=sheet, encoding=encoding)
    dataset = from_frame(raw, path.name, said=said)
    return replace(dataset, notes=(*read_notes, *dataset.notes))


def raw_dataset(found: Reading, name: str) -> Dataset:
    """Return a table that was read apart as a dataset with an inferred schema.

    Raises:
        DataError: No table was read, or a column is not usable.
    """
    if found.frame is None:
        raise DataError(f"The file {name!r} holds no single table; keep one table in it.")
    dataset = from_frame(found.frame, name)
    return replace(dataset, notes=(*found.notes, *dataset.notes))


def from_frame(raw: pd.DataFrame, name: str, schema: Schema | None = None, said: SaidForms = NOTHING_SAID) -> Dataset:
    """Return a frame of text or typed columns as a dataset. Infer its schema unless one is given.

    Args:
        raw: Shape (n, columns); it is not modified.
        name: Name of the dataset.
        schema: Schema of the columns, if it is known.
        said: What a person says of values that could be read in two ways; inferred if left out.

    Raises:
        DataError: A column is not usable, or does not fit the given schema.
    """
    if schema is not None:
        frame, notes = external_frame(raw, schema)
        return Dataset(name=name, frame=frame, schema=schema, notes=notes)
    raw, odd_notes = without_odd_columns(_with_text_headers(raw))
    schema, kind_notes = infer_schema(raw, said)
    frame, type_notes = cast_to_schema(raw, schema)
    return Dataset(name=name, frame=frame, schema=schema, notes=(*odd_notes, *kind_notes, *type_notes))


def _with_text_headers(raw: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose headers are text: ``0`` for the number 0, ``pay mean`` for a header of two parts."""
    if all(isinstance(title, str) for title in raw.columns):
        return raw
    titles = [" ".join(filter(None, map(str, one))) if isinstance(one, tuple) else str(one) for one in raw.columns]
    return raw.set_axis(pd.Index(titles, dtype="str"), axis=1)


@contextmanager
def temporary_upload(content: bytes, name: str) -> Iterator[Path]:
    """Write the bytes of an uploaded file to a temporary folder for the duration of the context.

    The file is named by `safe_name`.

    >>> with temporary_upload(b"a", "../../etc/pass:wd.csv") as path:
    ...     path.name, path.read_bytes()
    ('pass_wd.csv', b'a')
    """
    with private_folder() as folder:
        path = folder / safe_name(name)
        path.write_bytes(content)
        yield path


def safe_name(name: str) -> str:
    """Return the last part of a name, without characters that are unsafe in file names."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[^\w. ()-]", "_", last).strip(". ")[-100:] or "table"
