"""Tell identifiers from quantities: by the header, and by numbers that repeat less often than chance would have them.

Of ``n`` different numbers between ``a`` and ``b``, chance would repeat about ``n (n - 1) / (2 (b - a + 1))``, and more
if some are commoner than others. Where none repeats though seven or more would (probability below .001), somebody has
numbered the rows. Numbers from a wide range hardly repeat anyway. These identify rows if they are as many digits wide
and lie evenly between the first and the last number of that width, as no income or amount does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from core.data.inference.name_hints import is_key_name, is_number_name, may_number_rows
from core.data.io.text_values import to_integers

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_LEAST_ROWS: Final = 20
_EXPECTED_REPEATS: Final = 7.0
_EVEN_ROWS, _EVEN_DIGITS = 50, 6
_KOLMOGOROV: Final = 1.36  # the 95 % point of the distance between an even and an observed distribution, times root n


def is_key(distinct: pd.Series, rows: int, name: str) -> bool:
    """Return whether the header names a key and the values hardly repeat."""
    return is_key_name(name) and distinct.nunique() >= 0.9 * rows


def identifier_reason(distinct: pd.Series, rows: int, name: str) -> str | None:
    """Return why whole numbers identify the rows; ``None`` if they may be quantities.

    Args:
        distinct: Each number once, in plain format.
        rows: Number of rows with a known value.
        name: The header.
    """
    if is_key(distinct, rows, name):
        return "Identifier: the header names a key, and the numbers hardly repeat."
    if rows < _LEAST_ROWS or len(distinct) < rows or not may_number_rows(name):
        return None
    numbers = np.sort(to_integers(distinct))
    widths = np.unique(np.char.str_len(np.abs(numbers).astype(str)))
    if is_number_name(name) and len(widths) == 1 and widths[0] > 2 and numbers[0] > 0:
        return "Identifier: the header names a number of something, and no number repeats; all have as many digits."
    span = float(numbers[-1] - numbers[0] + 1)
    repeats = rows * (rows - 1) / (2 * span)
    if repeats >= _EXPECTED_REPEATS:
        return f"Identifier: no number repeats, though about {repeats:,.0f} would by chance, so they number the rows."
    if len(widths) == 1 and rows >= _EVEN_ROWS and numbers[0] > 0 and _is_even(numbers, int(widths[0])):
        return f"Identifier: no number repeats, and they lie evenly among all numbers of {widths[0]} digits."
    return None


def _is_even(numbers: NDArray[np.int64], digits: int) -> bool:
    """Return whether ascending numbers are spread evenly over all numbers with so many digits."""
    if digits < _EVEN_DIGITS:
        return False
    first, last = 10 ** (digits - 1), 10**digits
    places = (numbers - first) / (last - first)
    steps = np.arange(len(numbers) + 1) / len(numbers)
    distance = max(float((steps[1:] - places).max()), float((places - steps[:-1]).max()))
    return bool(distance * len(numbers) ** 0.5 < _KOLMOGOROV)
