"""Read Excel files. Every cell becomes text, so that nothing is lost before the schema is known."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import openpyxl
import pandas as pd

from core.data.io.archive import open_archive
from core.data.io.first_lines import BELOW_HEADER, LAST, lines_before_header, skipped_note, with_header
from core.data.io.limits import CELLS, COLUMNS, ROWS, check_shape
from core.data.io.lines_below import lines_below_header, lines_below_table
from core.data.io.nested_xml import check_nesting
from core.errors import DataError

EXCEL: Final = ".xlsx"
_SAMPLE_ROWS: Final = 100
_NOTHING: Final[list[object]] = []
_EXCEL_ROWS: Final = 2**20
"""The most rows of a sheet. Below the table they may be formatted and empty."""
_PADDED: Final = re.compile("00+")


def sheets(path: Path) -> list[str]:
    """Return the sheets of an Excel file that hold values; an empty list for another file type.

    Raises:
        DataError: The file is damaged.
    """
    if path.suffix.lower() != EXCEL or path.stat().st_size == 0:
        return []
    with _book(path) as book:
        return _sheets_with_values(book)


def read_excel(path: Path, sheet: str | None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return one sheet of an Excel file as text, with notes.

    Raises:
        DataError: The file is damaged, has several sheets and none is named, or has no header.
    """
    with _book(path) as book:
        filled = _sheets_with_values(book)
        if sheet is None and len(filled) > 1:
            raise DataError(
                f"The file {path.name!r} has {len(filled)} sheets, {', '.join(map(repr, filled))}; "
                "keep the one to be read and save it as a file of its own."
            )
        chosen = sheet or (filled[0] if filled else None)
        if chosen is None or chosen not in filled:
            raise DataError(f"The file {path.name!r} has no sheet {chosen or 'with values'!r}; save the table again.")
        rows = _rows(book[chosen], path.name)
    return _frame(rows, path.name)


@contextmanager
def _book(path: Path) -> Iterator[openpyxl.Workbook]:
    """Open a workbook. Whatever its parts raise while they are read becomes a `DataError`."""
    try:
        with open_archive(path):
            pass  # its checks end a file that unpacks to too much
        check_nesting(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles, validation rules and odd dates do not affect the other values
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # a file may declare any number of empty cells, and they would be made
            try:
                yield book
            finally:
                book.close()
    except MemoryError:
        raise
    except Exception as error:  # readers of damaged parts raise whatever they come across
        if isinstance(error, DataError) and error.__cause__ is None:  # said of the table, not of damage
            raise
        raise DataError(f"The file {path.name!r} is damaged or not an Excel file; save it again as .xlsx.") from error


def _sheets_with_values(book: openpyxl.Workbook) -> list[str]:
    return [
        sheet.title
        for sheet in book.worksheets
        if any(cell is not None for row in sheet.iter_rows(values_only=True) for cell in row)
    ]


def _rows(sheet: Any, name: str) -> list[list[object]]:
    """Return the cells of each row up to its last filled one. Stop at the first row that exceeds a limit."""
    rows: list[list[object]] = []
    count, most, widest, longest = 0, CELLS.value(), COLUMNS.value(), max(ROWS.value(), _EXCEL_ROWS)
    for row in sheet.iter_rows():
        cells = [_content(cell) for cell in row] if row else _NOTHING
        while cells and cells[-1] is None:
            cells.pop()  # formatted but empty cells beside the table
        rows.append(cells)
        count += len(cells) or 1
        if count > most or len(cells) > widest or len(rows) > longest:
            check_shape(name, len(rows), len(cells))
            CELLS.check(name, count)
    return rows


def _frame(rows: list[list[object]], name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    while rows and not rows[-1]:
        rows.pop()  # formatted but empty rows below the table
    width = max(map(len, rows), default=0)
    check_shape(name, max(len(rows) - 1, 0), width)
    rows = [[*row, *[None] * (width - len(row))] for row in rows]
    first = _shown(rows[:_SAMPLE_ROWS])
    before = lines_before_header(first, width)
    start = before + 1 + lines_below_header(first[before + 1 :])
    last = _shown(rows[start:][-_SAMPLE_ROWS:])
    below = lines_below_table(last, single_fields=False)
    columns = list(zip(*rows[start : len(rows) - below], strict=True)) or [()] * width
    body = pd.DataFrame({str(place): pd.Series(_text(cells), dtype="str") for place, cells in enumerate(columns)})
    frame, notes = with_header(body, first[before], name)
    skipped = [
        *skipped_note(name, first[:before]),
        *skipped_note(name, first[before + 1 : start], BELOW_HEADER),
        *skipped_note(name, last[len(last) - below :], LAST),
    ]
    return frame, (*skipped, *notes)


def _shown(rows: list[list[object]]) -> list[list[str]]:
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def _content(cell: Any) -> object:
    """Return what a cell shows of a code: a whole number that is formatted with leading zeros is text."""
    value = cell.value
    if type(value) is int and _PADDED.fullmatch(cell.number_format):
        return f"{value:0{len(cell.number_format)}d}"
    return value


def _text(cells: tuple[object, ...]) -> list[str]:
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
