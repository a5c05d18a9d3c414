"""How large a table may be, checked before memory is taken. Whoever runs Evenhand changes a limit by its variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import DataError
from core.settings import Setting

MIB: Final = 2**20


@dataclass(frozen=True)
class Limit(Setting):
    """One limit of a file that is read.

    Args:
        variable: Environment variable that replaces the default.
        default: The largest number that is accepted.
        unit: What is counted, in the plural.
        remedy: What makes a file smaller.
    """

    unit: str
    remedy: str

    def check(self, name: str, count: int) -> None:
        """Raise a `DataError` if the file ``name`` has more than the limit.

        >>> Limit("EVENHAND_MAX_ROWS", 10, "rows", "keep a part of them").check("t.csv", 11)
        Traceback (most recent call last):
        core.errors.DataError: The file 't.csv' has 11 rows, and at most 10 are read; keep a part of them, or raise
        EVENHAND_MAX_ROWS where Evenhand runs.
        """
        if count > self.value():
            raise DataError(
                f"The file {name!r} has {count:,} {self.unit}, and at most {self.value():,} are read; {self.remedy}, "
                f"or raise {self.variable} where Evenhand runs."
            )


FILE: Final = Limit("EVENHAND_MAX_FILE_MIB", 2048, "MiB", "leave out rows or columns")
ROWS: Final = Limit("EVENHAND_MAX_ROWS", 5_000_000, "rows", "keep a random part of them")
COLUMNS: Final = Limit("EVENHAND_MAX_COLUMNS", 2_000, "columns", "keep those that matter")
CELLS: Final = Limit("EVENHAND_MAX_CELLS", 50_000_000, "cells", "leave out rows or columns")
LINE: Final = Limit("EVENHAND_MAX_LINE_CHARACTERS", 4_000_000, "characters in one line", "write one row a line")
CELL: Final = Limit("EVENHAND_MAX_CELL_CHARACTERS", 100_000, "characters in one cell", "shorten that cell")
TEXT: Final = Limit("EVENHAND_MAX_TEXT_MIB", 1024, "MiB of text", "leave out rows or shorten texts")
MEMORY: Final = Limit("EVENHAND_READER_MIB", 4096, "MiB of memory to read it", "make the file smaller")
SECONDS: Final = Limit("EVENHAND_READER_SECONDS", 300, "seconds to read it", "make the file smaller")
LIMITS: Final = (FILE, ROWS, COLUMNS, CELLS, LINE, CELL, TEXT, MEMORY, SECONDS)
"""All of them; the reference of the command line lists them."""


def check_shape(name: str, rows: int, columns: int) -> None:
    """Check the declared or real shape of a table.

    Raises:
        DataError: It has too many rows, columns or cells.
    """
    COLUMNS.check(name, columns)
    ROWS.check(name, rows)
    CELLS.check(name, rows * columns)


def check_frame(name: str, frame: pd.DataFrame) -> None:
    """Check shape and texts of a table that was read, shape (n, columns).

    Raises:
        DataError: It has too many rows, columns or cells, or its texts are too long.
    """
    check_shape(name, *frame.shape)
    total = 0
    for place in range(frame.shape[1]):
        lengths = _text_lengths(frame.iloc[:, place])
        if len(lengths):
            CELL.check(name, int(lengths.max()))
            total += int(lengths.sum())
    TEXT.check(name, -(-total // MIB))


def _text_lengths(values: pd.Series) -> NDArray[np.int64]:
    """Return the length of each text, shape (n,); of no other values. A category counts in every row that has it."""
    if isinstance(values.dtype, pd.StringDtype):
        return np.asarray(values.str.len().fillna(0), dtype=np.int64)
    if isinstance(values.dtype, pd.CategoricalDtype):
        lengths = [len(one) if isinstance(one, str) else 0 for one in values.cat.categories]
        found: NDArray[np.int64] = np.asarray([*lengths, 0], dtype=np.int64).take(values.cat.codes.to_numpy())
        return found
    return np.zeros(0, dtype=np.int64)
