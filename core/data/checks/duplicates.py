"""Rows that stand in a table more than once, beyond what chance gives.

In a table with few values people are alike by chance. Then many more pairs of rows differ in one column only than are
the same, and more again differ in two: the odds that a pair differs multiply. With independent columns
``n_c n_d / n_cd`` pairs are the same by chance, where ``n_c`` pairs differ in column c only and ``n_cd`` in c and d.
Columns are not independent, so five times as many count as chance. Copies are the same in every column, so they add
little to these numbers. A table that holds every row twice, or more often, is told by that alone.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import poisson

from core.data.checks.edits import DropDuplicates
from core.data.checks.issue import Issue
from core.data.column import Kind
from core.data.sampling import sample_positions
from core.data.schema import Schema

_Hashes = NDArray[np.uint64]
MAX_ROWS: Final = 20_000
"""Rows on which chance is estimated."""
MAX_COLUMNS: Final = 20
"""Columns of which pairs that differ are counted; those with most values."""
MIN_COLUMNS: Final = 3
_DEPENDENT: Final = 5.0
_UNLIKELY: Final = 1e-3
_MIN_DISTINCT: Final = 12
"""Distinct rows of which all have even numbers, by chance, with a probability below 1/1,000."""


def duplicate_issues(frame: pd.DataFrame, schema: Schema) -> list[Issue]:
    """Return an issue if more rows are the same in all columns than chance explains.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: Kinds of the columns.
    """
    edit = dropped_duplicates(frame, schema)
    rows = frame.drop(columns=list(edit.besides))
    copies = int(rows.duplicated().sum())
    if not copies or not (edit.besides or _are_copies(rows, schema)):
        return []
    but = f" but {' and '.join(map(repr, edit.besides))}" if edit.besides else ""
    return [
        Issue(
            check="duplicates",
            sentence=f"{copies:,} of {len(frame):,} rows are the same as an earlier row in all columns{but}, more than "
            "chance makes alike. If people were entered twice, they count twice, and test rows are no test.",
            rows=copies,
            remedies=(edit,),
        )
    ]


def dropped_duplicates(frame: pd.DataFrame, schema: Schema) -> DropDuplicates:
    """Return the edit that keeps one of each row, also where rows were entered again under new identifiers."""
    names = tuple(one.name for one in schema.columns if one.kind is Kind.IDENTIFIER)
    rows = frame.drop(columns=list(names))
    again = bool(names) and rows.duplicated().sum() > frame.duplicated().sum() and _are_copies(rows, schema)
    return DropDuplicates(besides=names) if again else DropDuplicates()


def _are_copies(rows: pd.DataFrame, schema: Schema) -> bool:
    """Return whether more rows are the same than chance explains; there are some."""
    columns = [column.name for column in schema.columns if column.kind is not Kind.IMAGE and column.name in rows]
    return _is_repeated(rows) or _is_unlikely(int(rows.duplicated().sum()), rows[columns])


def _is_unlikely(copies: int, frame: pd.DataFrame) -> bool:
    return bool(copies > poisson.isf(_UNLIKELY, copies * share_by_chance(frame)))


def _is_repeated(frame: pd.DataFrame) -> bool:
    """Return whether the table holds every row twice, or more often."""
    counts = np.unique(np.sum(_column_hashes(frame), axis=0, dtype=np.uint64), return_counts=True)[1]
    return len(counts) >= _MIN_DISTINCT and int(np.gcd.reduce(counts)) > 1


def share_by_chance(frame: pd.DataFrame) -> float:
    """Return the share of the pairs of equal rows that chance explains, 1 if the table has too few columns to tell.

    Args:
        frame: Typed rows, some of them equal.
    """
    part = frame.iloc[sample_positions(len(frame), MAX_ROWS, seed=0)]
    hashes = _column_hashes(part)
    if len(hashes) < MIN_COLUMNS:
        return 1.0
    whole: _Hashes = np.add.reduce(hashes)
    several = sorted(hashes, key=lambda one: -len(np.unique(one)))[:MAX_COLUMNS]
    same = _pairs(whole)
    alone = [_pairs(whole - one) - same for one in several]
    products = both = 0
    for (one, differ), (other, too) in combinations(zip(several, alone, strict=True), 2):
        products += differ * too
        both += _pairs(whole - one - other) - same - differ - too
    expected = _DEPENDENT * (products + 0.05) / (both + 1)
    return min(expected / max(same, 1), 1.0)


def _column_hashes(frame: pd.DataFrame) -> list[_Hashes]:
    """Return a hash of each value of the columns that vary, each multiplied by a number of its column's own."""
    odd = np.random.default_rng(0).integers(0, 2**63, len(frame.columns), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    codes = [pd.factorize(frame[name], use_na_sentinel=False)[0] for name in frame.columns]
    return [
        pd.util.hash_array(code.astype(np.uint64)) * factor
        for code, factor in zip(codes, odd, strict=True)
        if len(code) and code.max() > 0
    ]


def _pairs(hashes: _Hashes) -> int:
    """Return the number of pairs of rows with the same hash."""
    counts = np.unique(hashes, return_counts=True)[1].astype(np.int64)
    return int((counts * (counts - 1) // 2).sum())
