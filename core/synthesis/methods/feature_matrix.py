"""Typed rows -> the numeric matrix, 0/1 labels and crossed groups that fairlearn's systems learn from.

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
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from core.data.encoding.table import conditioned_groups, group_codes
from core.data.groups import MISSING_GROUP, as_text, target_labels
from core.data.schema import Column, Kind, Role, Schema
from core.data.split import validation_split
from core.errors import SchemaError
from core.events import Event, Listener
from core.synthesis.base import LEARN

Matrix = NDArray[np.float64]
_MAX_LEVELS = 250  # a column of free text must not become a column for each of its values
_LARGEST = 1e30  # so that scaling cannot overflow


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

    def matrix(self, frame: pd.DataFrame) -> Matrix:
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


@dataclass(frozen=True)
class Rows:
    """Rows to learn from: ``matrix`` (n, d), ``labels`` (n,) of 0 and 1 with both present, ``codes`` (n,)."""

    matrix: Matrix
    labels: NDArray[np.int8]
    codes: NDArray[np.int64]


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
    columns = [one for one in schema.columns if one.role in kept and not one.names_rows]
    if not columns:
        raise SchemaError("No column has the role feature, so there is nothing to learn from; mark one as a feature.")
    if not schema.sensitive:
        raise SchemaError("No column has the role sensitive, so there are no groups; name one with --sensitive.")
    names = tuple(column.name for column in columns)
    _all_there(frame, (*names, *schema.sensitive, schema.target))
    groups = conditioned_groups(frame, schema)
    if len(groups) < 2:
        raise SchemaError(
            f"The sensitive columns make fewer than two groups of at least {schema.min_group_size} rows, so there is "
            "nothing to make alike; choose another sensitive column or a smaller min_group_size."
        )
    transformer = ColumnTransformer(
        [
            ("numbers", _numbers(), [column.name for column in columns if _is_scalar(column)]),
            ("values", _values(), [column.name for column in columns if not _is_scalar(column)]),
        ]
    )
    return Features(schema, names, groups, transformer.fit(_plain(frame, schema, names)))


def rows_of(frame: pd.DataFrame, features: Features) -> Rows:
    """Matrix, labels and groups of typed rows that have outcomes; a target of many values: one against the rest.

    Raises:
        SchemaError: The target is missing in some row, or all rows have the same outcome.
    """
    labels = target_labels(frame, features.schema)
    if len(np.unique(labels)) < 2:
        raise SchemaError("The rows to learn from have one outcome only, so there is nothing to learn.")
    return Rows(features.matrix(frame), labels, features.codes(frame))


def at_most(frame: pd.DataFrame, schema: Schema, rows: int, seed: int) -> pd.DataFrame:
    """All rows, or so many of them, drawn with every combination of target and group in its share."""
    return frame if len(frame) <= rows else validation_split(frame, schema, rows / len(frame), seed)[1]


def tell(listener: Listener, step: int, total: int, message: str = "") -> None:
    """One event of the stage `LEARN`."""
    listener(Event(LEARN, step, total, message=message))


def _numbers() -> object:
    return make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True), StandardScaler()
    )


def _values() -> object:
    return OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=_MAX_LEVELS, sparse_output=False)


def _is_scalar(column: Column) -> bool:
    return column.is_numeric or column.kind is Kind.DATETIME


def _all_there(frame: pd.DataFrame, names: Sequence[str]) -> None:
    lacking = [name for name in names if name not in frame.columns]
    if lacking:
        raise SchemaError(f"The table has no column {lacking[0]!r}, which this method needs; add it.")


def _plain(frame: pd.DataFrame, schema: Schema, names: Sequence[str]) -> pd.DataFrame:
    """The columns as float64 with NaN, or as text: dtypes that scikit-learn takes."""
    return pd.DataFrame({name: _plain_column(frame[name], schema.column(name)) for name in names})


def _plain_column(values: pd.Series, column: Column) -> NDArray[np.float64] | NDArray[np.object_]:
    if column.kind is Kind.DATETIME:
        values = (values - pd.Timestamp(0)) / pd.Timedelta(days=1)
    if _is_scalar(column):
        return np.asarray(values.to_numpy(dtype=float, na_value=np.nan), dtype=np.float64).clip(-_LARGEST, _LARGEST)
    return np.where(values.isna().to_numpy(dtype=bool), MISSING_GROUP, as_text(values)).astype(object)
