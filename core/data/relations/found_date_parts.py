"""Find the columns that are parts of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data.encoding.values import exact_numbers
from core.data.relations.date_parts import PARTS, SPANS, DatePart, Part, numbers_of, starts
from core.data.relations.evidence import EVIDENCE, MIN_ROWS, NAMED_ROWS, TESTED_ROWS, Coded, coded, pair_counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

LEAST_SPELLED = 3  # two values go with two values of anything
MOST_PARTS = 400  # years


def date_parts(
    frame: pd.DataFrame, times: Sequence[str], numbers: Mapping[str, NDArray[np.float64]], few: Mapping[str, Coded]
) -> list[DatePart]:
    """Return the columns that are a part of a date, each once. No part of a date that is itself a part is told.

    Args:
        frame: Rows.
        times: Headers of dates, without copies of others.
        numbers: Columns of numbers, each of shape (n,), NaN where missing.
        few: Columns with few distinct values.
    """
    cut = list(_cut_dates(frame, times))
    whole = [name for name in times if name not in {one.column for one in cut}]
    found: dict[str, DatePart] = {}
    for by in whole:
        for part in PARTS:
            values = numbers_of(frame[by], part)
            for name, column in numbers.items():
                if name not in found and _is_same(column, values):
                    found[name] = DatePart(column=name, by=by, part=part)
            codes = coded(pd.Series(values))
            if LEAST_SPELLED <= len(codes.names) <= MOST_PARTS:
                for name, spelled in few.items():
                    # Of numbers only the first day of the week is a matter of choice: 2024 - age is no year of birth.
                    is_told = part == "weekday" or name not in numbers
                    if is_told and name not in found and (one := _spelled(name, spelled, by, part, codes)):
                        found[name] = one
    return [*cut, *found.values()]


def _cut_dates(frame: pd.DataFrame, times: Sequence[str]) -> Iterator[DatePart]:
    """Yield the dates that are the beginning of the day, month, quarter or year of another, which has more detail."""
    seconds = {name: exact_numbers(frame[name]) for name in times}
    found: set[str] = set()
    for by in times:
        begun = {part: exact_numbers(pd.Series(starts(frame[by], part))) for part in SPANS}
        for name in times:
            if name in {by, *found}:
                continue
            part = next((part for part in SPANS if _is_same(seconds[name], begun[part])), None)
            if part is not None and not _is_same(seconds[name], seconds[by]):
                found.add(name)
                yield DatePart(column=name, by=by, part=part)


def _is_same(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Return whether two columns hold the same numbers in all rows where both have any, and not by chance."""
    known = np.flatnonzero(~np.isnan(one) & ~np.isnan(other))
    few = known[:TESTED_ROWS]
    if len(few) < MIN_ROWS or (one[few] != other[few]).any() or (one[known] != other[known]).any():
        return False
    _, counts = np.unique(one[known], return_counts=True)
    return -len(known) * float(np.log(((counts / len(known)) ** 2).sum())) > EVIDENCE


def _spelled(name: str, column: Coded, by: str, part: Part, dates: Coded) -> DatePart | None:
    """Return the part of which each number goes with one value of a column and each value with one number, if any.

    Args:
        name: Header of the column.
        column: Its values.
        by: Header of the date.
        part: The part.
        dates: Its number in each row.
    """
    if len(column.names) < LEAST_SPELLED:
        return None
    few = slice(TESTED_ROWS)
    for rows in (few, slice(None)):
        counts = pair_counts(Coded(dates.codes[rows], dates.names), Coded(column.codes[rows], column.names))
        if ((counts > 0).sum(axis=0) > 1).any() or ((counts > 0).sum(axis=1) > 1).any():
            return None
    rows_of, shares = counts.sum(axis=1), counts.sum(axis=0) / max(counts.sum(), 1)
    alike = float((shares**2).sum())
    if not 0 < alike < 1 or -float((rows_of - 1).clip(min=0).sum()) * np.log(alike) <= EVIDENCE:
        return None
    spellings = column.names[counts.argmax(axis=1)]
    if (spellings == dates.names)[rows_of > 0].all():
        return DatePart(column=name, by=by, part=part)
    named = np.flatnonzero(rows_of >= NAMED_ROWS)
    values = dict(zip(dates.names[named].tolist(), spellings[named].tolist(), strict=True))
    return DatePart(column=name, by=by, part=part, values=values) if len(values) >= LEAST_SPELLED else None
