"""What the audit needs to know about a kind of data, and the implementation for plain tables.

`core.audit` measures rows with a target and groups; images or other content may belong to them. Four things depend on
the kind of data: what a classifier is trained on, in which feature space rows are compared, whether single columns hold
features, and which copies beyond whole rows are possible. Kinds other than tables are packages of `core.modalities`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self

import pandas as pd

from core.audit.protocols import tabular
from core.audit.protocols.trainable import Trainable
from core.audit.records import Record
from core.data.examples import Examples
from core.data.schema import Schema
from core.downstream_classifiers.catalog import CLASSIFIERS
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, ClassifierName


class FeatureSpace(Protocol):
    """The space in which rows are compared with rows. Every dimension is a column."""

    @property
    def schema(self) -> Schema:
        """The schema of the rows in this space."""

    def note(self, largest: int) -> str:
        """Return how rows are compared, in a sentence; empty if as they are. ``largest``: rows of the largest table."""

    def rows(self, examples: Examples) -> pd.DataFrame:
        """Return the examples in this space, all of them or a sample."""


class DataKind(Protocol):
    """The parts of an audit that depend on the kind of data."""

    @property
    def classifier(self) -> ClassifierName:
        """Which downstream classifier learns from columns and latents."""

    @property
    def features_in_columns(self) -> bool:
        """Whether columns hold the features, so that a single column can be a proxy of a group."""

    @property
    def refits(self) -> int:
        """How often the audit refits each classifier by default; 0 where that takes too long."""

    @property
    def most_learned(self) -> int | None:
        """From how many rows a classifier learns at most; ``None`` where its training takes no longer with more."""

    @property
    def classifier_title(self) -> str:
        """What learns in protocols A, B and D, as it stands in a sentence."""

    def others(self) -> Mapping[ClassifierName, DataKind]:
        """Return the same kind of data with each other classifier in protocols A and B; empty if there is none."""

    @property
    def limits(self) -> tuple[tuple[str, str], ...]:
        """What no audit of this kind of data measures: a title, and why it matters."""

    def check(self, schema: Schema, description: str, examples: Examples) -> None:
        """Raise a `DataError` that names ``description`` if the rows lack content that this kind of data requires."""

    def fit(
        self,
        schema: Schema,
        source: str,
        rows: Examples,
        train: Examples,
        holdout: Examples,
        *,
        with_sensitive: bool,
    ) -> Trainable:
        """Prepare protocol A (with the sensitive columns) or B (without).

        Args:
            schema: Roles, positive value, groups.
            source: Whose rows.
            rows: Rows to train on, each with a target.
            train: Real train rows.
            holdout: Real rows to test on.
            with_sensitive: Whether the classifier sees the sensitive columns.
        """

    def fit_within(self, schema: Schema, source: str, rows: Examples) -> Trainable | None:
        """Prepare protocol D, trained and tested on one source's rows; ``None`` if an outcome has too few rows."""

    def feature_space(self, schema: Schema, train: Examples) -> FeatureSpace:
        """Return the feature space, fitted to the real train rows."""

    def copy_records(self, schema: Schema, train: Examples, synthetic: Examples, source: str) -> list[Record]:
        """Return figures on copies beyond the whole rows that `core.audit.metrics.privacy` compares."""


class TableColumns:
    """Rows as they are.

    Args:
        schema: Of the rows.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def note(self, largest: int) -> str:
        """Return an empty note."""
        del largest
        return ""

    def rows(self, examples: Examples) -> pd.DataFrame:
        """Return the rows unchanged."""
        return examples.frame


class Tabular:
    """Plain tables: a downstream classifier on columns, rows compared column by column.

    Args:
        classifier: Which downstream classifier.
    """

    features_in_columns = True
    refits = 4
    most_learned: int | None = 100_000
    limits: tuple[tuple[str, str], ...] = ()

    def __init__(self, classifier: ClassifierName = DEFAULT_CLASSIFIER) -> None:
        self.classifier: ClassifierName = classifier

    @property
    def classifier_title(self) -> str:
        """The title of the downstream classifier."""
        return CLASSIFIERS[self.classifier].title

    def others(self) -> dict[ClassifierName, Self]:
        """Return the same for every other downstream classifier."""
        return {name: type(self)(name) for name in CLASSIFIERS if name != self.classifier}

    def check(self, schema: Schema, description: str, examples: Examples) -> None:
        """Accept all rows: tables need no further content."""

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
        """Prepare the classifier on all features."""
        frames = rows.frame, train.frame, holdout.frame
        return tabular.on_rows(schema, source, *frames, with_sensitive=with_sensitive, classifier=self.classifier)

    def fit_within(self, schema: Schema, source: str, rows: Examples) -> tabular.Fit | None:
        """Prepare the classifier on 70 % of the rows, to be tested on the others."""
        return tabular.fit_within(schema, source, rows.frame, self.classifier)

    def feature_space(self, schema: Schema, train: Examples) -> TableColumns:
        """Return the columns of the table."""
        del train
        return TableColumns(schema)

    def copy_records(self, schema: Schema, train: Examples, synthetic: Examples, source: str) -> list[Record]:
        """Return no records: a table has no copies beyond whole rows."""
        del schema, train, synthetic, source
        return []
