"""Whether the target has a value that the user names."""

from __future__ import annotations

import pandas as pd

from core.data.groups import as_text
from core.data.inference.cut_points import median_threshold
from core.data.label_spelling import spelled_like
from core.data.schema import Schema
from core.errors import FieldName, SchemaError, change, give

MAX_CLASSES = 20  # a numeric target with more values needs a threshold
_MAX_LISTED = 10


def targets_spelling(schema: Schema, frame: pd.DataFrame, value: str) -> str:
    """Return a value of the target as the target writes it: ``1`` for 1.0 or for the file's ``1,0``, ``Yes`` for yes.

    Args:
        schema: With a target.
        frame: Typed by ``schema``.
        value: As text.
    """
    column, told = schema.column(schema.target), pd.Series([value], dtype="str")
    if column.is_numeric and column.number_form.matches(told):
        value = str(column.number_form.to_plain(told)[0])
    return spelled_like(value, set(as_text(frame[schema.target].dropna())))


def check_value(schema: Schema, frame: pd.DataFrame, value: str, field: FieldName = "positive") -> None:
    """Raise a `SchemaError` if ``value`` is no value of the target. It lists the values or suggests a threshold.

    Args:
        schema: With a target.
        frame: Typed by ``schema``; an empty one is reported elsewhere.
        value: As text.
        field: The input that named it.
    """
    if frame.empty:
        return
    values = frame[schema.target].dropna()
    present = sorted(set(as_text(values)))
    if value in present:
        return
    if not present:
        raise all_missing(schema.target)
    if schema.column(schema.target).is_numeric and len(present) > MAX_CLASSES:
        raise needs_threshold(schema.target, values)
    listed = ", ".join(map(repr, present[:_MAX_LISTED])) + (", …" if len(present) > _MAX_LISTED else "")
    raise SchemaError(
        f"Target {schema.target!r} has no value {value!r}; its values are {listed}.",
        field=field,
        remedies=[change(field)],
    )


def all_missing(target: str) -> SchemaError:
    """Return the error about a target without any value."""
    return SchemaError(f"Target {target!r} is missing in every row.", field="target", remedies=[change("target")])


def needs_threshold(name: str, values: pd.Series) -> SchemaError:
    """Return the error about a number with many values that has no threshold."""
    return SchemaError(
        f"Target {name!r} is a number with {values.nunique()} values, so it needs a threshold for the positive "
        "outcome.",
        field="threshold",
        remedies=[give("threshold", median_threshold(values), "its median")],
    )
