"""Write tables to CSV and Parquet files atomically. The same frame gives the same bytes."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.column import Column, Kind
from core.data.forms.dates import DateForm
from core.data.io.quoting import quoted
from core.data.io.text_values import natural_date_format
from core.data.schema import Schema
from core.errors import DataError

_SHARED: Final = 0o666
"""Mode of a file that is meant to be shared, before the umask takes from it."""


def write_csv(frame: pd.DataFrame, schema: Schema, path: Path) -> None:
    """Write a typed frame as UTF-8 CSV with commas and line feeds.

    Missing values, dates and numbers have the format of the column's schema (``missing_token``, ``datetime_format``,
    ``number_form``). Floats keep all digits, so reading them back gives the same number.

    Args:
        frame: Typed by ``schema``.
        schema: The columns, in the order of the file.
        path: The file to create or replace.

    Raises:
        DataError: A column of the schema is not in the frame.
    """
    content = csv_text(frame, schema).encode()
    write_atomically(path, lambda temporary: temporary.write_bytes(content))


def csv_text(frame: pd.DataFrame, schema: Schema) -> str:
    """Return a typed frame as the text of a CSV file; see `write_csv`.

    Raises:
        DataError: A column of the schema is not in the frame.
    """
    absent = [name for name in schema.names if name not in frame.columns]
    if absent:
        raise DataError(f"Column {absent[0]!r} of the schema is not in the table; add it or edit the schema.")
    columns = [_csv_fields(frame[column.name], column) for column in schema.columns]
    lines = [",".join(map(quoted, schema.names)), *map(",".join, zip(*columns, strict=True))]
    if len(columns) == 1:
        lines = [line or '""' for line in lines]  # readers skip empty lines
    return "\n".join(lines) + "\n"


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a typed frame as Parquet; missing values become null."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    write_atomically(path, lambda temporary: pq.write_table(table, temporary))


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call ``write`` with a temporary path beside ``path``, and rename the file when it is complete."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _SHARED))
    try:
        write(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _csv_fields(values: pd.Series, column: Column) -> list[str]:
    """Return one column as CSV fields, in row order. Each distinct text is quoted once."""
    missing = values.isna().to_numpy(dtype=bool)
    fields = np.full(len(values), quoted(column.missing_token), dtype=object)
    texts = format_values(values[~missing], column)
    in_file = {text: quoted(text) for text in set(texts)}
    fields[~missing] = [in_file[text] for text in texts]
    return list(fields)


def format_values(known: pd.Series, column: Column) -> list[str]:
    """Return the values of a typed column as text in the column's format, e.g. ``31.01.2024`` or ``$1,500.00``.

    Args:
        known: Values without missing ones, shape (n,).
        column: The column, with its number and date formats.
    """
    if column.kind is Kind.DATETIME:
        return (column.date_form or DateForm(natural_date_format(known))).write(known)
    if column.is_numeric:
        numbers = [repr(float(value)) if column.kind is Kind.NUMERICAL else str(value) for value in known]
        form = column.number_form
        return numbers if form.is_default else [form.from_plain(number) for number in numbers]
    return [str(value) for value in known]
