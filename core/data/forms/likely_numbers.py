"""Which of several forms of numbers is the likely one, where a column could be read in two ways."""

from __future__ import annotations

import pandas as pd

from core.data.forms.numbers import NumberForm


def decimal_mark(form: NumberForm, known: pd.Series) -> str | None:
    """Return the decimal separator that numbers in this form show: a thousands separator tells of it too.

    >>> decimal_mark(NumberForm(".", ","), pd.Series(["1,234"], dtype="str"))
    '.'
    """
    if form.thousands in (",", "."):
        return "." if form.thousands == "," else ","
    return form.decimal if bool(known.str.contains(form.decimal, regex=False).any()) else None


def likely_forms(
    forms: list[NumberForm], known: pd.Series, mark: str | None, delimiter: str | None = None
) -> list[NumberForm]:
    """Return the likely form of several, or all of them if nothing decides.

    Args:
        forms: Forms that fit.
        known: The column.
        mark: Decimal separator of other columns, if it is known. It decides first; then, that money has no three
            decimals.
        delimiter: Decimal separator that the file's delimiter tells.
    """
    for rule in (mark, "money", delimiter):
        if rule == "money":
            kept = [form for form in forms if form.is_money and form.thousands]
        else:
            kept = [form for form in forms if rule is not None and decimal_mark(form, known) in (rule, None)]
        if len(kept) == 1:
            return kept
    return forms
