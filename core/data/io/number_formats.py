"""Numbers as people write them: with a decimal comma, or with a mark between thousands.

Such a number is read only where all known values of a column agree on one form; the digits between the marks must be
in threes, so that a code or a list of numbers is not taken for a quantity.
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
    """How the numbers of a column are written.

    Args:
        decimal: Stands before the decimals.
        thousands: Stands between thousands; empty if nothing does.

    >>> german = Separators(",", ".")
    >>> german.to_plain(pd.Series(["1.234,5", "-7"], dtype="str")).tolist(), german.from_plain("1234.5")
    (['1234.5', '-7'], '1.234,5')
    """

    decimal: str = "."
    thousands: str = ""

    @property
    def is_default(self) -> bool:
        """Whether numbers are written as programs write them."""
        return self == Separators()

    @property
    def required_marks(self) -> set[str]:
        """The marks without which nothing speaks for this form: a decimal comma goes unused only beside points."""
        return {self.thousands} if self.thousands == "." else {self.decimal, self.thousands} - {".", ""}

    def matches(self, text: pd.Series) -> bool:
        """Whether every value is a number written so."""
        whole = rf"[1-9][0-9]{{0,2}}(?:{re.escape(self.thousands)}[0-9]{{3}})*" if self.thousands else "[1-9][0-9]*"
        pattern = rf"[+-]?(?:0|{whole})(?:{re.escape(self.decimal)}[0-9]+)?"
        return bool(pd.Series(text.unique(), dtype="str").str.strip().str.fullmatch(pattern).all())

    def to_plain(self, text: pd.Series) -> pd.Series:
        """Values that `fit` as programs write numbers."""
        without = text.str.strip().str.replace(self.thousands, "", regex=False) if self.thousands else text.str.strip()
        return without.str.replace(self.decimal, ".", regex=False)

    def from_plain(self, number: str) -> str:
        """A number as programs write it, in this form, with all its digits."""
        grouping = "," if self.thousands else ""
        marks = str.maketrans({",": self.thousands, ".": self.decimal})
        return f"{Decimal(number):{grouping}f}".translate(marks)

    def describe(self) -> str:
        """``a decimal comma and a blank between thousands``."""
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
    """The forms in which every value of a column without missing values is a number.

    >>> fitting_separators(pd.Series(["24,5", "7"], dtype="str"))
    [Separators(decimal=',', thousands='')]
    >>> fitting_separators(pd.Series(["1,234", "5,678"], dtype="str"))
    [Separators(decimal=',', thousands=''), Separators(decimal='.', thousands=',')]
    """
    used = {mark for mark in _NAMES if bool(known.str.contains(mark, regex=False).any())}
    return [one for one in _FORMS if one.required_marks <= used and one.matches(known)]
