"""The forms of identifiers, from which synthetic rows get new ones that belong to nobody."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from core.data.column import Kind
from core.data.forms.serials import serial_form
from core.data.schema import Schema


def with_serial_forms(schema: Schema, frames: Iterable[pd.DataFrame | None]) -> Schema:
    """Return the schema with the form of each identifier that has none yet; no identifier of the rows is of it.

    Args:
        schema: Columns and kinds.
        frames: All real rows, typed by ``schema``: train rows, test rows, rows without a target.
    """
    known = [frame for frame in frames if frame is not None]
    for column in schema.columns:
        if column.kind is Kind.IDENTIFIER and column.serial_form is None and known:
            values = pd.concat([frame[column.name].dropna() for frame in known])
            schema = schema.edited(column.name, serial_form=serial_form(values))
    return schema


def without_serial_forms(schema: Schema) -> Schema:
    """Return the schema without the forms of identifiers, for other rows."""
    for column in schema.columns:
        if column.serial_form is not None:
            schema = schema.edited(column.name, serial_form=None)
    return schema
