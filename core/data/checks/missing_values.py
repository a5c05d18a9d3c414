"""Values that are missing: blanks in a sensitive column, and words that say that nothing is known."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.data.checks.edits import LeaveOutRows, MarkMissing
from core.data.checks.issue import Issue
from core.data.column import Kind, Role
from core.data.inference.name_hints import normalized
from core.data.schema import Schema

_WORDS: Final = frozenset(
    {"unknown", "not known", "unk", "missing", "not stated", "not specified", "unspecified", "not available"}
    | {"not reported", "not provided", "not disclosed", "undisclosed", "no answer", "no response"}
    | {"decline to answer", "declined to answer", "prefer not to say", "prefer not to answer"}
    | {"do not wish to answer", "i do not wish to answer", "blank", "n a", "na"}
)
"""What is written for a value that nobody knows, as `normalized` writes it."""
_REFUSALS: Final = frozenset({"declined", "refused"})
"""In a sensitive column, these mean that a person did not answer; elsewhere, that somebody decided so."""


def missing_value_issues(frame: pd.DataFrame, schema: Schema) -> list[Issue]:
    """Return an issue for each sensitive column with blanks, and for each column with words that mean missing.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: Kinds and roles.
    """
    found = [issue for name in schema.sensitive if (issue := _blanks(frame[name], name)) is not None]
    for column in schema.columns:
        if column.kind is not Kind.CATEGORICAL:
            continue
        mark = words_for_missing(frame, column.name, refusals=column.role is Role.SENSITIVE)
        if mark is not None:
            found.append(_words(frame[column.name], mark, column.role))
    return found


def words_for_missing(frame: pd.DataFrame, name: str, *, refusals: bool = True) -> MarkMissing | None:
    """Return the edit that counts words for a missing value as missing; ``None`` if the column has none.

    Args:
        frame: Typed rows.
        name: The header.
        refusals: Whether ``declined`` and ``refused`` are such words. Of a loan they are an outcome.

    >>> frame = pd.DataFrame({"race": ["a", "Unknown", "Declined"]}, dtype="str")
    >>> words_for_missing(frame, "race").words, words_for_missing(frame, "race", refusals=False).words
    (('Unknown', 'Declined'), ('Unknown',))
    """
    meant = _WORDS | _REFUSALS if refusals else _WORDS
    values = [value for value in map(str, frame[name].dropna().unique()) if normalized(value) in meant]
    return MarkMissing(column=name, words=tuple(values)) if values else None


def _blanks(values: pd.Series, name: str) -> Issue | None:
    count = int(values.isna().sum())
    if not count or count == len(values):
        return None
    return Issue(
        check="blanks",
        columns=(name,),
        sentence=f"Sensitive column {name!r} is empty in {count:,} of {len(values):,} rows. These rows form a separate "
        "group, unless you leave them out.",
        rows=count,
        remedies=(LeaveOutRows(column=name),),
    )


def _words(values: pd.Series, mark: MarkMissing, role: Role) -> Issue:
    count = int(values.isin(list(mark.words)).sum())
    what = {Role.SENSITIVE: "a group", Role.TARGET: "an outcome"}.get(role, "a category")
    listed = " and ".join(map(repr, mark.words))
    return Issue(
        check="missing words",
        columns=(mark.column,),
        sentence=f"Column {mark.column!r} is {listed} in {count:,} rows. That reads as if nothing were known, but it "
        f"counts as {what} of its own.",
        rows=count,
        remedies=(mark,),
    )
