"""Recognize missing values, numbers and Booleans in the text of a file.

Inference and casting both use these functions, so that casting can read everything that inference accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.forms.dates import naive, natural_date_format, written_dates
from core.errors import DataError

Mask = NDArray[np.bool_]

MISSING_TOKENS: Final = frozenset({"", "?", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "<NA>", "#N/A"})
TRUE_FALSE: Final = frozenset({"True", "False"})

# A whole number may carry the ".0" that pandas adds to integers beside missing values. Below 9e18 it fits into 64 bits.
_WHOLE = r"[+-]?(?:0|[1-9][0-9]{0,17}|[1-8][0-9]{18})(?:\.0+)?"
_NUMBER = r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[iI]nf(?:inity)?)"
_INFINITE = r"[+-]?[iI]nf(?:inity)?"
_WITH_UNIT = r"[$€£¥]?\s*[+-]?[0-9][0-9.,\s]*(?:[^\W\d_]{1,4}|[%$€£¥])?"
_CODE = r"[+-]?(?:0[0-9]+|9[0-9]{18}|[0-9]{20,})"


def strip(text: pd.Series) -> pd.Series:
    """Return the text without surrounding blanks."""
    return text.str.strip()


def _distinct_mask(text: pd.Series, check: Callable[[pd.Series], pd.Series]) -> Mask:
    """Apply ``check`` to each distinct stripped text. Return the result of each row; false for null."""
    codes, distinct = pd.factorize(text)
    passed = check(strip(pd.Series(distinct, dtype="str"))).to_numpy(dtype=bool)
    mask: Mask = np.append(passed, False)[codes]  # null has the code -1, which is the appended False
    return mask


def missing_mask(text: pd.Series, token: str = "") -> Mask:
    """Return where a text column holds null, a usual missing token or the column's ``token``; shape (n,).

    >>> missing_mask(pd.Series(["a", " ?", "-9", None], dtype="str"), token="-9").tolist()
    [False, True, True, True]
    """
    tokens = [*MISSING_TOKENS, token.strip()]
    return text.isna().to_numpy(dtype=bool) | _distinct_mask(text, lambda one: one.isin(tokens))


def whole_mask(text: pd.Series) -> Mask:
    """Return where the text is an integer that fits into 64 bits (``12``, ``-3``, ``7.0``; not ``007``)."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_WHOLE))


def number_mask(text: pd.Series) -> Mask:
    """Return where the text is a number in plain format (``1``, ``.5``, ``1e-3``, ``inf``)."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_NUMBER))


def infinite_mask(text: pd.Series) -> Mask:
    """Return where the text is an infinite number (``inf``, ``-Infinity``)."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_INFINITE))


def code_mask(text: pd.Series) -> Mask:
    """Return where digits are a code, not a number: they have a leading zero (``01234``) or exceed 64 bits."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_CODE))


def with_unit_mask(text: pd.Series) -> Mask:
    """Return where a number in any format has a unit or a symbol (``23 000 kr``, ``$5``)."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_WITH_UNIT)) & ~number_mask(text)


def to_floats(text: pd.Series) -> NDArray[np.float64]:
    """Convert text that passes `number_mask` to floats, exactly: the ``repr`` of a float gives the same float."""
    codes, distinct = pd.factorize(text)
    return np.array([float(one) for one in distinct], dtype=np.float64)[codes]


def to_integers(text: pd.Series) -> NDArray[np.int64]:
    """Convert text that passes `whole_mask` to integers."""
    codes, distinct = pd.factorize(text)
    return np.array([int(one.strip().partition(".")[0]) for one in distinct], dtype=np.int64)[codes]


def as_text_column(values: pd.Series) -> pd.Series:
    """Return any column as text (dtype ``str``, missing values ``NaN``), from which inference can restore its type.

    Whole floats lose their ``.0``, so the categories 1.0 and 1 are the same.

    Raises:
        DataError: A value is a list, a record or bytes, which no column kind supports.
    """
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype("str")
    if isinstance(values.dtype, pd.CategoricalDtype):
        names = as_text_column(pd.Series(values.cat.categories, name=values.name))
        codes = values.cat.codes.to_numpy()
        return pd.Series(np.where(codes < 0, np.nan, names.to_numpy(dtype=object)[codes]), values.index, dtype="str")
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        moments = naive(values)
        known = moments.dropna()
        written = pd.Series(written_dates(known, natural_date_format(known)), known.index, dtype="str")
        return pd.Series(written.reindex(values.index), name=values.name)
    missing = values.isna().to_numpy(dtype=bool)
    cells = values.to_numpy(dtype=object)
    text = [np.nan if gone else _cell_text(cell, values.name, row) for row, (cell, gone) in _rows(cells, missing)]
    return pd.Series(text, values.index, dtype="str", name=values.name)


def _rows(cells: NDArray[np.object_], missing: Mask) -> enumerate[tuple[object, bool]]:
    return enumerate(zip(cells, missing, strict=True), start=1)


def _cell_text(cell: object, name: Hashable, row: int) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float | np.floating):
        number = float(cell)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    if isinstance(cell, bool | np.bool_ | int | np.integer | Decimal):
        return str(cell)
    if isinstance(cell, datetime | date):
        return str(cell)
    raise DataError(
        f"Column {str(name)!r}, row {row} holds a {type(cell).__name__}, and a table can hold only numbers, text, "
        "dates and True/False; leave this column out of the file or write it as text."
    )
