"""Apply what a person decided after the checks: to the schema at once, to rows wherever they are read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.data.checks.edits import (
    DropDuplicates,
    Edit,
    ExcludeColumn,
    LeaveOutRows,
    MarkMissing,
    MergeValues,
    RefuseRelation,
    UseColumn,
)
from core.data.checks.issue import Change
from core.data.column import Kind, Role
from core.data.schema import Schema
from core.errors import SchemaError, change, leave_out

_ORDER = (MergeValues, MarkMissing, LeaveOutRows, DropDuplicates, ExcludeColumn, UseColumn, RefuseRelation)
"""Values first, then rows, since rows may be the same only after values are merged."""


def choose(schema: Schema, edit: Edit) -> Schema:
    """Return the schema with an edit, and with the role that follows from it.

    Raises:
        SchemaError: The column has a role that the edit cannot change.
    """
    kept = tuple(one for one in schema.edits if one.name != edit.name)
    match edit:
        case ExcludeColumn(column=first, replicates=others):
            for name in (first, *others):
                _check_free(schema, name)
                schema = schema.edited(name, role=Role.IGNORED, reason="Left out after a check of the data.")
        case UseColumn(column=name, kind=kind):
            schema = schema.edited(
                name, kind=kind, role=schema.default_role, reason="Chosen after a check.", serial_form=None
            )
        case MergeValues(column=name, spellings=spellings):
            schema.column(name)
            if name in schema.with_role(Role.TARGET) and schema.positive in spellings:
                schema = schema.replaced(positive=spellings[schema.positive])
        case MarkMissing(column=name) | LeaveOutRows(column=name):
            schema.column(name)
        case DropDuplicates() | RefuseRelation():
            pass
    return schema.replaced(edits=(*kept, edit))


def undo(schema: Schema, name: str) -> Schema:
    """Return the schema without the edit of this name, and with the role that the column had before."""
    for edit in schema.edits:
        if edit.name != name:
            continue
        if isinstance(edit, ExcludeColumn):
            for column in (edit.column, *edit.replicates):
                schema = schema.edited(column, role=schema.default_role, reason="")
        if isinstance(edit, UseColumn):
            schema = schema.edited(edit.column, kind=Kind.IDENTIFIER, role=Role.IGNORED, reason="")
    return schema.replaced(edits=tuple(edit for edit in schema.edits if edit.name != name))


def standing(schema: Schema) -> Schema:
    """Return the schema without edits that a later choice of kinds and roles has overruled."""
    kept = tuple(edit for edit in schema.edits if _stands(edit, schema))
    return schema if kept == schema.edits else schema.replaced(edits=kept)


def with_rows_as_they_are(schema: Schema) -> Schema:
    """Return the schema of rows that were changed already, without the edits that changed them."""
    kept = tuple(edit for edit in schema.edits if isinstance(edit, ExcludeColumn | UseColumn | RefuseRelation))
    return schema.replaced(edits=kept)


def with_merged_values(frame: pd.DataFrame, edits: Sequence[Edit]) -> pd.DataFrame:
    """Return typed rows in which spellings are merged, and values that mean missing are missing."""
    for edit in edits:
        if isinstance(edit, MergeValues | MarkMissing) and edit.column in frame:
            frame = frame.assign(**{edit.column: _merged(frame[edit.column], edit)})
    return frame


def with_edits(frame: pd.DataFrame, schema: Schema) -> tuple[pd.DataFrame, tuple[Change, ...]]:
    """Return typed rows as a person decided, with a new index where rows were left out, and what changed.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: With the edits.
    """
    changes = []
    for edit in sorted(schema.edits, key=lambda edit: _ORDER.index(type(edit))):
        count = 0
        match edit:
            case MergeValues(column=name) | MarkMissing(column=name):
                count = int(frame[name].isin(_replaced(edit)).sum())
                frame = frame.assign(**{name: _merged(frame[name], edit)})
            case LeaveOutRows(column=name):
                frame, count = _without(frame, frame[name].isna())
            case DropDuplicates(besides=names):
                frame, count = _without(frame, frame.drop(columns=list(names)).duplicated())
        changes.append(Change(edit=edit, rows=count))
    return frame, tuple(changes)


def _merged(values: pd.Series, edit: MergeValues | MarkMissing) -> pd.Series:
    if isinstance(edit, MergeValues):
        return values.replace(edit.spellings)
    return values.where(~values.isin(edit.words))


def _replaced(edit: MergeValues | MarkMissing) -> list[str]:
    return list(edit.spellings if isinstance(edit, MergeValues) else edit.words)


def _without(frame: pd.DataFrame, dropped: pd.Series) -> tuple[pd.DataFrame, int]:
    return (frame[~dropped].reset_index(drop=True), int(dropped.sum())) if dropped.any() else (frame, 0)


def _stands(edit: Edit, schema: Schema) -> bool:
    match edit:
        case ExcludeColumn(column=name):
            return schema.column(name).role is Role.IGNORED
        case UseColumn(column=name, kind=kind):
            return schema.column(name).kind is kind
        case MergeValues(column=name) | MarkMissing(column=name):
            return schema.column(name).kind is Kind.CATEGORICAL
    return True


def _check_free(schema: Schema, name: str) -> None:
    role = schema.column(name).role
    if role in (Role.TARGET, Role.SENSITIVE):
        what = "the outcome" if role is Role.TARGET else "a sensitive column"
        raise SchemaError(
            f"Column {name!r} is {what}, so it cannot be left out.",
            field="apply",
            remedies=[change("apply"), leave_out("apply")],
        )
