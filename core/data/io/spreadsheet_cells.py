"""Cells that no spreadsheet takes for a formula: what a table holds must not run where somebody opens it."""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from core.data.io.quoting import quoted

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for a formula at the head of a cell; the last four are full-width forms."""
_SIGNED: Final = re.compile(r"[+-] ?[$€£¥]? ?(\d[\d.,'’ \u00a0\u202f]*|\.\d+)([eE][+-]?\d{1,3})? ?[%$€£¥]?")


def safe_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: with an apostrophe before it, unless it is a number.

    >>> safe_cell("=1+1"), safe_cell("-0.5"), safe_cell("-$1,500.00"), safe_cell("-cmd")
    ("'=1+1", '-0.5', '-$1,500.00', "'-cmd")
    """
    if not text.startswith(_FORMULA):
        return text
    bare = text.strip()
    return bare if _SIGNED.fullmatch(bare) or bare.isdecimal() else f"'{text}"


def safe_csv(text: str) -> str:
    r"""Return the text of a CSV file, with commas and line feeds, in which no cell is taken for a formula.

    >>> safe_csv("name,pay\n=2+5,-5\n")
    "name,pay\n'=2+5,-5\n"
    """
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines = [",".join(quoted(safe_cell(cell)) for cell in row) or '""' for row in rows]
    return "".join(f"{line}\n" for line in lines)
