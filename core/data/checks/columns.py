"""Columns from which nothing can be learned: empty, the same in every row, or naming the rows."""

from __future__ import annotations

import pandas as pd

from core.data.checks.edits import ExcludeColumn, UseColumn
from core.data.checks.issue import Issue
from core.data.column import Column, Kind, Role
from core.data.groups import as_text
from core.data.io.text_values import whole_mask
from core.data.schema import Schema

_MAX_SHOWN, _HARDLY_REPEATED = 40, 0.9


def column_issues(frame: pd.DataFrame, schema: Schema) -> list[Issue]:
    """Return an issue for each column from which nothing can be learned; target and sensitive columns have errors.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: Kinds and roles.
    """
    found = [
        _issue(frame[column.name], column)
        for column in schema.columns
        if column.role in (Role.FEATURE, Role.IGNORED) and column.name != schema.reference
    ]
    repeated = _repeated_key(frame, schema)
    return [issue for issue in (repeated, *found) if issue is not None]


def _repeated_key(frame: pd.DataFrame, schema: Schema) -> Issue | None:
    """Return an issue if an identifier repeats, as where a person has several rows."""
    keys = [one.name for one in schema.columns if one.kind is Kind.IDENTIFIER and one.role is Role.IGNORED]
    counts = {name: int(frame[name].nunique()) for name in keys}
    repeated = [name for name in keys if 0 < counts[name] < _HARDLY_REPEATED * frame[name].notna().sum()]
    if not repeated:
        return None
    name = max(repeated, key=lambda one: counts[one])
    rows = int(frame[name].notna().sum())
    return Issue(
        check="persons",
        columns=(name,),
        sentence=f"{rows:,} rows have {counts[name]:,} different values of {name!r}. If these are persons with several "
        "rows, test rows that are drawn from this table are of the same persons, and figures of models are too good.",
        rows=rows,
    )


def used_column(values: pd.Series, column: Column) -> UseColumn:
    """Return the edit that makes a column a feature: whole numbers or categories, if it was taken for an identifier."""
    if column.kind is not Kind.IDENTIFIER:
        return UseColumn(column=column.name, kind=column.kind)
    is_number = bool(whole_mask(values.dropna().astype("str")).all())
    return UseColumn(column=column.name, kind=Kind.INTEGER if is_number else Kind.CATEGORICAL)


def _issue(values: pd.Series, column: Column) -> Issue | None:
    known = values.dropna().drop_duplicates()
    name, is_feature = column.name, column.role is Role.FEATURE
    remedies = (ExcludeColumn(column=name),) if is_feature else ()
    if known.empty:
        sentence = f"Column {name!r} has no value in any row" + (
            ", so nothing can be learned from it." if is_feature else ", so it is ignored; fill it in to use it."
        )
        return Issue(check="empty", columns=(name,), sentence=sentence, rows=len(values), remedies=remedies)
    if len(known) == 1 and len(values) > 1 and is_feature and not values.isna().any():
        shown = str(as_text(known)[0])
        shown = shown if len(shown) <= _MAX_SHOWN else shown[:_MAX_SHOWN] + "…"
        sentence = f"Column {name!r} has the same value in every row, {shown!r}, so it carries no information."
        return Issue(check="constant", columns=(name,), sentence=sentence, rows=len(values), remedies=remedies)
    if column.kind is Kind.IDENTIFIER and column.role is Role.IGNORED:
        why = column.reason.removeprefix("Identifier: ").partition(". ")[0].rstrip(".") or "its kind says so"
        sentence = f"Column {name!r} was read as an identifier: {why}. It is ignored, and synthetic rows get new ones."
        use = used_column(values, column)
        return Issue(check="identifier", columns=(name,), sentence=sentence, rows=len(values), remedies=(use,))
    return None
