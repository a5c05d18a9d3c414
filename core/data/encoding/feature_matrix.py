"""Encode typed rows as a matrix for linear models and networks (z-scores and one-hot categories), with their groups.

Numbers and times are z-scores. A missing one gets the median of the train rows, and an indicator column marks it. Other
values are one-hot, and missing is a category. A value unseen in training counts as infrequent if the column has an
infrequent category, else its columns are all zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from core.data.column import Role
from core.data.encoding.table import conditioning_groups, group_codes
from core.data.encoding.values import MAX_LEVELS, is_scalar, numbers, texts
from core.data.schema import Schema
from core.errors import SchemaError, give

FloatMatrix = NDArray[np.float64]


@dataclass(frozen=True)
class Features:
    """The encoding of rows as a feature matrix and groups, fitted on train rows.

    Args:
        schema: Schema of the train rows.
        names: Headers of the encoded columns, in the file's order.
        groups: Intersectional groups of the train rows; groups below the schema's minimum size are pooled.
        transformer: The fitted scikit-learn transformer.
    """

    schema: Schema
    names: tuple[str, ...]
    groups: tuple[str, ...]
    transformer: ColumnTransformer

    def matrix(self, frame: pd.DataFrame) -> FloatMatrix:
        """Return the rows' features, shape (n, d), finite.

        Raises:
            SchemaError: The table lacks a column.
        """
        _all_there(frame, self.names)
        return np.asarray(self.transformer.transform(_plain(frame, self.schema, self.names)), dtype=np.float64)

    def codes(self, frame: pd.DataFrame) -> NDArray[np.int64]:
        """Return the index of each row's group in `groups`, shape (n,).

        Groups unseen in training belong to the pooled group, or to the first group if there is no pooled one.

        Raises:
            SchemaError: The table lacks a sensitive column.
        """
        _all_there(frame, self.schema.sensitive)
        return group_codes(frame, self.schema, self.groups)


def fit_features(frame: pd.DataFrame, schema: Schema, *, with_sensitive: bool) -> Features:
    """Fit scales, categories and groups on typed train rows.

    Args:
        frame: Typed rows.
        schema: Kinds, roles and groups.
        with_sensitive: Whether the sensitive columns are features.

    Raises:
        SchemaError: The table lacks a column, has no features, no sensitive column, or only one group.
    """
    roles = {Role.FEATURE, Role.SENSITIVE} if with_sensitive else {Role.FEATURE}
    columns = [column for column in schema.columns if column.role in roles and not column.is_identifying]
    if not columns:
        raise SchemaError("No column has the role feature, so there is nothing to learn from; mark one as a feature.")
    if not schema.sensitive:
        raise SchemaError(
            "No column has the role sensitive, so there are no groups.", field="sensitive", remedies=[give("sensitive")]
        )
    names = tuple(column.name for column in columns)
    _all_there(frame, (*names, *schema.sensitive, schema.target))
    groups = conditioning_groups(frame, schema)
    if len(groups) < 2:
        raise SchemaError(
            f"The sensitive columns make fewer than two groups of at least {schema.min_group_size} rows, so there are "
            "no groups to compare; choose another sensitive column or a smaller min_group_size."
        )
    transformer = ColumnTransformer(
        [
            ("numbers", scaled_numbers(), [column.name for column in columns if is_scalar(column)]),
            ("values", one_hot(), [column.name for column in columns if not is_scalar(column)]),
        ]
    )
    return Features(schema, names, groups, transformer.fit(_plain(frame, schema, names)))


def scaled_numbers(missing: float = np.nan) -> Pipeline:
    """Return a transformer of numbers to z-scores, with the median and an indicator for missing numbers."""
    imputer = SimpleImputer(missing_values=missing, strategy="median", add_indicator=True, keep_empty_features=True)
    return make_pipeline(imputer, StandardScaler())


def one_hot() -> OneHotEncoder:
    """Return a one-hot encoder. The rarest of many categories share a column; unseen ones have none."""
    return OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MAX_LEVELS, sparse_output=False)


def _all_there(frame: pd.DataFrame, names: Sequence[str]) -> None:
    lacking = [name for name in names if name not in frame.columns]
    if lacking:
        raise SchemaError(f"The table has no column {lacking[0]!r}, which this method needs; add it.")


def _plain(frame: pd.DataFrame, schema: Schema, names: Sequence[str]) -> pd.DataFrame:
    """Return the columns as float64 with NaN, or as text, for scikit-learn."""
    return pd.DataFrame(
        {name: numbers(frame[name]) if is_scalar(schema.column(name)) else texts(frame[name]) for name in names}
    )
