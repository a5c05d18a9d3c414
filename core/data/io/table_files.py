"""Read tables from CSV, Parquet and Excel files.

CSV and Excel cells are read as text, without interpretation, so that no information is lost before the schema is known.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from openpyxl.utils.exceptions import InvalidFileException

from core.data.io.text_encoding import UTF_8, decode
from core.errors import DataError

DELIMITERS: Final = (",", ";", "\t", "|")
SUFFIXES: Final = (".csv", ".tsv", ".txt", ".data", ".parquet", ".pq", ".xlsx")
_SAMPLE_LINES = 100
_QUOTED = re.compile(r'"(?:[^"]|"")*"')

RawTable = tuple[pd.DataFrame, tuple[str, ...]]


def read_table(path: Path, *, sheet: str | None = None, encoding: str | None = None) -> RawTable:
    """Read a file. Return a raw frame (text for CSV and Excel, the file's types for Parquet) and notes.

    Args:
        path: A ``.csv`` (or ``.tsv``, ``.txt``, ``.data``), ``.parquet`` or ``.xlsx`` file.
        sheet: Sheet of an Excel file; required only if several sheets have values.
        encoding: Encoding of a CSV file; detected if left out.

    Raises:
        DataError: The file does not exist, is empty, damaged or of another type, or repeats a column name.
    """
    if path.is_dir():
        raise DataError(f"{str(path)!r} is a folder; choose the file in it that holds the table.")
    if not path.is_file():
        raise DataError(f"There is no file {path.name!r} at {str(path.parent)!r}; check the name and the folder.")
    if path.stat().st_size == 0:
        raise DataError(f"The file {path.name!r} is empty; save the table again and choose that file.")
    suffix = path.suffix.lower()
    if suffix in {".parquet", ".pq"}:
        frame, notes = _read_parquet(path)
    elif suffix == ".xlsx":
        frame, notes = _read_excel(path, sheet)
    elif suffix in SUFFIXES:
        frame, notes = read_csv(path.read_bytes(), path.name, encoding)
    else:
        raise DataError(f"The file {path.name!r} is none of {', '.join(SUFFIXES)}; save the table as one of these.")
    return frame, notes


def read_csv(data: bytes, name: str, encoding: str | None = None) -> RawTable:
    """Read the bytes of a CSV file. Return a frame of text, and notes on its encoding.

    Args:
        data: The file's content. Its delimiter (comma, semicolon, tab or bar) is detected.
        name: Name of the file in error messages.
        encoding: Encoding chosen by the user; detected if left out.

    Raises:
        DataError: The content cannot be decoded, the header is empty or repeats a name, or rows differ in length.
    """
    text, used = decode(data, name, encoding)
    encoding_note = f"The file {name!r} was read as {used}; choose another encoding if letters with accents look wrong."
    notes = [] if used == UTF_8 else [encoding_note]
    delimiter = _delimiter(text)
    header = next((row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row), [])
    checked = _checked_header(header, name)
    columns = [str(number) for number in range(len(header))]
    content = text.encode()
    try:
        table = pa_csv.read_csv(
            io.BytesIO(content),
            read_options=pa_csv.ReadOptions(
                column_names=columns, block_size=min(len(content) + 1, 2**30), use_threads=False
            ),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise DataError(_csv_error_sentence(name, str(error))) from error
    frame = table.to_pandas().astype("str").iloc[1:].reset_index(drop=True)
    if _blank_after_every(delimiter, text):
        frame = frame.apply(lambda column: column.str.removeprefix(" "))
    frame.columns = pd.Index(checked)
    return frame, tuple(notes)


def _delimiter(text: str) -> str:
    """Return the delimiter that splits most of the first lines into as many fields as the header, else a comma."""
    lines = [line for line in _QUOTED.sub('""', text[:200_000]).splitlines()[:_SAMPLE_LINES] if line]
    if not lines:
        return ","
    counts = {mark: [line.count(mark) for line in lines] for mark in DELIMITERS if mark in lines[0]}
    # max() returns the first of equals, so a comma wins a tie.
    return max(counts, key=lambda mark: (counts[mark].count(counts[mark][0]), counts[mark][0]), default=",")


def _blank_after_every(delimiter: str, text: str) -> bool:
    """Return whether a blank follows every delimiter (``a, b, c``, as in Adult). It then belongs to no value."""
    lines = _QUOTED.sub('""', text[:200_000]).splitlines()[1:_SAMPLE_LINES]
    total = sum(line.count(delimiter) for line in lines)
    return total > 0 and sum(line.count(delimiter + " ") for line in lines) == total


def _checked_header(header: list[str], name: str) -> list[str]:
    """Return the column names. Raise a `DataError` about the first empty or repeated one."""
    header = [title.strip() for title in header]
    if "" in header:
        raise DataError(f"Column {header.index('') + 1} of {name!r} has no name; write one in the first row.")
    repeated = [title for title, times in Counter(header).items() if times > 1]
    if repeated:
        raise DataError(
            f"Column {repeated[0]!r} occurs more than once in {name!r}; give each column a name of its own."
        )
    if not header:
        raise DataError(f"The file {name!r} has no header; write the column names in its first row.")
    return header


def _csv_error_sentence(name: str, message: str) -> str:
    """Return a sentence for Arrow's error with the data row (Arrow counts from 1 and includes the header)."""
    match = re.search(r"Row #(\d+): Expected (\d+) columns, got (\d+)", message)
    if not match:
        return f"The file {name!r} cannot be read as CSV ({message.splitlines()[0]}); save it again as CSV UTF-8."
    row, expected, got = map(int, match.groups())
    return (
        f"Row {row - 1} of {name!r} has {got} fields where the header has {expected}; correct that row "
        "(quote a value that contains the delimiter)."
    )


def sheets(path: Path) -> list[str]:
    """Return the sheets of an Excel file that hold values; an empty list for another file type.

    Raises:
        DataError: The file is damaged.
    """
    if path.suffix.lower() != ".xlsx" or path.stat().st_size == 0:
        return []
    with _book(path) as book:
        return _sheets_with_values(book)


@contextmanager
def _book(path: Path) -> Iterator[openpyxl.Workbook]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validation rules do not affect the values
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise DataError(f"The file {path.name!r} is damaged or not an Excel file; save it again as .xlsx.") from error
    try:
        yield book
    finally:
        book.close()


def _sheets_with_values(book: openpyxl.Workbook) -> list[str]:
    return [
        name
        for name in book.sheetnames
        if any(cell is not None for row in book[name].iter_rows(values_only=True) for cell in row)
    ]


def _read_excel(path: Path, sheet: str | None) -> RawTable:
    """Return one sheet of an Excel file as text. The first row is the header."""
    with _book(path) as book:
        filled = _sheets_with_values(book)
        if sheet is None and len(filled) > 1:
            raise DataError(
                f"The file {path.name!r} has {len(filled)} sheets, {', '.join(map(repr, filled))}; "
                "keep the one to be read and save it as a file of its own."
            )
        chosen = sheet or (filled[0] if filled else None)
        if chosen is None or chosen not in book.sheetnames:
            raise DataError(f"The file {path.name!r} has no sheet {chosen or 'with values'!r}; save the table again.")
        rows = [list(row) for row in book[chosen].iter_rows(values_only=True)]
    return _excel_frame(rows, path.name), ()


def _excel_frame(rows: list[list[object]], name: str) -> pd.DataFrame:
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()  # formatted but empty rows below the table
    width = max((place for row in rows for place, cell in enumerate(row, start=1) if cell is not None), default=0)
    header = _checked_header(["" if cell is None else str(cell) for cell in rows[0][:width]], name)
    columns = list(zip(*(row[:width] for row in rows[1:]), strict=True)) or [()] * width
    return pd.DataFrame(
        {title: pd.Series(_excel_text(cells), dtype="str") for title, cells in zip(header, columns, strict=True)}
    )


def _excel_text(cells: tuple[object, ...]) -> list[str]:
    """Return cells as text. A column of dates without times gets no times."""
    moments = [cell for cell in cells if isinstance(cell, datetime)]
    plain_days = all(moment.time() == moment.min.time() for moment in moments)
    text: list[str] = []
    for cell in cells:
        if cell is None:
            text.append("")
        elif isinstance(cell, datetime) and plain_days:
            text.append(cell.date().isoformat())
        else:
            text.append(str(cell))
    return text


def _read_parquet(path: Path) -> RawTable:
    """Read a Parquet file with its types. Integers beside missing values keep all their digits."""
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise DataError(f"The file {path.name!r} is damaged or not Parquet; write it again.") from error
    index = [title for title in table.column_names if title.startswith("__index_level_")]
    table = table.drop_columns(index)
    _checked_header(table.column_names, path.name)
    frame = table.to_pandas(ignore_metadata=True, types_mapper=_nullable, date_as_object=True)
    return frame, tuple(f"The saved row index {title!r} was left out." for title in index)


def _nullable(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    if pa.types.is_signed_integer(kind) or pa.types.is_uint8(kind) or pa.types.is_uint16(kind):
        return pd.Int64Dtype()
    if pa.types.is_unsigned_integer(kind):
        return pd.UInt64Dtype()
    if pa.types.is_boolean(kind):
        return pd.BooleanDtype()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.StringDtype(na_value=float("nan"))
    return None
