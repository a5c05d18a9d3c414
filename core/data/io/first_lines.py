"""Find the header of a table in text cells: after titles and comments, beside a saved index, or nowhere.

Spreadsheets and statistics programs write more than a header and rows: ``sep=;``, a title, a comment, the row numbers
as a column without a name, a delimiter at the end of every line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from core.data.io.text_values import missing_mask, number_mask
from core.errors import DataError

COMMENT: Final = "#"
_MAX_TITLES: Final = 30
_MAX_SHOWN: Final = 4
_LEAST_BELOW: Final = 3
"""Rows below a header that stands below a row with gaps."""
_MOST: Final = 0.9
_UNNAMED: Final = re.compile(r"(Unnamed: \d+(\.\d+)?)?")
"""A header that is empty, or that pandas wrote for an empty one."""


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of fields that most rows have; of equals that of the first row, else the highest.

    >>> usual_width([["Report"], ["a", "b"], ["1", "2"]])
    2
    """
    counts = Counter(len(row) for row in rows)
    return max(counts, key=lambda width: (counts[width], width == len(rows[0]), width), default=0)


def lines_before_header(rows: Sequence[Sequence[str]], width: int) -> int:
    """Return how many rows precede the header: empty ones, comments, and titles, which fill one field of several.

    Args:
        rows: First rows of the file, as text.
        width: Number of fields of the table.

    >>> lines_before_header([["# made by a tool"], ["a", "b"], ["1", "2"]], 2)
    1
    """
    for place, row in enumerate(rows[:_MAX_TITLES]):
        filled = sum(bool(cell.strip()) for cell in row)
        start = row[0].lstrip() if row else ""
        is_comment = start.startswith(COMMENT) and (len(row) != width or start.startswith(f"{COMMENT} "))
        is_title = width > 1 and filled == 1 and (len(row) == 1 or (width > 2 and bool(row[0].strip())))
        if filled and not is_comment and not is_title:
            return _fuller_header(rows, place)
    return 0


def _fuller_header(rows: Sequence[Sequence[str]], place: int) -> int:
    """Return the place of the header if the row that could be it has gaps, as a title of several cells has.

    The header then is the first row below that fills more cells, with different texts of which none is a number and
    none stands in the same column again.
    """
    names = [bool(cell.strip()) for cell in rows[place]]
    for later in range(place + 1, min(place + _MAX_TITLES, len(rows) - _LEAST_BELOW)):
        cells = [cell.strip() for cell in rows[later]]
        if sum(names[1:]) >= sum(map(bool, cells[1:])):
            continue
        filled = [cell for cell in cells if cell]
        is_text = not number_mask(pd.Series(filled, dtype="str")).any()
        if len(set(filled)) == len(filled) and is_text and not _stand_again(cells, rows[later + 1 :]):
            return later
        return place
    return place


def _stand_again(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether a cell stands in its column again."""
    return any(cell and cell == row[at].strip() for row in below for at, cell in enumerate(cells) if at < len(row))


_FIRST: Final = ("The first line", "The first {} lines")
BELOW_HEADER: Final = ("The line below the header", "The {} lines below the header")
LAST: Final = ("The last line", "The last {} lines")
"""Which lines a note is on: one or several."""


def skipped_note(name: str, lines: Sequence[Sequence[str]], which: tuple[str, str] = _FIRST) -> list[str]:
    """Return a note on the filled lines that are left out, as a list of at most one."""
    filled = [" ".join(cell.strip() for cell in line if cell.strip()) for line in lines]
    filled = [text for text in filled if text]
    if not filled:
        return []
    count = which[0] if len(filled) == 1 else which[1].format(len(filled))
    are = "is no row of the table and was" if len(filled) == 1 else "are no rows of the table and were"
    return [f"{count} of {name!r} {are} left out: {_shown(filled)}."]


def with_header(body: pd.DataFrame, header: Sequence[str], name: str) -> tuple[pd.DataFrame, list[str]]:
    """Name the columns of a body of text cells. Return the table, with notes on what was left out.

    Left out are: columns without name and value, saved row numbers, rows that repeat the header, and a column that is
    there twice with the same values.

    Args:
        body: Rows below the header, text, shape (n, fields).
        header: Names in the first row; there may be one more or one less than fields.
        name: Name of the file in error messages.

    Raises:
        DataError: A column has values and no name, a name occurs twice, or the first row looks like data.
    """
    body, titles = _same_width(body, [title.strip() for title in header], name)
    if not any(titles):
        raise DataError(f"The file {name!r} has no header; write the column names in its first row.")
    body, notes = _without_repeated_header(body, titles, name)
    if _looks_like_data(titles, body):
        raise DataError(
            f"The first row of {name!r} looks like data and not like names of columns: {_shown(titles)}. Write the "
            "names of the columns in a row above it."
        )
    kept, column_notes = _kept_columns(body, titles, name)
    body = body.iloc[:, kept]
    body.columns = pd.Index([titles[place] for place in kept], dtype="str")
    return body, notes + column_notes


def _same_width(body: pd.DataFrame, titles: list[str], name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return body and header with as many fields, where a delimiter ends the lines or R wrote row names."""
    fields = body.shape[1]
    while len(titles) > fields and not titles[-1]:
        titles = titles[:-1]
    if len(titles) == fields - 1 and len(body):
        last_is_empty = not body.iloc[:, -1].str.strip().any()
        if last_is_empty:
            return body.iloc[:, :-1], titles
        if body.iloc[:, 0].is_unique:
            return body, ["", *titles]
    if len(titles) != fields:
        raise DataError(
            f"Row 1 of {name!r} has {fields} fields where the header has {len(titles)}; correct the header "
            "(quote a name that contains the delimiter)."
        )
    return body, titles


def _without_repeated_header(body: pd.DataFrame, titles: list[str], name: str) -> tuple[pd.DataFrame, list[str]]:
    """Leave out rows that repeat the header, as in files put together."""
    if body.shape[1] < 2 or not titles[0]:
        return body, []
    maybe = np.flatnonzero(body.iloc[:, 0].str.strip() == titles[0])
    again = [row for row in maybe if [cell.strip() for cell in body.iloc[row]] == titles]
    if not again:
        return body, []
    what = "1 row" if len(again) == 1 else f"{len(again):,} rows"
    verbs = "repeats the header and was" if len(again) == 1 else "repeat the header and were"
    return body.drop(index=again).reset_index(drop=True), [f"{what} of {name!r} {verbs} left out."]


def _kept_columns(body: pd.DataFrame, titles: list[str], name: str) -> tuple[list[int], list[str]]:
    """Return the places of the columns of the table, and notes on the others."""
    kept: list[int] = []
    notes: list[str] = []
    by_title: dict[str, int] = {}
    for place, title in enumerate(titles):
        values = body.iloc[:, place]
        if _UNNAMED.fullmatch(title) and not values.str.strip().any():
            continue  # a delimiter at the end of each line
        if _UNNAMED.fullmatch(title) and not kept and _is_index(values):
            notes.append(f"The first column of {name!r} has no name and numbers the rows, so it was left out.")
            continue
        if not title:
            raise DataError(f"Column {place + 1} of {name!r} has no name; write one in the first row.")
        if title in by_title:
            if values.tolist() != body.iloc[:, by_title[title]].tolist():
                raise DataError(
                    f"Column {title!r} occurs more than once in {name!r}; give each column a name of its own."
                )
            notes.append(f"Column {title!r} occurs more than once in {name!r} with the same values; one was kept.")
            continue
        by_title[title] = place
        kept.append(place)
    return kept, notes


def _is_index(values: pd.Series) -> bool:
    """Return whether the values of a column without a name only tell rows apart."""
    return len(values) > 1 and bool(values.is_unique)


def _looks_like_data(titles: list[str], body: pd.DataFrame) -> bool:
    """Return whether most names are numbers above numbers, or values of their column.

    Names that count (``0``, ``1``, ``2`` or ``2019``, ``2020``) are names, and so is a single column's.
    """
    if len(titles) < 2 or len(body) < 2:
        return False
    columns = [body.iloc[:, place] for place in range(len(titles))]
    numeric = [_is_number(title) and _is_numeric(values) for title, values in zip(titles, columns, strict=True)]
    found = [
        bool(title) and not is_number and bool((values.str.strip() == title).any())
        for title, values, is_number in zip(titles, columns, numeric, strict=True)
    ]
    if _counts([title for title, is_number in zip(titles, numeric, strict=True) if is_number]):
        numeric = [False] * len(titles)
    return 2 * (sum(numeric) + sum(found)) > sum(map(bool, titles))


def _is_number(title: str) -> bool:
    return bool(number_mask(pd.Series([title], dtype="str"))[0])


def _is_numeric(values: pd.Series) -> bool:
    """Return whether almost all known values are numbers."""
    known = values[~missing_mask(values)]
    return len(known) > 0 and float(number_mask(known).mean()) >= _MOST


def _counts(titles: list[str]) -> bool:
    """Return whether numbers rise in equal steps, as names of columns do; two of them by 1."""
    steps = np.diff([float(title) for title in titles])
    return len(steps) > 0 and bool((steps == steps[0]).all() and (steps[0] == 1 or (steps[0] > 0 and len(steps) > 1)))


def _shown(texts: Sequence[str]) -> str:
    short = [text if len(text) <= 40 else text[:40] + "…" for text in texts[:_MAX_SHOWN]]
    return ", ".join(map(repr, short)) + (", …" if len(texts) > _MAX_SHOWN else "")
