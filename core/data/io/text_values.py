"""How the text of a file is understood: which tokens mean "missing", what is a number, a date, a truth value.

Inference and conversion both ask here, so that what one accepts the other can read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import DataError

Mask = NDArray[np.bool_]

MISSING_TOKENS: Final = frozenset({"", "?", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "<NA>", "#N/A"})
TRUE_FALSE: Final = frozenset({"True", "False"})

# A whole number may carry the ".0" that pandas adds to integers beside missing values. Below 9e18 it fits into 64 bits.
_WHOLE = r"[+-]?(?:0|[1-9][0-9]{0,17}|[1-8][0-9]{18})(?:\.0+)?"
_NUMBER = r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[iI]nf(?:inity)?)"
_BELOW_MICRO = re.compile(r"(\.[0-9]{6})[0-9]+")
_INFINITE = r"[+-]?[iI]nf(?:inity)?"
_WITH_UNIT = r"[$€£¥]?\s*[+-]?[0-9][0-9.,\s]*(?:[^\W\d_]{1,4}|[%$€£¥])?"
_CODE = r"[+-]?(?:0[0-9]+|9[0-9]{18}|[0-9]{20,})"

_DATES = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y-%m",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%B %d, %Y",
)
_TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f")
DATE_FORMATS: Final = (
    *_DATES,
    *(f"{day} {time}" for day in _DATES if day != "%Y-%m" for time in _TIMES),
    *(f"%Y-%m-%dT{time}{zone}" for time in _TIMES for zone in ("", "Z")),
)


def strip(text: pd.Series) -> pd.Series:
    """Text without the blanks around it."""
    return text.str.strip()


def _distinct_mask(text: pd.Series, check: Callable[[pd.Series], pd.Series]) -> Mask:
    """``check`` on each distinct stripped text, spread over the rows (so each is looked at once); False for null."""
    codes, distinct = pd.factorize(text)
    passed = check(strip(pd.Series(distinct, dtype="str"))).to_numpy(dtype=bool)
    spread: Mask = np.append(passed, False)[codes]  # null has the code -1, which is the appended False
    return spread


def missing_mask(text: pd.Series, token: str = "") -> Mask:
    """Where a text column holds null, a usual missing token, or the column's own ``token``; shape (n,).

    >>> missing_mask(pd.Series(["a", " ?", "-9", None], dtype="str"), token="-9").tolist()
    [False, True, True, True]
    """
    tokens = [*MISSING_TOKENS, token.strip()]
    return text.isna().to_numpy(dtype=bool) | _distinct_mask(text, lambda one: one.isin(tokens))


def whole_mask(text: pd.Series) -> Mask:
    """Where the text is a whole number that fits into 64 bits (``12``, ``-3``, ``7.0``; not ``007``)."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_WHOLE))


def number_mask(text: pd.Series) -> Mask:
    """Where the text is a number with a decimal point (``1``, ``.5``, ``1e-3``, ``inf``)."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_NUMBER))


def infinite_mask(text: pd.Series) -> Mask:
    """Where the text says ``inf`` or ``-Infinity``."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_INFINITE))


def code_mask(text: pd.Series) -> Mask:
    """Where digits are a code and not a quantity: a leading zero (``01234``) or more of them than 64 bits hold."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_CODE))


def with_unit_mask(text: pd.Series) -> Mask:
    """Where a number, written in whatever form, stands beside a unit or a sign (``23 000 kr``, ``$5``)."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_WITH_UNIT)) & ~number_mask(text)


def to_floats(text: pd.Series) -> NDArray[np.float64]:
    """Numbers from text that passes `number_mask`; exact, so that ``repr`` and back loses nothing."""
    codes, distinct = pd.factorize(text)
    return np.array([float(one) for one in distinct], dtype=np.float64)[codes]


def to_integers(text: pd.Series) -> NDArray[np.int64]:
    """Whole numbers from text that passes `whole_mask`."""
    codes, distinct = pd.factorize(text)
    return np.array([int(one.strip().partition(".")[0]) for one in distinct], dtype=np.int64)[codes]


def parse_dates(text: pd.Series, date_format: str) -> pd.Series:
    """Text as ``datetime64[us]`` by one strftime format; ``NaT`` where it does not fit."""
    moments: pd.Series = pd.to_datetime(strip(text), format=date_format, errors="coerce").astype("datetime64[us]")
    return moments


def date_formats(text: pd.Series) -> list[str]:
    """The usual formats by which every value of a column without missing values reads as a date.

    >>> date_formats(pd.Series(["2024-02-29", "2024-03-01"], dtype="str"))
    ['%Y-%m-%d']
    >>> date_formats(pd.Series(["01/02/2024", "03/04/2024"], dtype="str"))
    ['%d/%m/%Y', '%m/%d/%Y']
    """
    distinct = pd.Series(text.unique(), dtype="str")
    sample = distinct.head(20)
    # Every supported format has a digit and one of these separators; this spares most columns all the parsing.
    if distinct.empty or not bool(sample.str.contains(r"[0-9].*[-/. ]|[-/. ].*[0-9]").all()):
        return []
    fitting = [one for one in DATE_FORMATS if _reads_as(str(sample[0]), one)]
    return [one for one in fitting if bool(parse_dates(distinct, one).notna().all())]


def _reads_as(value: str, date_format: str) -> bool:
    try:
        datetime.strptime(_BELOW_MICRO.sub(r"\1", value.strip()), date_format)
    except ValueError:
        return False
    return True


def as_text_column(values: pd.Series) -> pd.Series:
    """Any column as text (dtype ``str``, missing values ``NaN``), written so that its type can be read back.

    Whole floats lose their ``.0``, so that a category 1.0 and a category 1 are one and the same.

    Raises:
        DataError: A value is a list, a record or bytes, which no column kind can hold.
    """
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype("str")
    if isinstance(values.dtype, pd.CategoricalDtype):
        names = as_text_column(pd.Series(values.cat.categories, name=values.name))
        codes = values.cat.codes.to_numpy()
        return pd.Series(np.where(codes < 0, np.nan, names.to_numpy(dtype=object)[codes]), values.index, dtype="str")
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        written: pd.Series = _naive(values).dt.strftime(natural_date_format(values)).astype("str")
        return written
    missing = values.isna().to_numpy(dtype=bool)
    cells = values.to_numpy(dtype=object)
    text = [np.nan if gone else _cell_text(cell, values.name, row) for row, (cell, gone) in _rows(cells, missing)]
    return pd.Series(text, values.index, dtype="str", name=values.name)


def natural_date_format(values: pd.Series) -> str:
    """The shortest ISO format that keeps every moment of a datetime column."""
    moments = _naive(values).dropna()
    if bool((moments == moments.dt.normalize()).all()):
        return "%Y-%m-%d"
    if bool((moments.dt.microsecond == 0).all()):
        return "%Y-%m-%d %H:%M:%S"
    return "%Y-%m-%d %H:%M:%S.%f"


def _naive(values: pd.Series) -> pd.Series:
    """Datetimes without a time zone, in UTC where there was one."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    moments: pd.Series = values.astype("datetime64[us]")
    return moments


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
