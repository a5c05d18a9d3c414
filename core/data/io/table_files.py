"""Read a table from a file of any supported type, or from a folder of Parquet files.

Cells of CSV and Excel files are read as text, without interpretation, so that no information is lost before the schema
is known; other files keep the types that they store.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from core.data.io.delimited_text import read_csv
from core.data.io.excel_files import EXCEL, read_excel
from core.data.io.limits import FILE, MIB, check_frame
from core.data.io.packed_files import PACKED, unpacked
from core.data.io.parquet_folders import holds_parquet, read_parquet_folder
from core.data.io.text_encoding import TEXT_SUFFIXES
from core.data.io.typed_files import TYPED, read_typed
from core.errors import DataError

SUFFIXES: Final = (*TEXT_SUFFIXES, EXCEL, *TYPED, *PACKED)


def read_table(
    path: Path, *, sheet: str | None = None, encoding: str | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read a file. Return a raw frame (text for CSV and Excel, else the file's types) and notes.

    Args:
        path: A file of one of `SUFFIXES`; a ``.gz`` or ``.zip`` holds one table. Or a folder of Parquet files.
        sheet: Sheet of an Excel file; required only if several sheets have values.
        encoding: Encoding of a CSV file; detected if left out.

    Raises:
        DataError: The file does not exist, is empty, damaged, too large or of another type, or repeats a column name.
    """
    is_folder = path.is_dir() and holds_parquet(path)
    if not is_folder:
        _check_file(path)
    suffix = path.suffix.lower()
    if not is_folder and suffix in PACKED:
        with unpacked(path) as inner:
            return read_table(inner, sheet=sheet, encoding=encoding)
    try:
        frame, notes = read_parquet_folder(path) if is_folder else _read(path, sheet, encoding)
    except MemoryError as error:
        raise DataError(
            f"The file {path.name!r} is damaged, or needs more memory than there is; save the table again, or leave "
            "out rows or columns."
        ) from error
    check_frame(path.name, frame)
    return frame, notes


def _read(path: Path, sheet: str | None, encoding: str | None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    suffix = path.suffix.lower()
    if suffix in TYPED:
        return read_typed(path)
    if suffix == EXCEL:
        return read_excel(path, sheet)
    if suffix in TEXT_SUFFIXES:
        return read_csv(path.read_bytes(), path.name, encoding)
    raise DataError(f"The file {path.name!r} is none of {', '.join(SUFFIXES)}; save the table as one of these.")


def _check_file(path: Path) -> None:
    """Raise a `DataError` if there is no file, or if it is empty or too large."""
    if path.is_dir():
        raise DataError(f"{str(path)!r} is a folder without Parquet files; choose the file that holds the table.")
    if not path.is_file():
        raise DataError(f"There is no file {path.name!r} at {str(path.parent)!r}; check the name and the folder.")
    if path.stat().st_size == 0:
        raise DataError(f"The file {path.name!r} is empty; save the table again and choose that file.")
    FILE.check(path.name, -(-path.stat().st_size // MIB))
