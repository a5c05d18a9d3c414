"""Find lines that are no rows: below the header, where they describe the columns, and below the table.

Survey tools write the question under the header, statistics programs a unit, databases a rule of dashes. Reports end
with a total, a source or the number of rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import pandas as pd

from core.data.io.text_values import MISSING_TOKENS, MISSING_WORDS, number_mask

Cells = Sequence[Sequence[str]]

_RULE: Final = re.compile(r"[-=+|:\s]*-{2,}[-=+|:\s]*|[-=+|:\s]*={2,}[-=+|:\s]*")
_COMMENT: Final = "#"
_DESCRIBED: Final = 3
"""Most lines that describe the columns."""
_MIN_ROWS: Final = 20
_MOST: Final = 0.9
_MAX_BLOCK: Final = 30
"""Most lines of a block below the table."""


def lines_below_header(rows: Cells) -> int:
    """Return how many lines below the header are no rows: rules of dashes, and descriptions of the columns.

    A line describes the columns if its cells fit none of the columns of which that can be told: those of numbers, and
    those whose values repeat.

    Args:
        rows: First lines below the header, as text.

    >>> lines_below_header([["---", "---"], ["34", "f"]])
    1
    """
    skipped = 0
    while skipped < min(_DESCRIBED, len(rows)) and _is_rule(rows[skipped]):
        skipped += 1
    for count in range(_DESCRIBED - skipped, 0, -1):
        below = rows[skipped + count :]
        if len(below) >= _MIN_ROWS and all(_describes(line, below) for line in rows[skipped : skipped + count]):
            return skipped + count
    return skipped


def _is_rule(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    return bool(filled) and all(_RULE.fullmatch(cell) for cell in filled)


def _describes(line: Sequence[str], below: Cells) -> bool:
    """Return whether a line fits no column, and more than one; where it fills one cell, that column."""
    filled = [place for place, cell in enumerate(line) if _is_known(cell)]
    fits = [_fits(line[place].strip(), [row[place].strip() for row in below if place < len(row)]) for place in filled]
    told = [fit for fit in fits if fit is not None]
    return (
        bool(told)
        and not any(fit for fit, _ in told)
        and any(number for _, number in told)
        and (len(told) > 1 or len(filled) == 1)
    )


def _fits(cell: str, below: list[str]) -> tuple[bool, bool] | None:
    """Return whether a cell is like those below, and whether these are numbers; ``None`` if nothing can be told."""
    known = pd.Series([one for one in below if _is_known(one)], dtype="str")
    if known.empty:
        return None
    if float(number_mask(known).mean()) >= _MOST:
        return bool(number_mask(pd.Series([cell], dtype="str"))[0]), True
    if 2 * known.nunique() <= len(known):
        return cell in set(known), False
    return None


def _is_known(cell: str) -> bool:
    return cell.strip() not in MISSING_TOKENS and cell.strip().casefold() not in MISSING_WORDS


def lines_below_table(rows: Cells, *, single_fields: bool) -> int:
    """Return how many lines at the end are no rows of the table; empty lines among them count.

    These are blocks of lines below an empty line that all fill fewer cells than usual rows.

    Args:
        rows: The last lines, as text; an empty line has no cell or empty ones.
        single_fields: Whether a row always has all its delimiters, so that a text without one, or a comment, is none.

    >>> lines_below_table([["34", "f"], ["51", "m"], [], ["Source: payroll"]], single_fields=False)
    2
    """
    counts = Counter(filled for row in rows if (filled := _filled(row)))
    usual = max(counts, key=lambda count: (counts[count], count), default=0)
    if usual < 2:
        return 0
    end = len(rows)
    while end:
        start = _block_start(rows, end)
        block = [row for row in rows[start:end] if _filled(row)]
        if start > 0 and len(block) <= _MAX_BLOCK and all(_filled(row) < usual for row in block):
            end = start
        elif single_fields and _is_text_alone(block[-1]):
            end = max(at for at in range(start, end) if _filled(rows[at]))
        else:
            break
    return len(rows) - end


def _block_start(rows: Cells, end: int) -> int:
    """Return the place of the first of the empty lines above the last block; 0 if there is no empty line above it."""
    at = end
    while at and not _filled(rows[at - 1]):
        at -= 1
    while at and _filled(rows[at - 1]):
        at -= 1
    while at and not _filled(rows[at - 1]):
        at -= 1
    return at


def _is_text_alone(row: Sequence[str]) -> bool:
    """Return whether a line is a comment or one field of text. A number may be the rest of a row that was cut."""
    alone = row[0].strip()
    return len(row) == 1 and (alone.startswith(_COMMENT) or not number_mask(pd.Series([alone], dtype="str"))[0])


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)
