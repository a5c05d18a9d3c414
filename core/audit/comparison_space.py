"""The tables of an audit in the feature space in which rows are compared. Each is encoded once, on first use."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from core.audit.data_kind import FeatureSpace
from core.audit.inputs import AuditInput
from core.audit.records import ORIGINAL
from core.data.examples import Examples
from core.data.schema import Schema


class ComparisonSpace:
    """Rows of an audit as points of the feature space of its kind of data.

    Args:
        inputs: What is audited.
    """

    def __init__(self, inputs: AuditInput) -> None:
        self._inputs = inputs
        self._rows_by_table: dict[str, pd.DataFrame] = {}

    @cached_property
    def _space(self) -> FeatureSpace:
        return self._inputs.kind.feature_space(self._inputs.schema, self._inputs.train)

    @property
    def schema(self) -> Schema:
        """The schema of the rows in the feature space."""
        return self._space.schema

    @property
    def columns(self) -> Schema:
        """The schema of the columns that have a meaning of their own; single numbers of an embedding have none."""
        return self._inputs.schema

    @property
    def note(self) -> str:
        """How rows are compared, in a sentence; empty for a table."""
        tables = (self._inputs.train, self._inputs.holdout, *self._inputs.sources.values())
        return self._space.note(max(len(table.frame) for table in tables))

    @property
    def train(self) -> pd.DataFrame:
        """Real train rows."""
        return self._encoded("train", self._inputs.train)

    @property
    def holdout(self) -> pd.DataFrame:
        """Real hold-out rows."""
        return self._encoded("holdout", self._inputs.holdout)

    def source(self, name: str) -> pd.DataFrame | None:
        """Return a source's rows; ``None`` for the original, since the hold-out takes its place."""
        return None if name == ORIGINAL else self._encoded(name, self._inputs.sources[name])

    def _encoded(self, name: str, examples: Examples) -> pd.DataFrame:
        if name not in self._rows_by_table:
            self._rows_by_table[name] = self._space.rows(examples)
        return self._rows_by_table[name]
