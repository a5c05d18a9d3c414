"""Read CSV and other delimited text. Every cell stays text, so that nothing is lost before the schema is known."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from core.data.io.first_lines import (
    BELOW_HEADER,
    LAST,
    lines_before_header,
    skipped_note,
    usual_width,
    with_header,
)
from core.data.io.limits import CELLS, COLUMNS, LINE
from core.data.io.lines_below import lines_below_header, lines_below_table
from core.data.io.text_encoding import UTF_8, decode
from core.errors import DataError

DELIMITERS: Final = (",", ";", "\t", "|")
DELIMITER: Final = "delimiter"
"""Attribute of a raw frame: what stands between the fields of its file. It tells how numbers may be written."""
_SAMPLE_LINES = 100
_SAMPLE = 200_000
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_FIELD = re.compile(r'"(?:[^"]|"")*"|\S+')
_LEAST_FIELDS, _ALIKE = 3, 0.9
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
    _check_lines(text, name)
    told = _SEPARATOR_LINE.match(text)
    if told:
        text = text[told.end() :]
    delimiter = told["mark"] if told else _delimiter(text)
    if delimiter is None:
        text, delimiter = _with_tabs(text)
    rows, ends = _first_rows(text, delimiter)
    if not rows:
        raise DataError(f"The file {name!r} has no header; write the column names in its first row.")
    width = usual_width(rows)
    before = lines_before_header(rows, width)
    COLUMNS.check(name, max(width, len(rows[before])))
    CELLS.check(name, text.count(delimiter) + text.count("\n"))
    first = before + 1 + lines_below_header(rows[before + 1 :])
    body, last = _without_last_lines(_lines_after(text, ends[first - 1]), delimiter)
    sample, content = body[:_SAMPLE], body.encode()
    del text, body  # a large file is in memory as seldom as can be
    frame = _body(content, delimiter, usual_width(rows[first:]) or len(rows[before]), name)
    if _blank_at_every(f" {delimiter} ", delimiter, sample):
        frame = frame.apply(lambda column: column.str.strip())
    elif _blank_at_every(f"{delimiter} ", delimiter, sample):
        frame = frame.apply(lambda column: column.str.removeprefix(" "))
    frame, header_notes = with_header(frame, rows[before], name)
    frame.attrs[DELIMITER] = delimiter
    skipped = [
        *skipped_note(name, rows[:before]),
        *skipped_note(name, rows[before + 1 : first], BELOW_HEADER),
        *skipped_note(name, last, LAST),
    ]
    return frame, (*notes, *skipped, *header_notes)


def _with_line_ends(text: str) -> str:
    """Return the text with a line feed at the end of lines, where old programs wrote a carriage return alone."""
    feeds, returns, both = text.count("\n"), text.count("\r"), text.count("\r\n")
    if returns - both <= feeds:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_lines(text: str, name: str) -> None:
    """Raise a `DataError` about the first line that is too long. Steps are as long as a line may be."""
    start, limit = 0, LINE.value()
    while len(text) - start > limit:
        end = text.rfind("\n", start, start + limit + 1)
        if end < 0:
            end = text.find("\n", start)
            LINE.check(name, (len(text) if end < 0 else end) - start)
        start = end + 1


def _lines(text: str) -> Iterator[str]:
    """Yield each line with its end, without a copy of the text."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _first_rows(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return the first rows that are not empty, and the number of lines up to the end of each."""
    reader = csv.reader(_lines(text), delimiter=delimiter)
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


def _body(content: bytes, delimiter: str, width: int, name: str) -> pd.DataFrame:
    """Return the rows below the header as text, shape (n, width), with the places of the columns as names."""
    columns = [str(number) for number in range(width)]
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


def _without_last_lines(text: str, delimiter: str) -> tuple[str, list[list[str]]]:
    """Return the rows without the lines below the table, and these as cells."""
    end = len(text.rstrip())
    starts = [end]
    while len(starts) <= _SAMPLE_LINES and starts[-1] > 0:
        starts.append(text.rfind("\n", 0, starts[-1] - 1) + 1)
    lines = text[starts[-1] : end].split("\n")
    if any(line.count('"') % 2 for line in lines):
        return text, []  # a cell of several lines may hold empty ones
    try:
        cells = [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
    except csv.Error:  # a cell is too long for this sample; Arrow reads it
        return text, []
    count = lines_below_table(cells, single_fields=True)
    return (text[: starts[count]], cells[-count:]) if count else (text, [])


def _with_tabs(text: str) -> tuple[str, str]:
    """Return text whose fields stand between blanks, as in many ``.data`` files, with tabs; and its delimiter.

    Nearly all of the first lines must have as many fields; else the text is one column.
    """
    fields = [_FIELD.findall(line) for line in text[:_SAMPLE].splitlines()[:_SAMPLE_LINES] if line.strip()]
    counts = [len(found) for found in fields]
    usual = max(set(counts), key=counts.count, default=0)
    if usual < _LEAST_FIELDS or counts.count(usual) < _ALIKE * len(counts):
        return text, ","
    return "\n".join("\t".join(_FIELD.findall(line)) for line in text.split("\n")), "\t"


def _delimiter(text: str) -> str | None:
    """Return the delimiter that splits most of the first lines into as many fields; ``None`` if none occurs."""
    lines = [line for line in _QUOTED.sub('""', text[:_SAMPLE]).splitlines()[:_SAMPLE_LINES] if line]
    counts = {mark: [line.count(mark) for line in lines] for mark in DELIMITERS}
    usual = {mark: max(set(found), key=lambda n: (found.count(n), n)) for mark, found in counts.items() if any(found)}
    usual = {mark: count for mark, count in usual.items() if count}
    # max() returns the first of equals, so a comma wins a tie.
    return max(usual, key=lambda mark: (counts[mark].count(usual[mark]), usual[mark]), default=None)


def _blank_at_every(mark: str, delimiter: str, sample: str) -> bool:
    """Return whether every delimiter has the blanks of a mark (``a, b, c``, as in Adult). They belong to no value."""
    lines = _QUOTED.sub('""', sample).splitlines()[:_SAMPLE_LINES]
    total = sum(line.count(delimiter) for line in lines)
    return total > 0 and sum(f"{line} ".count(mark) for line in lines) == total


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
