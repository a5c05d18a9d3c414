"""Assign the roles that the user chose. Open choices get defaults, each with a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import pandas as pd

from core.data.column import Column, Kind, Role
from core.data.groups import as_text, bin_names
from core.data.inference.cut_points import median_threshold, quantile_bin_edges
from core.data.inference.favorable import with_guess
from core.data.inference.name_hints import POSITIVE_VALUES, is_age_name, is_protected_name
from core.data.inference.target_values import MAX_CLASSES, check_value, needs_threshold, targets_spelling
from core.data.schema import Schema
from core.errors import FieldName, SchemaError, change, give, leave_out

Notes = tuple[str, ...]
_MAX_VALUES = 8  # an age or a number with fractions that has more values is binned
_MAX_GUESSED = 10  # a guessed target that is a number with more values is divided at its median
_MAX_CODES = 30  # so are whole numbers with more values; fewer are codes of groups more often than quantities
_MAX_PROTECTED = 500  # a nationality or a religion is never a quantity


def assign_roles(
    schema: Schema,
    frame: pd.DataFrame,
    *,
    target: str | None = None,
    positive: str | None = None,
    threshold: float | None = None,
    sensitive: Sequence[str] = (),
    bin_edges: Mapping[str, Sequence[float]] | None = None,
    at_median: bool = False,
) -> tuple[Schema, Notes]:
    """Set target, positive value, sensitive columns and their groups.

    A given target or list of sensitive columns replaces the inferred one; the columns that lose their role become
    features. Roles that are not given stay as inferred. An open positive value or open groups get a default. Another
    outcome gets a guess of which side is favourable; one that is the same keeps what was said of it.

    Args:
        schema: Inferred or edited schema.
        frame: Typed by ``schema``, shape (n, columns).
        target: Header of the outcome.
        positive: The target's positive value, as text.
        threshold: A numeric target is positive at or above it.
        sensitive: Headers of the sensitive columns.
        bin_edges: Ascending bin edges by header of a numeric sensitive column.
        at_median: Whether a number with many values is positive from its median on, if nobody says from where.

    Returns:
        The new schema, and a note for each default.

    Raises:
        SchemaError: A column, value, threshold or bin edge does not fit the table.
    """
    before = _outcome(schema)
    schema = _with_sensitive(schema, sensitive, target)
    schema = _with_target(schema, target)
    schema = _with_bin_edges(schema, bin_edges or {})
    schema, group_notes = _with_quantile_groups(schema, frame)
    schema, target_notes = _with_outcome(schema, frame, positive, threshold, at_median=at_median)
    if _outcome(schema) != before:
        schema = with_guess(schema)
    return schema, (*group_notes, *target_notes)


def _outcome(schema: Schema) -> tuple[object, ...]:
    return (*schema.with_role(Role.TARGET), schema.positive, schema.threshold)


def _with_sensitive(schema: Schema, sensitive: Sequence[str], target: str | None) -> Schema:
    if not sensitive:
        return schema
    if target in sensitive:
        raise SchemaError(
            f"Column {target!r} is both the target and sensitive.",
            field="target",
            remedies=[change("target"), change("sensitive")],
        )
    for name in schema.sensitive:
        if name not in sensitive:
            schema = schema.edited(
                name, role=schema.default_role, bin_edges=(), bin_names=(), reason=_not_chosen(schema)
            )
    for name in dict.fromkeys(sensitive):
        column = schema.column(name, "sensitive")
        _check_no_image(column, "sensitive")
        kind = Kind.CATEGORICAL if column.kind is Kind.IDENTIFIER else column.kind
        reason = column.reason if column.role is Role.SENSITIVE else "Sensitive: chosen."
        schema = schema.edited(name, role=Role.SENSITIVE, kind=kind, reason=reason)
    return schema


def _with_target(schema: Schema, target: str | None) -> Schema:
    if target is None:
        return schema
    column = schema.column(target, "target")
    _check_no_image(column, "target")
    if column.kind is Kind.IDENTIFIER:
        raise SchemaError(
            f"Column {target!r} is an identifier, so it cannot be the target.",
            field="target",
            remedies=[change("target")],
        )
    if column.role is Role.TARGET:
        return schema.edited(target, role=Role.TARGET)
    schema = schema.without_outcome()
    for name in schema.with_role(Role.TARGET):
        schema = schema.edited(name, role=schema.default_role, reason=_not_chosen(schema))
    return schema.edited(target, role=Role.TARGET, bin_edges=(), bin_names=(), reason="Target: chosen.")


def _not_chosen(schema: Schema) -> str:
    return "A feature: not chosen." if schema.default_role is Role.FEATURE else "Ignored: not chosen."


def _check_no_image(column: Column, field: FieldName) -> None:
    if column.kind is Kind.IMAGE:
        raise SchemaError(
            f"Column {column.name!r} names the images and describes no property of them.",
            field=field,
            remedies=[change(field)],
        )


def _with_bin_edges(schema: Schema, bin_edges: Mapping[str, Sequence[float]]) -> Schema:
    for name, edges in bin_edges.items():
        column = schema.column(name, "bin_edges")
        if column.role is not Role.SENSITIVE or not column.is_numeric:
            reason = "not sensitive" if column.role is not Role.SENSITIVE else f"{column.kind}, not numeric"
            is_date = column.kind is Kind.DATETIME
            instead = " Write the year or the age into a column of the file; that column takes them." if is_date else ""
            raise SchemaError(
                f"Column {name!r} is {'a date' if is_date else reason}, so it takes no cut points.{instead}",
                field="bin_edges",
                remedies=[leave_out("bin_edges")],
            )
        schema = schema.edited(name, bin_edges=tuple(float(edge) for edge in edges), bin_names=())
    return schema


def _with_quantile_groups(schema: Schema, frame: pd.DataFrame) -> tuple[Schema, Notes]:
    """Bin the numeric sensitive columns that have many values and no bin edges yet; say which ones count as codes."""
    notes = []
    for name in schema.sensitive:
        column = schema.column(name)
        count = int(frame[name].nunique())
        if not column.is_numeric or column.bin_edges or count <= _MAX_VALUES:
            continue
        most = _MAX_PROTECTED if is_protected_name(name) else _MAX_CODES
        if column.kind is Kind.INTEGER and count <= most and not is_age_name(name):
            notes.append(
                f"Column {name!r} holds {count} different whole numbers, and each is compared as a group of its own, "
                "as codes of groups are; if they are quantities, give cut points."
            )
            continue
        schema = schema.edited(name, bin_edges=quantile_bin_edges(frame[name]), bin_names=())
        groups = ", ".join(bin_names(schema.column(name)))
        notes.append(
            f"Column {name!r} is compared in groups of similar size ({groups}); you can give other cut points."
        )
    return schema, tuple(notes)


def _with_outcome(
    schema: Schema, frame: pd.DataFrame, positive: str | None, threshold: float | None, *, at_median: bool
) -> tuple[Schema, Notes]:
    """Set the positive value or the threshold. If neither is given, choose a positive value."""
    if not schema.with_role(Role.TARGET):
        if positive is not None or threshold is not None:
            raise SchemaError(
                "A positive value or a threshold needs a target, but no column is the target.",
                field="target",
                remedies=[give("target")],
            )
        return schema, ()
    if positive is not None and threshold is not None:
        raise SchemaError(
            f"Target {schema.target!r} takes a positive value or a threshold, not both.",
            field="threshold",
            remedies=[leave_out("positive"), leave_out("threshold")],
        )
    if threshold is not None:
        if not schema.column(schema.target).is_numeric:
            raise SchemaError(
                f"Target {schema.target!r} is {schema.column(schema.target).kind}, so a threshold cannot divide it.",
                field="threshold",
                remedies=[give("positive")],
            )
        return schema.with_outcome(threshold=threshold), ()
    if positive is not None:
        positive = targets_spelling(schema, frame, positive)
        check_value(schema, frame, positive)
        return schema.with_outcome(positive=positive), ()
    if schema.positive is not None or schema.threshold is not None:
        return schema, ()
    return _with_likely_positive(schema, frame, at_median=at_median)


def _with_likely_positive(schema: Schema, frame: pd.DataFrame, *, at_median: bool) -> tuple[Schema, Notes]:
    values = frame[schema.target].dropna()
    counts = pd.Series(as_text(values), dtype="str").value_counts()
    if counts.empty:
        return schema, ()  # check_ready reports this
    column = schema.column(schema.target)
    if column.is_numeric and len(counts) > (_MAX_GUESSED if column.guessed else MAX_CLASSES):
        if not (at_median or column.guessed):
            raise needs_threshold(schema.target, values)
        middle = median_threshold(values)
        note = f"Target {schema.target!r} counts as positive from its median, {middle:g}, on; say another threshold."
        return schema.with_outcome(threshold=middle), (note,)
    usual = [value for value in counts.index if str(value).strip().lower() in POSITIVE_VALUES]
    positive = cast("str", usual[0] if len(usual) == 1 else counts.index[-1])
    why = "a usual word for a positive outcome" if len(usual) == 1 else "its rarest value"
    note = f"Target {schema.target!r}: {positive!r} counts as positive ({why}); choose another if that is wrong."
    return schema.with_outcome(positive=positive), (note,)
