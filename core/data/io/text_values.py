"""Recognize missing values, numbers, dates and Booleans in the text of a file.

Inference and casting both use these functions, so that casting can read everything that inference accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.errors import DataError

Mask = NDArray[np.bool_]

MISSING_TOKENS: Final = frozenset({"", "?", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "<NA>", "#N/A"})
MISSING_WORDS: Final = frozenset(
    {"-", "--", "–", "—", ".", "..", "...", "none", "unknown", "missing", "not available", "not applicable", "n.a."}
    | {"not known", "not stated", "no data", "#div/0!", "#value!", "#ref!", "#num!", "#name?", "#null!"}
    | {"blank", "(blank)", "empty", "not reported", "not provided", "not recorded", "refused", "declined", "tbd"}
    | {"no answer", "don't know", "prefer not to say", "k.a.", "k. a.", "keine angabe", "unbekannt", "(leer)"}
    | {"n.d.", "n/d", "s/d", "inconnu", "non renseigné", "desconocido", "sin datos", "onbekend", "sconosciuto"}
)
"""Words for a missing value, in small letters, that count as such only among numbers and dates."""
EXACT: Final = 2**53
"""The largest whole number up to which figures are exact."""
TRUE_FALSE: Final = frozenset({"True", "False"})
_SAMPLE: Final = 1_000
_WRITTEN_OUT: Final = 1e15
"""Whole floats below it are written without an exponent."""
_WRITTEN_ALIKE: Final = (1e-4, 1e10)
"""From the first on and below the second, Arrow and Python write a fraction with the same digits, without exponent."""

# A whole number may carry the ".0" that pandas adds to integers beside missing values.
_WHOLE = r"[+-]?(?:0|[1-9][0-9]{0,15})(?:\.0+)?"
_NUMBER = r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[iI]nf(?:inity)?)"
_INFINITE = r"[+-]?[iI]nf(?:inity)?"
_WITH_UNIT = r"[$€£¥]?\s*[+-]?[0-9][0-9.,\s]*(?:[^\W\d_]{1,4}|[%$€£¥])?"
_CODE = r"[+-]?(?:0[0-9]+|[1-9][0-9]{16,})"
_ZERO_DATE = r"(?:0{4}([-/.]?)00\1(?:00)?|00([-/.])00\2(?:00){1,2})(?:[T ]00:00(?::00)?(?:\.0+)?)?"
_STARTS_AS_NUMBER = r"[+-]?[0-9]"
_SIXTEEN_DIGITS = r"[+-]?[1-9][0-9]{15}(?:\.0+)?"


def strip(text: pd.Series) -> pd.Series:
    """Return the text without surrounding blanks."""
    return text.str.strip()


def _distinct_mask(text: pd.Series, check: Callable[[pd.Series], pd.Series]) -> Mask:
    """Apply ``check`` to each distinct stripped text. Return the result of each row; false for null."""
    if _hardly_repeats(text):
        rows = pd.Series(text.array, dtype="str")
        return np.asarray(check(strip(rows)) & rows.notna(), dtype=np.bool_)
    codes, distinct = pd.factorize(text)
    passed = check(strip(pd.Series(distinct, dtype="str"))).to_numpy(dtype=bool)
    mask: Mask = np.append(passed, False)[codes]  # null has the code -1, which is the appended False
    return mask


def _hardly_repeats(text: pd.Series) -> bool:
    """Return whether most texts of the first rows stand once, so that finding the distinct ones saves no work."""
    first = text.head(_SAMPLE)
    return 2 * first.nunique() > len(first)


def missing_mask(text: pd.Series, token: str = "", *, words: bool = False) -> Mask:
    """Return where a text column holds null, a usual missing token or the column's ``token``; shape (n,).

    Args:
        text: The column.
        token: Its own token.
        words: Whether `MISSING_WORDS` count too, as they do in a column of numbers.

    >>> missing_mask(pd.Series(["a", " ?", "-9", None], dtype="str"), token="-9").tolist()
    [False, True, True, True]
    """
    tokens = [*MISSING_TOKENS, token.strip()]
    mask = text.isna().to_numpy(dtype=bool) | _distinct_mask(text, lambda one: one.isin(tokens))
    return mask | word_mask(text) if words else mask


def word_mask(text: pd.Series) -> Mask:
    """Return where the text is one of `MISSING_WORDS` in small or capital letters, shape (n,)."""
    return _distinct_mask(text, _are_words)


def _are_words(text: pd.Series) -> pd.Series:
    found = ~text.str.match(_STARTS_AS_NUMBER)  # no word does; small letters are slow to make
    found[found] = text[found].str.casefold().isin(MISSING_WORDS)
    return found


def no_date_mask(text: pd.Series) -> Mask:
    """Return where the text says that there is no date: one of `MISSING_WORDS`, or a date of zeros, shape (n,).

    >>> no_date_mask(pd.Series(["0000-00-00", "00.00.0000 00:00:00", "0", "unknown"], dtype="str")).tolist()
    [True, True, False, True]
    """
    return word_mask(text) | _distinct_mask(text, lambda one: one.str.fullmatch(_ZERO_DATE))


def whole_mask(text: pd.Series) -> Mask:
    """Return where the text is an integer up to `EXACT` (``12``, ``-3``, ``7.0``; not ``007``)."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_WHOLE) & ~_is_inexact(one))


def number_mask(text: pd.Series) -> Mask:
    """Return where the text is a number in plain format (``1``, ``.5``, ``1e-3``, ``inf``)."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_NUMBER))


def infinite_mask(text: pd.Series) -> Mask:
    """Return where the text is an infinite number (``inf``, ``-Infinity``)."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_INFINITE))


def code_mask(text: pd.Series) -> Mask:
    """Return where digits are a code, not a number: they have a leading zero (``01234``) or exceed `EXACT`."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_CODE) | _is_inexact(one))


def _is_inexact(text: pd.Series) -> pd.Series:
    """Return where the text has 16 digits and is greater than `EXACT`; longer numbers need no comparison."""
    inexact = text.str.fullmatch(_SIXTEEN_DIGITS)
    inexact[inexact] = text[inexact].str.extract(r"([0-9]{16})")[0] > str(EXACT)
    return inexact


def with_unit_mask(text: pd.Series) -> Mask:
    """Return where a number in any format has a unit or a symbol (``23 000 kr``, ``$5``)."""
    return _distinct_mask(text, lambda one: one.str.fullmatch(_WITH_UNIT)) & ~number_mask(text)


def to_floats(text: pd.Series) -> NDArray[np.float64]:
    """Convert text that passes `number_mask` to floats, exactly: the ``repr`` of a float gives the same float."""
    return np.asarray(text.to_numpy(dtype=object), dtype=np.float64)  # as Python's float() reads each


def named_numbers(values: pd.Series) -> pd.Series:
    """Return a column that a person names as numbers: text of numbers, as identifiers are, becomes numbers.

    >>> named_numbers(pd.Series(["7", None, "12"], dtype="str")).tolist()
    [7.0, nan, 12.0]
    """
    if not isinstance(values.dtype, pd.StringDtype):
        return values
    known = values.dropna()
    if known.empty or not bool(number_mask(known).all()):
        return values
    return pd.Series(pd.to_numeric(values, errors="coerce"), dtype="float64", name=values.name)


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
        written: pd.Series = _naive(values).dt.strftime(natural_date_format(values)).astype("str")
        return written
    missing = values.isna().to_numpy(dtype=bool)
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_any_real_numeric_dtype(values.dtype):
        return _numbers_as_text(values, missing)
    cells = values.to_numpy(dtype=object)
    text = [np.nan if gone else _cell_text(cell, values.name, row) for row, (cell, gone) in _rows(cells, missing)]
    return pd.Series(text, values.index, dtype="str", name=values.name)


def _numbers_as_text(values: pd.Series, missing: Mask) -> pd.Series:
    """Return a column of numbers or truth values as `_cell_text` writes each, without a loop over the rows."""
    known = values[~missing]
    if pd.api.types.is_bool_dtype(values.dtype):
        written = pc.if_else(pa.array(known.to_numpy(dtype=bool)), "True", "False")
    elif pd.api.types.is_float_dtype(values.dtype):
        written = _floats_as_text(known.to_numpy(dtype=np.float64))
    else:
        is_unsigned = pd.api.types.is_unsigned_integer_dtype(values.dtype)
        written = pa.array(known.to_numpy(dtype=np.uint64 if is_unsigned else np.int64)).cast(pa.string())
    text = pc.replace_with_mask(pa.nulls(len(values), pa.string()), pa.array(~missing), written)
    return pd.Series(pd.array(text, dtype="str"), values.index, name=values.name)


def _floats_as_text(numbers: NDArray[np.float64]) -> pa.Array:
    size = np.abs(numbers)
    whole = (size < _WRITTEN_OUT) & (numbers == np.rint(numbers))
    least, limit = _WRITTEN_ALIKE
    others = ~whole & ~((size >= least) & (size < limit))
    text = pc.if_else(
        pa.array(whole),
        pa.array(np.where(whole, numbers, 0).astype(np.int64)).cast(pa.string()),
        pa.array(numbers).cast(pa.string()),
    )
    return pc.replace_with_mask(text, pa.array(others), pa.array(map(repr, numbers[others].tolist()), pa.string()))


def natural_date_format(values: pd.Series) -> str:
    """Return the shortest ISO format without loss for a datetime column."""
    moments = _naive(values).dropna()
    if bool((moments == moments.dt.normalize()).all()):
        return "%Y-%m-%d"
    if bool((moments.dt.microsecond == 0).all()):
        return "%Y-%m-%d %H:%M:%S"
    return "%Y-%m-%d %H:%M:%S.%f"


def _naive(values: pd.Series) -> pd.Series:
    """Return datetimes without time zone, converted to UTC if they had one."""
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
