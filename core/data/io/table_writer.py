"""Write tables to CSV and Parquet files atomically, whole or part by part. The same frames give the same bytes."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.column import Column, Kind
from core.data.forms.dates import DateForm
from core.data.io.quoting import quoted
from core.data.io.text_values import natural_date_format
from core.data.schema import Schema
from core.errors import DataError

Append = Callable[[pd.DataFrame], None]
"""Adds rows to a file."""

_LINES_AT_ONCE: Final = 50_000
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
    with csv_parts(schema, path) as append:
        append(frame)


@contextmanager
def csv_parts(schema: Schema, path: Path) -> Iterator[Append]:
    """Yield what appends typed frames to a CSV file; see `write_csv`. The file appears once the block has ended.

    Dates of a column without a format in the schema have the shortest one that tells all dates of their part.
    """
    with atomic(path) as temporary, temporary.open("wb") as stream:

        def append(frame: pd.DataFrame) -> None:
            stream.writelines(block.encode() for block in _blocks(frame, schema))

        stream.write(_header(schema).encode())
        yield append


def csv_text(frame: pd.DataFrame, schema: Schema) -> str:
    """Return a typed frame as the text of a CSV file; see `write_csv`.

    Raises:
        DataError: A column of the schema is not in the frame.
    """
    return "".join([_header(schema), *_blocks(frame, schema)])


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a typed frame as Parquet; missing values become null."""
    with parquet_parts(path) as append:
        append(frame)


@contextmanager
def parquet_parts(path: Path) -> Iterator[Append]:
    """Yield what appends typed frames to a Parquet file, a row group each. The file appears once the block has ended.

    All frames have the columns and types of the first one.
    """
    with atomic(path) as temporary, parquet_rows(temporary) as append:
        yield append


@contextmanager
def parquet_rows(path: Path) -> Iterator[Append]:
    """Yield what appends typed frames to a new Parquet file, which is complete once the block has ended."""
    writer: pq.ParquetWriter | None = None

    def append(frame: pd.DataFrame) -> None:
        nonlocal writer
        table = pa.Table.from_pandas(frame, schema=writer and writer.schema, preserve_index=False)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)

    try:
        yield append
    finally:
        if writer is not None:
            writer.close()


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``, and rename the file when the block has ended without an error."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _SHARED))
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _header(schema: Schema) -> str:
    return _joined([",".join(map(quoted, schema.names))], schema)


def _blocks(frame: pd.DataFrame, schema: Schema) -> Iterator[str]:
    """Yield the rows as lines of a CSV file, some at a time: a large table has hundreds of megabytes of them."""
    absent = [name for name in schema.names if name not in frame.columns]
    if absent:
        raise DataError(f"Column {absent[0]!r} of the schema is not in the table; add it or edit the schema.")
    columns = [_csv_fields(frame[column.name], column) for column in schema.columns]
    for start in range(0, len(frame), _LINES_AT_ONCE):
        part = slice(start, start + _LINES_AT_ONCE)
        fields = [distinct[codes[part]].tolist() for codes, distinct in columns]
        yield _joined(map(",".join, zip(*fields, strict=True)), schema)


def _joined(lines: Iterable[str], schema: Schema) -> str:
    if len(schema.columns) == 1:
        lines = (line or '""' for line in lines)  # readers skip empty lines
    return "".join(f"{line}\n" for line in lines)


def _csv_fields(values: pd.Series, column: Column) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
    """Return the index of each row's CSV field, shape (n,), and the fields: each distinct value is quoted once."""
    codes, distinct = _distinct(values, column)
    fields = [*map(quoted, format_values(distinct, column)), quoted(column.missing_token)]
    return codes, np.asarray(fields, dtype=object)


def _distinct(values: pd.Series, column: Column) -> tuple[NDArray[np.intp], pd.Series]:
    """Return the index of each value among the distinct ones, shape (n,), -1 where missing, and these."""
    if column.kind is not Kind.NUMERICAL:
        codes, found = pd.factorize(values)
        return codes, pd.Series(found)
    numbers = np.asarray(values.to_numpy(dtype=float, na_value=np.nan), dtype=np.float64)
    known = ~np.isnan(numbers)
    codes = np.full(len(numbers), -1, dtype=np.intp)
    codes[known], bits = pd.factorize(numbers[known].view(np.int64))  # 0 and -0 are equal, and are written otherwise
    return codes, pd.Series(bits.view(np.float64))


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
