"""The report's tables as CSV files: a figure's value, bounds, n and status in columns of their own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.data.io.spreadsheet_cells import safe_cell
from core.errors import DataError, change
from core.report.tables.base import Cell, Table
from core.runs import files

_PARTS = ("", " low", " high", " n", " status")


def save_tables(found: Sequence[tuple[str, Table]], into: Path) -> list[Path]:
    """Write one file a table, named by its number and title; files of the same names are replaced.

    Args:
        found: Tables with their numbers.
        into: A folder; made if it is not there.

    Raises:
        DataError: ``into`` is a file.
    """
    if into.exists() and not into.is_dir():
        raise DataError(f"{into} is a file, and the tables need a folder.", field="tables", remedies=[change("tables")])
    made = []
    for number, table in found:
        path = into / file_name(number, table.title)
        files.write_text(path, as_csv(table))
        made.append(path)
    return made


def file_name(number: str, title: str) -> str:
    """Return a name that is safe in every file system.

    >>> file_name("T3.2", "By group, ../sex")
    'T3.2-by-group-sex.csv'
    """
    parts = [re.sub(r"[^A-Za-z0-9.]+", "-", number).strip("-."), re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")]
    return "-".join(part for part in parts if part)[:100].rstrip("-.") + ".csv"


def as_csv(table: Table) -> str:
    """Return the table as CSV text; a figure has its value in full, and a column each for bounds, n and status."""
    wide = [any(_is_figure(row[place]) for row in table.rows) for place in range(len(table.header))]
    header: list[str] = []
    for head, figures in zip(table.header, wide, strict=True):
        header += [f"{head}{part}" for part in _PARTS] if figures else [head]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([safe_cell(head) for head in header])
    for row in table.rows:
        cells: list[str] = []
        for cell, figures in zip(row, wide, strict=True):
            cells += _spread(cell) if figures else [_plain(cell)]
        writer.writerow([safe_cell(text) for text in cells])
    return stream.getvalue()


def frame_as_csv(frame: pd.DataFrame) -> str:
    """Return a data frame as CSV text; numbers in full, texts as no spreadsheet takes for a formula."""
    texts = {
        str(name): frame[name].map(safe_cell) for name in frame.columns if pd.api.types.is_string_dtype(frame[name])
    }
    return frame.assign(**texts).to_csv(index=False, lineterminator="\n")


def _is_figure(cell: Cell) -> bool:
    return cell.record is not None and not cell.counts


def _plain(cell: Cell) -> str:
    if cell.record is not None and cell.counts:
        return "" if cell.record.n is None else str(cell.record.n)
    return cell.plain()


def _spread(cell: Cell) -> list[str]:
    record = cell.record
    if record is None:
        return ["", "", "", "", ""]
    numbers = (record.value, record.low, record.high, record.n)
    return [*("" if value is None else repr(value) for value in numbers), record.status.value]
