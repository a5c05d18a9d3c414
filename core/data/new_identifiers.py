"""The forms of identifiers, from which synthetic rows get new ones that belong to nobody."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from core.data.column import Kind
from core.data.forms.serials import serial_form
from core.data.schema import Schema


def with_serial_forms(schema: Schema, frames: Iterable[pd.DataFrame | None]) -> Schema:
    """Return the schema with the form of each identifier, which no identifier of the rows has.

    Args:
        schema: Columns and kinds.
        frames: All real rows, typed by ``schema``: train rows, test rows, rows without a target.
    """
    known = [frame for frame in frames if frame is not None]
    for column in schema.columns:
        if column.kind is Kind.IDENTIFIER and known:
            values = pd.concat([frame[column.name].dropna() for frame in known])
            schema = schema.edited(column.name, serial_form=serial_form(values))
    return schema
