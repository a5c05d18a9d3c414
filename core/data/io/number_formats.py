"""Number formats with a decimal comma or a thousands separator.

A column is read in such a format only if all its non-missing values fit it. Digits between thousands separators must
come in threes, so that codes and lists of numbers do not count as numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pandas as pd

_NAMES: Final = {
    ",": "comma",
    ".": "point",
    " ": "blank",
    "'": "apostrophe",
    "’": "apostrophe",
    "\u00a0": "fixed blank",
    "\u202f": "narrow blank",
}


@dataclass(frozen=True)
class Separators:
    """The separators of a column's numbers.

    Args:
        decimal: Decimal separator.
        thousands: Thousands separator; may be empty.

    >>> german = Separators(",", ".")
    >>> german.to_plain(pd.Series(["1.234,5", "-7"], dtype="str")).tolist(), german.from_plain("1234.5")
    (['1234.5', '-7'], '1.234,5')
    """

    decimal: str = "."
    thousands: str = ""

    @property
    def is_default(self) -> bool:
        """Whether numbers have a decimal point and no thousands separator."""
        return self == Separators()

    @property
    def required_marks(self) -> set[str]:
        """The separators that must occur for this format. With points between thousands, a comma need not occur."""
        return {self.thousands} if self.thousands == "." else {self.decimal, self.thousands} - {".", ""}

    def matches(self, text: pd.Series) -> bool:
        """Return whether every value is a number in this format."""
        whole = rf"[1-9][0-9]{{0,2}}(?:{re.escape(self.thousands)}[0-9]{{3}})*" if self.thousands else "[1-9][0-9]*"
        pattern = rf"[+-]?(?:0|{whole})(?:{re.escape(self.decimal)}[0-9]+)?"
        return bool(pd.Series(text.unique(), dtype="str").str.strip().str.fullmatch(pattern).all())

    def to_plain(self, text: pd.Series) -> pd.Series:
        """Convert values in this format to plain format."""
        without = text.str.strip().str.replace(self.thousands, "", regex=False) if self.thousands else text.str.strip()
        return without.str.replace(self.decimal, ".", regex=False)

    def from_plain(self, number: str) -> str:
        """Convert a number in plain format to this format, with all its digits."""
        grouping = "," if self.thousands else ""
        marks = str.maketrans({",": self.thousands, ".": self.decimal})
        return f"{Decimal(number):{grouping}f}".translate(marks)

    def describe(self) -> str:
        """Return a description, e.g. ``a decimal comma and a blank between thousands``."""
        parts = [] if self.decimal == "." else ["a decimal comma"]
        if self.thousands:
            parts.append(f"a {_NAMES[self.thousands]} between thousands".replace("a apostrophe", "an apostrophe"))
        return " and ".join(parts)


_FORMS: Final = (
    Separators(","),
    Separators(",", "."),
    Separators(".", ","),
    *(Separators(mark, gap) for gap in _NAMES if gap not in ",." for mark in ",."),
)


def fitting_separators(known: pd.Series) -> list[Separators]:
    """Return the formats in which every value of a column without missing values is a number.

    >>> fitting_separators(pd.Series(["24,5", "7"], dtype="str"))
    [Separators(decimal=',', thousands='')]
    >>> fitting_separators(pd.Series(["1,234", "5,678"], dtype="str"))
    [Separators(decimal=',', thousands=''), Separators(decimal='.', thousands=',')]
    """
    used = {mark for mark in _NAMES if bool(known.str.contains(mark, regex=False).any())}
    return [form for form in _FORMS if form.required_marks <= used and form.matches(known)]
