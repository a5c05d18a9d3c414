"""Columns of numbers of which statistics programs label only some, such as ``-9 Refused`` or ``10 Completely``."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

_LEADING: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?\b")
_NO_ANSWER: Final = re.compile(
    r"(?i)miss|refus|don.?t know|does not know|inapplicable|not applicable|no answer|not asked|not available|unknown"
    r"|proxy|skip|not stated|declined|keine angabe|wei(?:ß|ss) nicht|trifft nicht zu|verweigert"
)
_MANY_NUMBERS: Final = 20


def with_numbers(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a frame in which columns with labels among numbers hold numbers, and a note on each.

    A label that begins with a number is that number. Another label is missing if it says that nobody answered, or if
    the column has more than twenty different numbers. Columns with other labels stay categories.

    Args:
        frame: As pandas reads it: categories are labels, or the numbers themselves where they have none.

    >>> labelled = pd.Series(pd.Categorical([18, "Refused", 45], categories=["Refused", 18, 45]))
    >>> frame, notes = with_numbers(pd.DataFrame({"age": labelled}))
    >>> frame["age"].tolist(), notes
    ([18.0, nan, 45.0], ("Column 'age': the label 'Refused' is read as missing, since the other values are numbers.",))
    """
    notes = []
    for at, name in enumerate(frame.columns):
        values = frame.iloc[:, at]
        if not isinstance(values.dtype, pd.CategoricalDtype):
            continue
        numbers = _numbers(list(values.cat.categories))
        if numbers is None:
            continue
        absent = [label for label, number in numbers.items() if number is None]
        frame = frame.assign(**{str(name): pd.to_numeric(values.astype(object).map(numbers))})
        if absent:
            listed = f"label {absent[0]!r} is" if len(absent) == 1 else f"labels {', '.join(map(repr, absent))} are"
            notes.append(f"Column {str(name)!r}: the {listed} read as missing, since the other values are numbers.")
    return frame, tuple(notes)


def _numbers(categories: list[object]) -> dict[object, float | None] | None:
    """Return the number of each category; ``None`` if these are not labels among numbers."""
    labels = [one for one in categories if isinstance(one, str)]
    plain = [one for one in categories if isinstance(one, int | float)]
    if not labels or len(plain) <= 1 or len(labels) + len(plain) < len(categories):
        return None
    found: dict[object, float | None] = {one: float(one) for one in plain}
    for label in labels:
        leading = _LEADING.match(label.strip())
        if leading is None and len(plain) <= _MANY_NUMBERS and not _NO_ANSWER.search(label):
            return None
        found[label] = None if leading is None else float(leading[0])
    return found
