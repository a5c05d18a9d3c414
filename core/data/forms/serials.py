"""New identifiers for synthetic rows, in the form of the file's own and equal to none of them."""

from __future__ import annotations

from typing import Final

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

_SERIAL: Final = r"^(.*?)([0-9]{1,18})([^0-9]*)$"
_MOST_DIGITS: Final = 18
_SAMPLE: Final = 5_000  # tells the form; whether a number is free is checked in all rows
_ROUND: Final = 1_000
_HEX: Final = "[0-9a-fA-F]"
_UUID: Final = rf"\{{?{_HEX}{{8}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{12}}\}}?"
_EMAIL: Final = r"[^@\s]+@[^@\s]+\.[^@\s]+"


class SerialForm(BaseModel):
    """An identifier that ends in a serial number, e.g. ``E-00017``.

    >>> SerialForm(before="E-", width=5, first=2001).serials(2).tolist()
    ['E-02001', 'E-02002']
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: str = "synthetic-"
    after: str = ""
    width: int = Field(default=1, ge=1, description="Digits of the number, with leading zeros.")
    first: int = Field(default=1, ge=0, description="The first number; it and all greater ones are free.")

    def serials(self, count: int, before: int = 0) -> pd.Series:
        """Return ``count`` new identifiers after the first ``before`` ones, shape (count,)."""
        numbers = range(self.first + before, self.first + before + count)
        return pd.Series([f"{self.before}{number:0{self.width}d}{self.after}" for number in numbers], dtype="str")


def serial_form(known: pd.Series) -> SerialForm:
    """Return a form whose identifiers differ from all known ones.

    The commonest text around the last number of an identifier is kept. UUIDs become UUIDs of version 8, which no
    program gives to people, and e-mail addresses become some that cannot exist (RFC 9562, RFC 2606). Whatever the
    form, the first new number is the next multiple of 1,000, plus 1, above all numbers with its text.

    Args:
        known: Identifiers as text, without missing ones.

    >>> serial_form(pd.Series(["E-00017", "E-01234", "x"]))
    SerialForm(before='E-', after='', width=5, first=2001)
    >>> serial_form(pd.Series(["jo@firm.com", "al@firm.com"])).serials(1)[0]
    'person1@example.invalid'
    """
    text = known.astype("str").str.strip()
    before, after, width = _around(text.head(_SAMPLE))
    numbered = text[text.str.startswith(before) & text.str.endswith(after)]
    digits = numbered.str.removeprefix(before).str.removesuffix(after)
    digits = digits[digits.str.fullmatch("[0-9]{1,18}")]
    if digits.empty:
        return SerialForm(before=before, after=after, width=width)
    first = (max(map(int, digits)) // _ROUND + 1) * _ROUND + 1
    return SerialForm(before=before, after=after, width=min(width, int(digits.str.len().min())), first=first)


def are_emails(text: pd.Series) -> bool:
    """Return whether all texts, at least one, are e-mail addresses."""
    return len(text) > 0 and bool(text.str.fullmatch(_EMAIL).all())


def _around(text: pd.Series) -> tuple[str, str, int]:
    """Return the text before and after the numbers of new identifiers, and the most digits that these need."""
    if len(text) and bool(text.str.fullmatch(_UUID).all()):
        dash = "-" if "-" in text.iloc[0] else ""
        opened, closed = ("{", "}") if text.iloc[0].startswith("{") else ("", "")
        return opened + dash.join(["0" * 8, "0" * 4, "8000", "8000", ""]), closed, 12
    if are_emails(text):
        return "person", "@example.invalid", 1
    parts = text.str.extract(_SERIAL).dropna()
    around = parts[[0, 2]].value_counts(sort=True).reset_index()
    if len(around) and around["count"].iloc[0] >= len(text) / 2:
        return str(around[0].iloc[0]), str(around[2].iloc[0]), _MOST_DIGITS
    return SerialForm().before, "", 1
