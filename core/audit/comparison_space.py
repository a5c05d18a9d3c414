"""The tables of an audit in the form in which rows are compared with rows, each made once, when it is asked for."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from core.audit.data_kind import FeatureSpace
from core.audit.inputs import ORIGINAL, AuditInput
from core.data.examples import Examples
from core.data.schema import Schema


class ComparisonSpace:
    """Rows of an audit as points of the feature space of its kind of data.

    Args:
        inputs: What is audited.
    """

    def __init__(self, inputs: AuditInput) -> None:
        self._inputs = inputs
        self._found: dict[str, pd.DataFrame] = {}

    @cached_property
    def _space(self) -> FeatureSpace:
        return self._inputs.kind.feature_space(self._inputs.schema, self._inputs.train)

    @property
    def schema(self) -> Schema:
        """Of the rows as they are compared."""
        return self._space.schema

    @property
    def columns(self) -> Schema:
        """Of the columns that mean something one by one; numbers of an embedding do not."""
        return self._inputs.schema

    @property
    def note(self) -> str:
        """How rows are compared, for the reader of a figure; empty for a table."""
        tables = (self._inputs.train, self._inputs.holdout, *self._inputs.sources.values())
        return self._space.note(max(len(one.frame) for one in tables))

    @property
    def train(self) -> pd.DataFrame:
        """Real train rows."""
        return self._seen("train", self._inputs.train)

    @property
    def holdout(self) -> pd.DataFrame:
        """Real hold-out rows."""
        return self._seen("holdout", self._inputs.holdout)

    def source(self, name: str) -> pd.DataFrame | None:
        """A source's rows; nothing for the original, whose place the hold-out takes."""
        return None if name == ORIGINAL else self._seen(name, self._inputs.sources[name])

    def _seen(self, name: str, examples: Examples) -> pd.DataFrame:
        if name not in self._found:
            self._found[name] = self._space.rows(examples)
        return self._found[name]
