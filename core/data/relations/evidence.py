"""What is needed to believe in a relation, and columns as codes, of which pairs of values are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from core.data.groups import as_text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

EVIDENCE: Final = 20.0
"""A relation counts if unrelated columns would keep it with a probability below ``exp(-20)``."""
NAMED_ROWS: Final = 5
"""A value of fewer rows is not named, since it could tell of a person."""
MIN_ROWS: Final = 50
TESTED_ROWS: Final = 300
"""Rows on which every pair of columns is tested first."""


class Coded(NamedTuple):
    """A column as codes of its distinct values, shape (n,), -1 where missing; the values as text, in order."""

    codes: NDArray[np.int64]
    names: NDArray[np.str_]


def coded(column: pd.Series) -> Coded:
    """Return a column as codes of its distinct values."""
    known = column.notna().to_numpy(dtype=bool)
    values, own = np.unique(as_text(column)[known].astype(str), return_inverse=True)
    codes = np.full(len(column), -1, dtype=np.int64)
    codes[known] = own
    return Coded(codes, values)


def pair_counts(one: Coded, other: Coded) -> NDArray[np.int64]:
    """Return the number of rows with each pair of values, shape (values of one, values of the other)."""
    both = (one.codes >= 0) & (other.codes >= 0)
    shape = len(one.names), len(other.names)
    pairs = one.codes[both] * shape[1] + other.codes[both]
    return np.bincount(pairs, minlength=shape[0] * shape[1]).reshape(shape)
