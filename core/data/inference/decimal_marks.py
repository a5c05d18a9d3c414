"""The decimal separator of a file, by which a column such as ``12,345`` is read that could mean two numbers."""

from __future__ import annotations

from typing import Final, NamedTuple

import pandas as pd

from core.data.forms.likely_numbers import decimal_mark
from core.data.forms.numbers import NumberForm, number_forms
from core.data.io.delimited_text import DELIMITER
from core.data.io.text_values import code_mask, missing_mask, number_mask

_SAMPLE: Final = 2_000
_GROUPED: Final = r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+"


class DecimalMarks(NamedTuple):
    """What tells the decimal separator of a file: point, comma, or ``None`` if nothing does.

    Args:
        columns: What the columns that can be read in one way only agree on.
        delimiter: What the delimiter tells. Files with decimal commas have semicolons between their fields.
    """

    columns: str | None = None
    delimiter: str | None = None


NO_MARKS: Final = DecimalMarks()


def decimal_marks(raw: pd.DataFrame) -> DecimalMarks:
    """Return what tells the decimal separator of a raw frame.

    >>> decimal_marks(pd.DataFrame({"a": ["12,345"], "share": ["0,5"]}, dtype="str"))
    DecimalMarks(columns=',', delimiter=None)
    """
    marks = {_mark(raw.iloc[:, at]) for at in range(raw.shape[1])} - {None}
    delimiter = {";": ",", ",": "."}.get(str(raw.attrs.get(DELIMITER, "")))
    return DecimalMarks(marks.pop() if len(marks) == 1 else None, delimiter)


def may_be_grouped(distinct: pd.Series) -> bool:
    """Return whether every number could have points between thousands as well as a decimal point (``1.234``)."""
    return bool(distinct.str.strip().str.fullmatch(rf"[+-]?(?:{_GROUPED}|0|[1-9][0-9]{{0,2}})").all())


def _mark(values: pd.Series) -> str | None:
    if not isinstance(values.dtype, pd.StringDtype):
        return None
    text = values.head(_SAMPLE)
    known = text[~missing_mask(text, words=True)].drop_duplicates().astype("str")
    if known.empty:
        return None
    if bool(number_mask(known).all()):
        is_clear = not code_mask(known).any() and not may_be_grouped(known)
        return decimal_mark(NumberForm(), known) if is_clear else None
    forms = number_forms(known)
    return decimal_mark(forms[0], known) if len(forms) == 1 else None
