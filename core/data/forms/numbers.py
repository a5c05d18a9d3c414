"""How a column's file writes numbers: separators, decimals, currency or unit, and the sign of negative numbers.

A column is read in such a form only if all its known values fit it. Digits between thousands separators must come in
threes, or, before the last three, in twos as in India (``12,34,567``), so that codes and lists of numbers do not count
as numbers. What stands around the digits must be one currency
sign, one per cent sign or one unit in all values; beside a currency, some values may stand alone, and so may 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

import pandas as pd

from core.data.forms.currencies import is_currency

DIGITS: Final = "#"
"""Stands for the digits of a number in a form such as ``$#``."""
_GAPS: Final = {
    ",": "comma",
    ".": "point",
    " ": "blank",
    "'": "apostrophe",
    "’": "apostrophe",
    "\u00a0": "fixed blank",
    "\u202f": "narrow blank",
}
_GROUP_STARTS: Final = {size: re.compile(rf"(?<=[0-9])(?=(?:[0-9]{{{size}}})+$)") for size in (2, 3)}
_PARTS: Final = r"^([^0-9]*?)((?:(?<![^\W\d_])[.,])?[0-9](?:[0-9.,'’\s]*[0-9])?)([^0-9]*)$"
_ZERO: Final = r"^([^0-9]*[$€£¥][^0-9–-]*)[–-]{1,2}([^0-9]*)$"
"""How spreadsheets show 0 among sums of money: ``$ -``."""
_SIGNS: Final = "-−+()"
_NEGATIVE: Final = ("-", "−", "()")
_SIGNED: Final = r"[^()+]*#[^()+]*|[^()+#]*\+[^()+#]*#[^()+]*|[^()+]*\([^()+]*#[^()+]*\)[^()+]*"
_MAGNITUDES: Final = frozenset({"k", "m", "mn", "bn", "mio", "tsd"})
_SAMPLE: Final = 20
_UNIT_NUMBERS: Final = 10  # texts with a unit such as "36 months" that take fewer values are categories


@dataclass(frozen=True)
class NumberForm:
    """How a column's file writes numbers.

    Args:
        decimal: Decimal separator.
        thousands: Thousands separator; may be empty.
        decimals: Fewest digits behind the decimal separator; ``None``: as Python writes the number.
        positive: A number of 0 or more, with ``#`` for its digits.
        negative: A negative number, with ``#`` for its digits.
        group_size: Digits between thousands separators before the last three: 3, or 2 as in India.

    >>> euros = NumberForm(",", ".", 2, "# €", "-# €")
    >>> euros.to_plain(pd.Series(["1.234,50 €", "-7,00 €"], dtype="str")).tolist(), euros.from_plain("1234.5")
    (['1234.50', '-7.00'], '1.234,50 €')
    """

    decimal: str = "."
    thousands: str = ""
    decimals: int | None = None
    positive: str = DIGITS
    negative: str = f"-{DIGITS}"
    group_size: int = 3

    @property
    def is_default(self) -> bool:
        """Whether numbers are written as Python writes them."""
        return self == NumberForm()

    @property
    def is_plain(self) -> bool:
        """Whether numbers have a decimal point and nothing between or around their digits."""
        return replace(self, decimals=None).is_default

    @property
    def has_unit(self) -> bool:
        """Whether the numbers have a currency, a per cent sign or a unit."""
        return _unsigned(self.positive) != DIGITS

    @property
    def is_money(self) -> bool:
        """Whether the numbers have a currency."""
        return is_currency(_unsigned(self.positive).replace(DIGITS, ""))

    @property
    def required_marks(self) -> set[str]:
        """The separators that must occur for this form. With points between thousands, a comma need not occur."""
        return {self.thousands} if self.thousands == "." else {self.decimal, self.thousands} - {".", ""}

    def matches(self, text: pd.Series) -> bool:
        """Return whether every value is a number in this form."""
        parts = _parts(text)
        around = {DIGITS, *(_unsigned(one) for one in (self.positive, self.negative))}
        return parts is not None and set(parts["unit"]) <= around and self.separates(parts["digits"])

    def separates(self, digits: pd.Series) -> bool:
        """Return whether the digits of every value have these separators."""
        gap, inner = re.escape(self.thousands), self.group_size
        grouped = rf"[1-9][0-9]{{0,2}}|[1-9][0-9]{{0,{inner - 1}}}(?:{gap}[0-9]{{{inner}}})*{gap}[0-9]{{3}}"
        whole = grouped if self.thousands else "[1-9][0-9]*"
        fraction = rf"{re.escape(self.decimal)}[0-9]+"
        return bool(digits.drop_duplicates().str.fullmatch(rf"(?:0|{whole})(?:{fraction})?|{fraction}").all())

    def to_plain(self, text: pd.Series) -> pd.Series:
        """Convert values that match this form to plain numbers such as ``-1234.5``."""
        parts = _parts(text)
        if parts is None:
            return text
        digits = parts["digits"]
        digits = digits.str.replace(self.thousands, "", regex=False) if self.thousands else digits
        plain = digits.str.replace(self.decimal, ".", regex=False)
        return plain.where(~parts["negative"], "-" + plain)

    def from_plain(self, number: str) -> str:
        """Convert a number in plain format to this form, with all its digits."""
        value = Decimal(number)
        whole, point, fraction = f"{abs(value):f}".partition(".")
        if self.decimals is not None:
            fraction = fraction.rstrip("0").ljust(self.decimals, "0")
            point = "." if fraction else ""
        digits = f"{self._grouped(whole)}{point}{fraction}"
        marks: dict[str, str | int | None] = {",": self.thousands, ".": self.decimal}
        digits = digits.translate(str.maketrans(marks))
        return (self.negative if value < 0 else self.positive).replace(DIGITS, digits)

    def _grouped(self, whole: str) -> str:
        """Return the digits before the decimal point with commas where the thousands separator stands."""
        if not self.thousands or len(whole) <= 3:
            return whole
        return f"{_GROUP_STARTS[self.group_size].sub(',', whole[:-3])},{whole[-3:]}"

    def describe(self) -> str:
        """Return a description, e.g. ``a decimal comma and a blank between thousands``."""
        parts = [] if self.decimal == "." else ["a decimal comma"]
        if self.thousands:
            digits = "thousands" if self.group_size == 3 else "groups of digits as in 12,34,567"
            parts.append(f"a {_GAPS[self.thousands]} between {digits}".replace("a apostrophe", "an apostrophe"))
        unit = _unsigned(self.positive).replace(DIGITS, "")
        if unit:
            parts.append(f"{unit!r} {'before' if self.positive.endswith(DIGITS) else 'behind'} the number")
        if self.positive.startswith("+"):
            parts.append("a plus before positive numbers")
        if "(" in self.negative:
            parts.append("negative numbers in parentheses")
        elif not self.negative.startswith(("-", "−")):
            parts.append(f"negative numbers as {self.negative.replace(DIGITS, '5')!r}")
        return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"


_SEPARATORS: Final = (
    NumberForm(),
    NumberForm(","),
    NumberForm(",", "."),
    NumberForm(".", ","),
    NumberForm(".", ",", group_size=2),
    *(NumberForm(mark, gap) for gap in _GAPS if gap not in ",." for mark in ",."),
)


def number_forms(known: pd.Series) -> list[NumberForm]:
    """Return the forms, other than the plain one, in which every value of a column without missing values is a number.

    >>> number_forms(pd.Series(["24,5", "7"], dtype="str"))
    [NumberForm(decimal=',', thousands='', decimals=0, positive='#', negative='-#', group_size=3)]
    >>> [form.thousands for form in number_forms(pd.Series(["1,234", "5,678"], dtype="str"))]
    ['', ',']
    """
    first = _parts(known.head(_SAMPLE))  # most columns of text fail here
    parts = _parts(known) if first is not None and _have_one_unit(first, len(known)) else None
    if parts is None or not _have_one_unit(parts, len(known)):
        return []
    parts = parts if parts["is_zero"].all() else parts[~parts["is_zero"]]
    positive, negative = _templates(parts)
    digits = parts["digits"]
    used = {mark for mark in _GAPS if bool(digits.str.contains(mark, regex=False).any())}
    forms = [
        replace(form, decimals=fewest_decimals(digits, form.decimal), positive=positive, negative=negative)
        for form in _SEPARATORS
        if form.required_marks <= used and form.separates(digits)
    ]
    western = {(form.decimal, form.thousands) for form in forms if form.group_size == 3}
    # Numbers below 100,000 have the same groups everywhere.
    forms = [form for form in forms if form.group_size == 3 or (form.decimal, form.thousands) not in western]
    return [form for form in forms if not form.is_plain]


def fewest_decimals(digits: pd.Series, decimal: str = ".") -> int:
    """Return the smallest number of digits behind the decimal separator.

    >>> fewest_decimals(pd.Series(["1.50", "2.25"])), fewest_decimals(pd.Series(["1.5", "2"]))
    (2, 0)
    """
    place = digits.str.find(decimal)
    return int((digits.str.len() - 1 - place).where(place >= 0, 0).min())


def _parts(text: pd.Series) -> pd.DataFrame | None:
    """Split each value into its digits, what stands around them, and whether it is negative; ``None`` if some cannot.

    The columns are ``digits``, ``form`` (as written, ``#`` for the digits), ``unit`` (the form without sign and
    blanks), ``negative``, and ``is_zero`` where a dash stands for the digits 0.
    """
    is_zero = text.str.fullmatch(_ZERO.strip("^$"))
    found = text.str.replace(_ZERO, r"\g<1>0\2", regex=True).str.strip().str.extract(_PARTS)
    if found.isna().any(axis=None) or found.empty:
        return None
    form = found[0] + DIGITS + found[2]
    if not bool(form.str.fullmatch(_SIGNED).all()):
        return None
    signs = form.str.replace(rf"[^{re.escape(_SIGNS)}]", "", regex=True)
    if not bool(signs.isin(["", "+", *_NEGATIVE]).all()):
        return None
    units = {one: _unsigned(one) for one in form.unique()}
    return pd.DataFrame(
        {
            "digits": found[1],
            "form": form,
            "unit": form.map(units).astype("str"),
            "negative": signs.isin(_NEGATIVE),
            "is_zero": is_zero,
        }
    )


def _unsigned(form: str) -> str:
    return "".join(sign for sign in form if sign not in _SIGNS and not sign.isspace())


def _templates(parts: pd.DataFrame) -> tuple[str, str]:
    """Return how most numbers of 0 or more are written, and how most negative numbers are."""
    with_unit = parts["unit"] != DIGITS
    parts = parts[with_unit] if with_unit.any() else parts
    forms = parts["form"]
    if not bool((parts["negative"] | forms.str.contains("+", regex=False)).all()):
        forms = forms.str.replace("+", "", regex=False)  # a plus that some lack is no form
    counts = forms.groupby(parts["negative"]).agg(lambda one: one.mode()[0])
    negative = counts.get(True)
    positive = counts.get(False, "" if negative is None else negative.translate(str.maketrans("", "", _SIGNS)).strip())
    return str(positive), f"-{positive}" if negative is None else str(negative)


def _have_one_unit(parts: pd.DataFrame, distinct: int) -> bool:
    """Return whether all values have the same unit, or none; see the module's description.

    Args:
        parts: Of some or all values.
        distinct: Number of different values of the column.
    """
    units = [one for one in parts["unit"].unique() if one != DIGITS]
    if len(units) > 1:
        return False
    if not units:
        return True
    bare = parts.loc[parts["unit"] == DIGITS, "digits"]
    if not is_currency(units[0].replace(DIGITS, "")) and bool(bare.str.contains("[1-9]").any()):
        return False
    # Letters right before whole numbers, as in R12, are codes more often than currencies.
    is_code = bool(parts["form"].str.contains(rf"[^\W\d_]{DIGITS}").any() and parts["digits"].str.isdigit().all())
    return not is_code and _is_unit(units[0], distinct)


def _is_unit(around: str, distinct: int) -> bool:
    """Return whether what stands around the digits is a currency, per cent, or a unit of a quantity."""
    unit = around.replace(DIGITS, "")
    letters = unit.strip(".").casefold()
    if unit in ("%", "‰") or is_currency(unit):
        return True
    is_behind = around.startswith(DIGITS)
    if is_behind and letters in _MAGNITUDES:
        return True
    return is_behind and letters.isalpha() and 1 < len(letters) <= 12 and distinct > _UNIT_NUMBERS
