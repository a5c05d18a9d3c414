"""Counts instead of rows: a table with a category, how many were assessed and how many of them were selected.

Each line becomes as many rows as it counts people, so that whatever is measured on rows is measured on counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Column, Kind, Role
from core.data.schema import Schema
from core.errors import DataError

SELECTION: Final = "selection"
YES, NO = "yes", "no"
MAX_PEOPLE: Final = 20_000_000
_NAMES: Final[dict[str, frozenset[str]]] = {
    "applicants": frozenset({"applicants", "assessed", "applied", "people", "count", "total", "n"}),
    "selected": frozenset({"selected", "hired", "passed", "advanced"}),
    "sex": frozenset({"sex", "gender", "sex categories"}),
    "race": frozenset({"race", "ethnicity", "race ethnicity", "race ethnicity categories"}),
}


def guessed(headers: Collection[str], what: str) -> str | None:
    """Return the only header that is named like ``applicants``, ``selected``, ``sex`` or ``race``, if there is one.

    >>> guessed(["Race/Ethnicity", "# of Applicants", "# Selected"], "applicants")
    '# of Applicants'
    """
    found = [one for one in headers if _plain(one) in _NAMES[what]]
    return found[0] if len(found) == 1 else None


def holds_counts(frame: pd.DataFrame) -> bool:
    """Return whether a table has the headers and the content of counts: of each line's people, some were selected.

    A line is a category: a column is named like sex or race, or has another text in every line.

    >>> table = pd.DataFrame({"sex": ["f", "m"], "applicants": [80, 90], "selected": [20, 30]})
    >>> holds_counts(table), holds_counts(table.assign(selected=[0, 1])), holds_counts(table.drop(columns="sex"))
    (True, False, False)
    >>> holds_counts(table.rename(columns={"sex": "category"}))
    True
    """
    headers = [str(name) for name in frame.columns]
    applicants, selected = guessed(headers, "applicants"), guessed(headers, "selected")
    if applicants is None or selected is None:
        return False
    if not any(guessed(headers, what) for what in ("sex", "race")) and not _names_lines(frame):
        return False
    known = frame[[applicants, selected]].dropna()
    try:
        assessed, chosen = _numbers(known[applicants]), _numbers(known[selected])
    except DataError:
        return False
    return bool((chosen <= assessed).all()) and bool((chosen > 1).any())


def _names_lines(frame: pd.DataFrame) -> bool:
    """Return whether a column of texts has another one in every line."""
    texts = frame.select_dtypes(include=["str", "object"])
    return any(texts[name].notna().all() and texts[name].is_unique for name in texts)


def people_of(
    counts: pd.DataFrame, categories: Sequence[str], applicants: str, selected: str, unknown: Collection[str] = ()
) -> tuple[pd.DataFrame, Schema]:
    """Return a row for each person, with the categories and `SELECTION`, and their schema.

    Args:
        counts: The table as read, shape (lines, columns).
        categories: Its columns with categories, at least one.
        applicants: Its column with the number assessed.
        selected: Its column with the number selected of them. It may be empty for a category that means unknown, which
            is in no rate.
        unknown: Categories that mean: unknown.

    Raises:
        DataError: A column does not exist, or a number is none, is negative, or more were selected than assessed.
    """
    for name in (*categories, applicants, selected):
        if name not in counts.columns:
            raise DataError(
                f"The table has no column {name!r}; its columns are {', '.join(map(repr, counts.columns))}."
            )
    told = counts[list(categories)].astype("str").apply(lambda column: column.str.strip().replace("", None))
    is_unknown = (told.isna() | told.isin(list(unknown))).any(axis=1).to_numpy(dtype=bool)
    assessed = _numbers(counts[applicants])
    chosen = _numbers(counts[selected].mask(is_unknown & _is_blank(counts[selected]), 0))
    for line in np.flatnonzero(chosen > assessed):
        raise DataError(
            f"Line {line + 1}: {chosen[line]:,} were selected of {assessed[line]:,} applicants, which cannot be; "
            "exchange the columns if they were confused."
        )
    if not 0 < assessed.sum() <= MAX_PEOPLE:
        raise DataError(f"The table counts {assessed.sum():,} applicants; it must count between 1 and {MAX_PEOPLE:,}.")
    lines = np.repeat(np.arange(len(counts)), assessed)
    place = np.arange(len(lines)) - np.repeat(np.cumsum(assessed) - assessed, assessed)  # within the line
    frame = told.iloc[lines].reset_index(drop=True)
    frame[SELECTION] = pd.array(np.where(place < chosen[lines], YES, NO), "str")
    columns = [Column(name=name, kind=Kind.CATEGORICAL, role=Role.SENSITIVE) for name in categories]
    target = Column(name=SELECTION, kind=Kind.CATEGORICAL, role=Role.TARGET)
    return frame, Schema(columns=(*columns, target), positive=YES, favorable="positive")


def _numbers(values: pd.Series) -> NDArray[np.int64]:
    text = values.astype("str").str.replace(",", "", regex=False)
    blank = _is_blank(values).to_numpy(dtype=bool)
    found = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    whole = np.isfinite(found) & (found >= 0) & (found == np.floor(found))
    for line in np.flatnonzero(~whole):
        shown = "nothing" if blank[line] else repr(str(values.iloc[line]))
        raise DataError(
            f"Line {line + 1}: column {values.name!r} holds {shown} where a count must stand, a whole number from 0 on."
        )
    return found.astype(np.int64)


def _is_blank(values: pd.Series) -> pd.Series:
    return values.isna() | (values.astype("str").str.strip() == "")


def _plain(header: str) -> str:
    words = re.sub(r"[^a-z]+", " ", header.lower()).split()
    return " ".join(word for word in words if word not in ("number", "of", "the"))
