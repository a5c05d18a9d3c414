"""What the audit needs to know of a kind of data, and the answers for plain tables.

`core.audit` measures rows with a target and groups, whatever else belongs to them. Four things depend on that: what a
classifier is trained on, as which points rows are compared, whether single columns carry features, and what further
copies there could be. The kinds other than tables are packages of `core.modalities`.
"""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from core.audit.protocols import tabular
from core.audit.records import Record
from core.data.examples import Examples
from core.data.schema import Schema
from core.learning.catalog import DEFAULT_CLASSIFIER, ClassifierName


class FeatureSpace(Protocol):
    """Rows in the form in which they are compared with rows: everything that is compared stands in a column."""

    @property
    def schema(self) -> Schema:
        """Of the rows in this form."""

    def note(self, largest: int) -> str:
        """How rows are compared, for the reader of a figure, if the largest table has so many; empty if as they are."""

    def rows(self, examples: Examples) -> pd.DataFrame:
        """Examples in this form, all of them or a sample."""


class DataKind(Protocol):
    """The parts of an audit that depend on the kind of data."""

    @property
    def classifier(self) -> ClassifierName:
        """Which downstream classifier learns from columns and latents."""

    @property
    def features_in_columns(self) -> bool:
        """Whether features stand in columns, so that single columns can be proxies of a group."""

    def check(self, schema: Schema, what: str, examples: Examples) -> None:
        """Raise a `DataError` if something does not belong to these rows that must; ``what`` they are is told."""

    def fit(
        self,
        schema: Schema,
        source: str,
        rows: Examples,
        train: Examples,
        holdout: Examples,
        *,
        with_sensitive: bool,
    ) -> tabular.Trainable:
        """Protocol A (with the sensitive columns) or B (without).

        Args:
            schema: Roles, positive value, groups.
            source: Whose rows.
            rows: Those to train on, each with a target.
            train: Real train rows.
            holdout: Real rows to test on.
            with_sensitive: Whether the classifier sees the sensitive columns.
        """

    def fit_within(self, schema: Schema, source: str, rows: Examples) -> tabular.Trainable | None:
        """Protocol D: trained and tested on one source's rows; nothing if there are too few of either outcome."""

    def feature_space(self, schema: Schema, train: Examples) -> FeatureSpace:
        """The space in which rows are compared, fitted to the real train rows."""

    def copy_records(self, schema: Schema, train: Examples, made: Examples, source: str) -> list[Record]:
        """Copies of train rows beyond those that `core.audit.metrics.privacy` finds in the columns."""


class TableColumns:
    """Rows as they are.

    Args:
        schema: Of the rows.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def note(self, largest: int) -> str:
        """Nothing needs to be said."""
        del largest
        return ""

    def rows(self, examples: Examples) -> pd.DataFrame:
        """The rows themselves."""
        return examples.frame


class Tabular:
    """Plain tables: a downstream classifier on columns, rows compared column by column.

    Args:
        classifier: Which downstream classifier.
    """

    features_in_columns = True

    def __init__(self, classifier: ClassifierName = DEFAULT_CLASSIFIER) -> None:
        self.classifier: ClassifierName = classifier

    def check(self, schema: Schema, what: str, examples: Examples) -> None:
        """Nothing needs to belong to a row."""

    def fit(
        self,
        schema: Schema,
        source: str,
        rows: Examples,
        train: Examples,
        holdout: Examples,
        *,
        with_sensitive: bool,
    ) -> tabular.Fit:
        """The classifier on all columns with a role."""
        frames = rows.frame, train.frame, holdout.frame
        return tabular.on_rows(schema, source, *frames, with_sensitive=with_sensitive, classifier=self.classifier)

    def fit_within(self, schema: Schema, source: str, rows: Examples) -> tabular.Fit | None:
        """The classifier on 70 % of the rows, tested on the others."""
        return tabular.within(schema, source, rows.frame, self.classifier)

    def feature_space(self, schema: Schema, train: Examples) -> TableColumns:
        """The columns of the table."""
        del train
        return TableColumns(schema)

    def copy_records(self, schema: Schema, train: Examples, made: Examples, source: str) -> list[Record]:
        """None beyond those in the columns."""
        del schema, train, made, source
        return []
