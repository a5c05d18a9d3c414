"""Categories that are written in several ways: they differ only in case, blanks or how accents are composed."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from core.data.checks.edits import MergeValues
from core.data.checks.issue import Issue
from core.data.column import Kind, Role
from core.data.label_spelling import plain_spelling
from core.data.schema import Schema

_MAX_LISTED = 4


def spelling_issues(frame: pd.DataFrame, schema: Schema) -> list[Issue]:
    """Return an issue for each column with categories that are written in several ways; outcome and groups first.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: Kinds and roles.
    """
    rank = {Role.TARGET: 0, Role.SENSITIVE: 1}
    columns = sorted(schema.columns, key=lambda column: rank.get(column.role, 2))
    found = []
    for column in columns:
        merge = merged_spellings(frame, column.name) if column.kind is Kind.CATEGORICAL else None
        if merge is not None:
            found.append(_issue(frame[column.name], merge, column.role))
    return found


def merged_spellings(frame: pd.DataFrame, name: str) -> MergeValues | None:
    """Return the edit that writes each category in its commonest spelling; ``None`` if each has one spelling only.

    >>> frame = pd.DataFrame({"sex": ["Male", "Male", "male ", "Female"]}, dtype="str")
    >>> merged_spellings(frame, "sex").spellings
    {'male ': 'Male'}
    """
    counts = frame[name].value_counts()  # most frequent first, ties as they come in the rows
    kept: dict[str, str] = {}
    for value in _tidiest_first(counts):
        kept.setdefault(_key(value), value)
    merged = {value: kept[_key(value)] for value in map(str, counts.index) if kept[_key(value)] != value}
    return MergeValues(column=name, spellings=merged) if merged else None


def _tidiest_first(counts: pd.Series) -> Iterable[str]:
    """Yield the values, most frequent first; of two that are as frequent, the one without blanks around it."""
    values = [(str(value), int(count)) for value, count in counts.items()]
    return [value for value, _ in sorted(values, key=lambda one: (-one[1], one[0] != one[0].strip()))]


def _key(value: str) -> str:
    r"""Return what is equal for values that differ only in case, blanks or how accents are composed.

    >>> _key(" Caf\u00e9  Noir") == _key("cafe\u0301 noir"), _key("1") == _key("1.0")
    (True, False)
    """
    return plain_spelling(value)


def _issue(values: pd.Series, merge: MergeValues, role: Role) -> Issue:
    groups: dict[str, list[str]] = {}
    for value, kept in merge.spellings.items():
        groups.setdefault(kept, [kept]).append(value)
    listed = "; ".join(" and ".join(map(repr, spellings)) for spellings in list(groups.values())[:_MAX_LISTED])
    what, meaning = {
        Role.TARGET: ("Outcome", "Each spelling counts as an outcome of its own."),
        Role.SENSITIVE: ("Sensitive column", "Each spelling counts as a group of its own."),
    }.get(role, ("Column", "Each spelling counts as a category of its own."))
    more = "; …" if len(groups) > _MAX_LISTED else ""
    return Issue(
        check="spellings",
        columns=(merge.column,),
        sentence=f"{what} {merge.column!r} has values that differ only in case or blanks: {listed}{more}. {meaning}",
        rows=int(values.isin(list(merge.spellings)).sum()),
        remedies=(merge,),
    )
