"""Tell identifiers from quantities: by the header, and by numbers that repeat less often than chance would have them.

Of ``n`` different numbers between ``a`` and ``b``, chance would repeat about ``n (n - 1) / (2 (b - a + 1))``. This is
added up over fifty neighbouring numbers at a time, since files are numbered in several series. Where none repeats
though seven or more would (probability below .001), somebody has numbered the rows. Numbers from a wide range hardly
repeat anyway. These identify rows if they are as many digits wide and lie evenly between the first and the last number
of that width, as no income or amount does.

Texts of which nearly every one belongs to fewer than five rows identify rows or persons too: no such text is learned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from core.data.forms.serials import are_emails
from core.data.inference.name_hints import is_key_name, is_number_name, is_personal_key_name, may_number_rows
from core.data.io.text_values import to_integers

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

LEAST_PERSONS: Final = 20
"""Fewer different values do not tell persons apart."""
_EXPECTED_REPEATS: Final = 7.0
_NEIGHBOURS: Final = 50
_LONGEST_COUNT: Final = 99  # numbers up to it count things; staff, cases and accounts have longer numbers
_KEY_SHARE: Final = 0.9
_UNIQUE_SHARE: Final = 0.99  # an identifier may have a few repeated rows
_RARE_ROWS: Final = 5
_RARE_SHARE: Final = 0.9
_MOST_RARE_TEXTS: Final = 50  # in a smaller table, all categories may be rare
_EVEN_ROWS, _EVEN_DIGITS = 50, 6
_KOLMOGOROV: Final = 1.36  # the 95 % point of the distance between an even and an observed distribution, times root n


def identifier_reason(distinct: pd.Series, rows: int, name: str) -> str | None:
    """Return why whole numbers identify the rows or persons; ``None`` if they may be quantities.

    Args:
        distinct: Each number once, in plain format.
        rows: Number of rows with a known value.
        name: The header.
    """
    named = _named_reason(len(distinct), rows, name)
    if named is not None or rows < LEAST_PERSONS or not may_number_rows(name):
        return named
    numbers = np.sort(to_integers(distinct))
    if is_number_name(name) and len(distinct) >= _KEY_SHARE * rows and numbers[0] > _LONGEST_COUNT:
        return "Identifier: the header names a number of something, and the numbers hardly repeat."
    return _numbering_reason(numbers) if len(distinct) == rows else None


def _numbering_reason(numbers: NDArray[np.int64]) -> str | None:
    """Return why ascending numbers that never repeat identify the rows; ``None`` if they may be quantities."""
    repeats = sum(_expected_repeats(part) for part in np.array_split(numbers, max(1, len(numbers) // _NEIGHBOURS)))
    if repeats >= _EXPECTED_REPEATS:
        return f"Identifier: no number repeats, though about {repeats:,.0f} would by chance, so they number the rows."
    widths = np.unique(np.char.str_len(np.abs(numbers).astype(str)))
    if len(widths) == 1 and len(numbers) >= _EVEN_ROWS and numbers[0] > 0 and _is_even(numbers, int(widths[0])):
        return f"Identifier: no number repeats, and they lie evenly among all numbers of {widths[0]} digits."
    return None


def text_identifier_reason(known: pd.Series, distinct: pd.Series, name: str) -> str | None:
    """Return why texts identify the rows or persons; ``None`` if they may be categories.

    Args:
        known: The texts, without missing ones, shape (n,).
        distinct: Each text once.
        name: The header.
    """
    rows, count = len(known), len(distinct)
    named = "Identifier: the texts are e-mail addresses." if are_emails(distinct) else _named_reason(count, rows, name)
    if named is not None or count < LEAST_PERSONS:
        return named
    if count >= _UNIQUE_SHARE * rows:
        return "Identifier: the texts (almost) never repeat, so they identify rows."
    counts = known.value_counts()
    if count > _MOST_RARE_TEXTS and counts[counts < _RARE_ROWS].sum() >= _RARE_SHARE * rows:
        return f"Identifier: nearly every one of the {count:,} texts is of fewer than {_RARE_ROWS} rows."
    return None


def _named_reason(count: int, rows: int, name: str) -> str | None:
    """Return why ``count`` different values identify the rows or persons, if the header tells it."""
    if is_key_name(name) and count >= _KEY_SHARE * rows:
        return "Identifier: the header names a key, and the values hardly repeat."
    if is_personal_key_name(name) and count >= LEAST_PERSONS:
        return "Identifier: the header names what a person is known by."
    return None


def _expected_repeats(numbers: NDArray[np.int64]) -> float:
    """Return how many of ascending numbers would repeat by chance."""
    return len(numbers) * (len(numbers) - 1) / (2.0 * float(numbers[-1] - numbers[0] + 1))


def _is_even(numbers: NDArray[np.int64], digits: int) -> bool:
    """Return whether ascending numbers are spread evenly over all numbers with so many digits."""
    if digits < _EVEN_DIGITS:
        return False
    first, last = 10 ** (digits - 1), 10**digits
    places = (numbers - first) / (last - first)
    steps = np.arange(len(numbers) + 1) / len(numbers)
    distance = max(float((steps[1:] - places).max()), float((places - steps[:-1]).max()))
    return bool(distance * len(numbers) ** 0.5 < _KOLMOGOROV)
