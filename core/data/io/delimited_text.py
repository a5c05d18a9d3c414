"""Read CSV and other delimited text. Every cell stays text, so that nothing is lost before the schema is known."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from core.data.io.first_lines import lines_before_header, skipped_note, usual_width, with_header
from core.data.io.limits import CELLS, COLUMNS, LINE
from core.data.io.text_encoding import UTF_8, decode
from core.errors import DataError

DELIMITERS: Final = (",", ";", "\t", "|")
DELIMITER: Final = "delimiter"
"""Attribute of a raw frame: what stands between the fields of its file. It tells how numbers may be written."""
_SAMPLE_LINES = 100
_SAMPLE = 200_000
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<mark>.)"?[^\S\n]*\r?\n', re.IGNORECASE)
"""The line by which spreadsheets are told the delimiter."""


def read_csv(data: bytes, name: str, encoding: str | None = None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read the bytes of a CSV file. Return a frame of text, and notes on how it was read.

    Args:
        data: The file's content. Its delimiter (comma, semicolon, tab or bar) is detected, or told by ``sep=``.
        name: Name of the file in error messages.
        encoding: Encoding chosen by the user; detected if left out.

    Raises:
        DataError: The content cannot be decoded, there is no header, or rows differ in length.
    """
    text, used = decode(data, name, encoding)
    encoding_note = f"The file {name!r} was read as {used}; choose another encoding if letters with accents look wrong."
    notes = [] if used == UTF_8 else [encoding_note]
    if "\0" in text:
        raise DataError(f"The file {name!r} holds NUL characters, as no text does; save the table as CSV UTF-8.")
    text = _with_line_ends(text)
    LINE.check(name, _longest_line(text))
    told = _SEPARATOR_LINE.match(text)
    if told:
        text = text[told.end() :]
    delimiter = told["mark"] if told else _delimiter(text)
    rows, ends = _first_rows(text, delimiter)
    if not rows:
        raise DataError(f"The file {name!r} has no header; write the column names in its first row.")
    width = usual_width(rows)
    before = lines_before_header(rows, width)
    COLUMNS.check(name, max(width, len(rows[before])))
    CELLS.check(name, text.count(delimiter) + text.count("\n"))
    body = _lines_after(text, ends[before])
    frame = _body(body, delimiter, usual_width(rows[before + 1 :]) or len(rows[before]), name)
    if _blank_after_every(delimiter, body):
        frame = frame.apply(lambda column: column.str.removeprefix(" "))
    frame, header_notes = with_header(frame, rows[before], name)
    frame.attrs[DELIMITER] = delimiter
    return frame, (*notes, *skipped_note(name, rows[:before]), *header_notes)


def _with_line_ends(text: str) -> str:
    """Return the text with a line feed at the end of lines, where old programs wrote a carriage return alone."""
    feeds, returns, both = text.count("\n"), text.count("\r"), text.count("\r\n")
    if returns - both <= feeds:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _longest_line(text: str) -> int:
    start = longest = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        longest, start = max(longest, end - start), end + 1
    return longest


def _first_rows(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return the first rows that are not empty, and the number of lines up to the end of each."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in islice(reader, _SAMPLE_LINES):
            if row:
                rows.append(row)
                ends.append(reader.line_num)
    except csv.Error:  # a cell is too long for this sample; Arrow reads it
        pass
    return rows, ends


def _lines_after(text: str, lines: int) -> str:
    start = 0
    for _ in range(lines):
        end = text.find("\n", start)
        if end < 0:
            return ""
        start = end + 1
    return text[start:]


def _body(text: str, delimiter: str, width: int, name: str) -> pd.DataFrame:
    """Return the rows below the header as text, shape (n, width), with the places of the columns as names."""
    columns = [str(number) for number in range(width)]
    content = text.encode()
    if not content.strip():
        return pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
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
    frame: pd.DataFrame = table.to_pandas().astype("str")
    return frame


def _delimiter(text: str) -> str:
    """Return the delimiter that splits most of the first lines into as many fields, else a comma."""
    lines = [line for line in _QUOTED.sub('""', text[:_SAMPLE]).splitlines()[:_SAMPLE_LINES] if line]
    counts = {mark: [line.count(mark) for line in lines] for mark in DELIMITERS}
    usual = {mark: max(set(found), key=lambda n: (found.count(n), n)) for mark, found in counts.items() if any(found)}
    usual = {mark: count for mark, count in usual.items() if count}
    # max() returns the first of equals, so a comma wins a tie.
    return max(usual, key=lambda mark: (counts[mark].count(usual[mark]), usual[mark]), default=",")


def _blank_after_every(delimiter: str, body: str) -> bool:
    """Return whether a blank follows every delimiter (``a, b, c``, as in Adult). It then belongs to no value."""
    lines = _QUOTED.sub('""', body[:_SAMPLE]).splitlines()[:_SAMPLE_LINES]
    total = sum(line.count(delimiter) for line in lines)
    return total > 0 and sum(line.count(delimiter + " ") for line in lines) == total


def _csv_error_sentence(name: str, message: str) -> str:
    """Return a sentence for Arrow's error with the data row, counted from 1."""
    match = re.search(r"Row #(\d+): Expected (\d+) columns, got (\d+)", message)
    if not match:
        return f"The file {name!r} cannot be read as CSV ({message.splitlines()[0]}); save it again as CSV UTF-8."
    row, expected, got = map(int, match.groups())
    return (
        f"Row {row} of {name!r} has {got} fields where most rows have {expected}; correct that row "
        "(quote a value that contains the delimiter)."
    )
