"""Columns as engines want them that know categories and whole or real numbers, and no missing values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

MISSING = "missing value"
"""The category of cells without a value."""


def category_names(train: pd.DataFrame, request: dict[str, Any]) -> list[str]:
    """Return the columns that are categories: text, the target and the sensitive columns."""
    import pandas as pd

    named = {request["target"], *request["sensitive"]}
    return [name for name in train if name in named or not pd.api.types.is_numeric_dtype(train[name])]


def without_missing(train: pd.DataFrame, categories: list[str]) -> pd.DataFrame:
    """Return the rows with categories as text, whole numbers as int64, others as float64, and nothing missing.

    Raises:
        ValueError: A number is missing.
    """
    import pandas as pd

    columns = {}
    for name, column in train.items():
        if name in categories:
            columns[name] = column.astype("object").where(column.notna(), MISSING).astype("str")
        elif column.isna().any():
            raise ValueError(f"Column {name!r} has missing numbers, which this engine cannot learn; fill them first.")
        else:
            columns[name] = column.astype("int64" if pd.api.types.is_integer_dtype(column) else "float64")
    return pd.DataFrame(columns)


def with_missing(rows: pd.DataFrame, train: pd.DataFrame, categories: list[str]) -> pd.DataFrame:
    """Return synthetic rows with cells of the category `MISSING` empty, and categories in the train rows' dtypes."""
    cells = rows[categories].astype("object")
    return rows.assign(**cells.where(cells != MISSING, None).astype(train[categories].dtypes))
