"""Typed rows -> a matrix for linear models and networks, and the crossed groups: z-scores and one-hot categories.

Numbers and times are z-scores, missing ones sit at the train rows' median and are told by a column of their own; other
values are one-hot, missing ones a value like any other. Values not seen in training have no column: all of theirs are
zero, or rare values' where a column has so many that the rarest share one.
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

from core.data.encoding.table import conditioning_groups, group_codes
from core.data.encoding.values import MAX_LEVELS, is_scalar, numbers, texts
from core.data.schema import Role, Schema
from core.errors import SchemaError, give

FloatMatrix = NDArray[np.float64]


@dataclass(frozen=True)
class Features:
    """How rows become a matrix and groups; fitted on train rows.

    Args:
        schema: Of the train rows.
        names: Headers of the columns that the matrix is made of, in the file's order.
        groups: Crossed groups of the train rows; those smaller than the schema's smallest group are pooled.
        transformer: scikit-learn's parts, fitted.
    """

    schema: Schema
    names: tuple[str, ...]
    groups: tuple[str, ...]
    transformer: ColumnTransformer

    def matrix(self, frame: pd.DataFrame) -> FloatMatrix:
        """The rows' features, shape (n, d), finite.

        Raises:
            SchemaError: The table lacks a column.
        """
        _all_there(frame, self.names)
        return np.asarray(self.transformer.transform(_plain(frame, self.schema, self.names)), dtype=np.float64)

    def codes(self, frame: pd.DataFrame) -> NDArray[np.int64]:
        """Place of each row's group among `groups`, shape (n,); groups not seen in training are in the pool.

        Where no group had to be pooled there is none, and they count as the first group.

        Raises:
            SchemaError: The table lacks a sensitive column.
        """
        _all_there(frame, self.schema.sensitive)
        return group_codes(frame, self.schema, self.groups)


def fit_features(frame: pd.DataFrame, schema: Schema, *, with_sensitive: bool) -> Features:
    """Learn scales, categories and groups from typed train rows.

    Args:
        frame: Typed rows.
        schema: Kinds, roles and groups.
        with_sensitive: Whether the sensitive columns are among the features.

    Raises:
        SchemaError: The table lacks a column, has no features, no sensitive column, or only one group.
    """
    kept = {Role.FEATURE, Role.SENSITIVE} if with_sensitive else {Role.FEATURE}
    columns = [one for one in schema.columns if one.role in kept and not one.is_identifying]
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
            f"The sensitive columns make fewer than two groups of at least {schema.min_group_size} rows, so there is "
            "nothing to make alike; choose another sensitive column or a smaller min_group_size."
        )
    transformer = ColumnTransformer(
        [
            ("numbers", scaled_numbers(), [column.name for column in columns if is_scalar(column)]),
            ("values", one_hot(), [column.name for column in columns if not is_scalar(column)]),
        ]
    )
    return Features(schema, names, groups, transformer.fit(_plain(frame, schema, names)))


def scaled_numbers(missing: float = np.nan) -> Pipeline:
    """Z-scores of numbers; a missing one sits at the median, and a column of its own says so."""
    imputer = SimpleImputer(missing_values=missing, strategy="median", add_indicator=True, keep_empty_features=True)
    return make_pipeline(imputer, StandardScaler())


def one_hot() -> OneHotEncoder:
    """A column for each category; the rarest of many share one, and what was not seen in training has none."""
    return OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MAX_LEVELS, sparse_output=False)


def _all_there(frame: pd.DataFrame, names: Sequence[str]) -> None:
    lacking = [name for name in names if name not in frame.columns]
    if lacking:
        raise SchemaError(f"The table has no column {lacking[0]!r}, which this method needs; add it.")


def _plain(frame: pd.DataFrame, schema: Schema, names: Sequence[str]) -> pd.DataFrame:
    """The columns as float64 with NaN, or as text: dtypes that scikit-learn takes."""
    return pd.DataFrame(
        {name: numbers(frame[name]) if is_scalar(schema.column(name)) else texts(frame[name]) for name in names}
    )
