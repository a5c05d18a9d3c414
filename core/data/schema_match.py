"""Check whether a frame has the columns and dtypes of its schema. Every package checks the tables that it receives."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.data.column import Kind
from core.data.schema import Schema

DTYPES: Final = {
    Kind.CATEGORICAL: "str",
    Kind.IDENTIFIER: "str",
    Kind.IMAGE: "str",
    Kind.NUMERICAL: "float64",
    Kind.INTEGER: "Int64",
    Kind.BOOLEAN: "boolean",
    Kind.DATETIME: "datetime64[us]",
}


def schema_mismatches(frame: pd.DataFrame, schema: Schema) -> list[str]:
    """Return one sentence for each mismatch of frame and schema; an empty list if they match.

    The check covers columns, their order and their dtypes, but not ranges and categories.

    >>> from core.data.sources.demo import demo_table
    >>> demo = demo_table(10)
    >>> schema_mismatches(demo.frame, demo.schema)
    []
    """
    if list(frame.columns) != schema.names:
        return [f"The columns are {list(map(str, frame.columns))}, but the schema has {schema.names}, in this order."]
    return [
        f"Column {column.name!r} has dtype {frame[column.name].dtype}, but a column of kind {column.kind} has "
        f"{DTYPES[column.kind]}. Cast the table with core.data.casting."
        for column in schema.columns
        if str(frame[column.name].dtype) != DTYPES[column.kind]
    ]
