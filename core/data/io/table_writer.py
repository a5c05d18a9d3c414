"""Tables to files, whole or not at all: written beside the target under another name, then renamed.

The same frame gives the same bytes.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.io.number_formats import Separators
from core.data.io.text_values import natural_date_format
from core.data.schema import Column, Kind, Schema
from core.errors import DataError

# Everything that another reader could take for a delimiter, a line end or padding goes into quotes.
_NEEDS_QUOTES: Final = re.compile(r'[",;|\t\r\n]|^\s|\s$')


def write_csv(frame: pd.DataFrame, schema: Schema, path: Path) -> None:
    """Write a typed frame as UTF-8 CSV with commas and line feeds.

    Missing values become the column's own ``missing_token``, dates its ``datetime_format``, numbers its ``decimal`` and
    ``thousands``; floats are written so that reading them back gives the same number.

    Args:
        frame: Typed by ``schema``; other columns are an error.
        schema: Its columns, in the order in which they are written.
        path: The file to make or replace.

    Raises:
        DataError: A column of the schema is not in the frame.
    """
    content = csv_text(frame, schema).encode()
    write_atomically(path, lambda temporary: temporary.write_bytes(content))


def csv_text(frame: pd.DataFrame, schema: Schema) -> str:
    """A typed frame as the text of a CSV file; see `write_csv`.

    Raises:
        DataError: A column of the schema is not in the frame.
    """
    absent = [name for name in schema.names if name not in frame.columns]
    if absent:
        raise DataError(f"Column {absent[0]!r} of the schema is not in the table; add it or edit the schema.")
    columns = [_csv_fields(frame[column.name], column) for column in schema.columns]
    lines = [",".join(map(_quoted, schema.names)), *map(",".join, zip(*columns, strict=True))]
    if len(columns) == 1:
        lines = [line or '""' for line in lines]  # an empty line would be skipped by every reader
    return "\n".join(lines) + "\n"


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a typed frame as Parquet; missing values become null."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    write_atomically(path, lambda temporary: pq.write_table(table, temporary))


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Have a file written under another name beside ``path``, and renamed when it is whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)  # mkstemp makes it private; a table is an ordinary file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def _csv_fields(values: pd.Series, column: Column) -> list[str]:
    """One column as CSV fields, in row order; each distinct text is looked at once."""
    missing = values.isna().to_numpy(dtype=bool)
    fields = np.full(len(values), _quoted(column.missing_token), dtype=object)
    texts = format_values(values[~missing], column)
    quoted = {text: _quoted(text) for text in set(texts)}
    fields[~missing] = [quoted[text] for text in texts]
    return list(fields)


def format_values(known: pd.Series, column: Column) -> list[str]:
    """The values of a typed column as the column's own form has them, e.g. ``31.01.2024`` or ``1,5``.

    Args:
        known: Without missing values, shape (n,).
        column: Says how numbers and dates are written.
    """
    if column.kind is Kind.DATETIME:
        return [str(text) for text in known.dt.strftime(column.datetime_format or natural_date_format(known))]
    if column.is_numeric:
        numbers = [repr(float(value)) if column.kind is Kind.NUMERICAL else str(value) for value in known]
        form = Separators(column.decimal, column.thousands)
        return numbers if form.is_default else [form.from_plain(number) for number in numbers]
    return [str(value) for value in known]
