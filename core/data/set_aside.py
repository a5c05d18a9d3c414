"""Columns that are no features because they say something about the rows: who decided, how much they count, when."""

from __future__ import annotations

from collections.abc import Collection

from core.data.column import Role
from core.data.schema import Schema
from core.errors import DataError, FieldName, change


def set_aside(
    schema: Schema, name: str, field: FieldName, *, purpose: str, reason: str, taken: Collection[str]
) -> Schema:
    """Return the schema in which a column is ignored.

    Args:
        schema: Kinds and roles.
        name: The column.
        field: The input that named it.
        purpose: What it is for, as "cannot ... too" says it.
        reason: Why it is ignored, in a sentence.
        taken: Columns with another use.

    Raises:
        DataError: There is no such column, or it has another use.
    """
    if name not in schema.names:
        raise DataError(f"The table has no column {name!r}.", field=field, remedies=[change(field)])
    use = {Role.TARGET: "the target", Role.SENSITIVE: "a sensitive column"}.get(schema.column(name).role)
    if use is None and name in taken:
        use = "given for something else"
    if use is not None:
        raise DataError(f"Column {name!r} is {use}, so it cannot {purpose} too.", field=field, remedies=[change(field)])
    return schema.edited(name, role=Role.IGNORED, reason=reason)
