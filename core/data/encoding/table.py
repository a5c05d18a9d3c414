"""Rows to codes and back: all feature and sensitive columns, and the group that conditions the networks.

The target's codes travel beside the others: no encoder sees them, an autoregressive decoder makes them, and the label
channel has the last word (``core.synthesis.label_repair.repair``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from core.data.encoding.columns import Code, EncodingSettings, NumericCode, fit_column
from core.data.groups import as_text, group_labels, is_binary, positive_name, target_labels
from core.data.schema import Kind, Role, Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

OTHER_GROUPS = "(other groups)"


@dataclass(frozen=True)
class CodedRows:
    """Coded rows: ``codes`` (n, C) in 0 .. size_c - 1, ``groups`` (n,) in 0 .. G - 1, ``target`` (n,)."""

    codes: NDArray[np.int64]
    groups: NDArray[np.int64]
    target: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.groups)

    def take(self, rows: NDArray[np.int64]) -> CodedRows:
        """The rows at these positions."""
        return CodedRows(self.codes[rows], self.groups[rows], self.target[rows])


class TableEncoding(BaseModel):
    """How a schema's feature and sensitive columns become codes; fitted on train rows, kept as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[Annotated[Code, Field(discriminator="type")], ...]
    target: Annotated[Code, Field(discriminator="type")]
    positive: tuple[int, ...] = Field(description="The target's codes that count as positive; none if not binary.")
    sensitive: tuple[str, ...]
    groups: tuple[str, ...] = Field(description="Groups the networks are conditioned on; rarer ones are pooled.")
    allowed: tuple[tuple[tuple[int, ...], ...], ...] = Field(
        description="For each group and each sensitive column: the codes that occur together in the train rows."
    )

    @property
    def sizes(self) -> list[int]:
        """Number of codes of each column."""
        return [column.size for column in self.columns]

    @property
    def names(self) -> list[str]:
        """Headers of the coded columns."""
        return [column.name for column in self.columns]

    @property
    def feature_index(self) -> list[int]:
        """Positions of the columns that are not sensitive: what an encoder sees beside the group."""
        return [index for index, name in enumerate(self.names) if name not in self.sensitive]

    @property
    def numeric(self) -> list[bool]:
        """Whether a column's codes are ordered."""
        return [isinstance(column, NumericCode) for column in self.columns]

    def encode(self, frame: pd.DataFrame, schema: Schema) -> CodedRows:
        """Codes and groups of typed rows."""
        codes = np.stack([column.encode(frame[column.name]) for column in self.columns], axis=1)
        return CodedRows(codes, group_codes(frame, schema, self.groups), self.target.encode(frame[self.target.name]))

    def predictors(self, rows: CodedRows, *, with_groups: bool) -> NDArray[np.int64]:
        """Codes of the features, and last the group if asked: what a classifier of coded rows sees; shape (n, d)."""
        codes = rows.codes[:, self.feature_index]
        return np.column_stack([codes, rows.groups]) if with_groups else codes

    def decode(self, rows: CodedRows, rng: np.random.Generator) -> pd.DataFrame:
        """Typed values of the codes, one column a coded column, the target last."""
        values = {column.name: column.decode(rows.codes[:, i], rng) for i, column in enumerate(self.columns)}
        return pd.DataFrame({**values, self.target.name: self.target.decode(rows.target, rng)})

    def allowed_mask(self) -> NDArray[np.bool_]:
        """Shape (G, sum(sizes)): false where a group excludes a code of a sensitive column."""
        mask = np.ones((len(self.groups), sum(self.sizes)), dtype=bool)
        starts = np.cumsum([0, *self.sizes])
        for group, columns in enumerate(self.allowed):
            for name, codes in zip(self.sensitive, columns, strict=True):
                at = self.names.index(name)
                mask[group, starts[at] : starts[at + 1]] = False
                mask[group, starts[at] + np.asarray(codes, dtype=int)] = True
        return mask

    def rare_value_notes(self) -> list[str]:
        """One sentence for each column in which rare values were merged or left out."""
        return [
            f"Column {column.name!r}: {column.merged} rare values were merged so that none can point to a person; "
            + ("they come out as the column's common values." if column.kept else "they all come out as '(rare)'.")
            for column in self.columns
            if not isinstance(column, NumericCode) and column.merged
        ]


def fit_encoding(frame: pd.DataFrame, schema: Schema, settings: EncodingSettings) -> TableEncoding:
    """Fit the codes of all feature and sensitive columns on typed train rows."""
    sensitive = tuple(schema.sensitive)
    coded = [column for column in schema.columns if column.role in (Role.FEATURE, Role.SENSITIVE)]
    columns = tuple(fit_column(frame[column.name], column, settings) for column in coded)
    target = schema.column(schema.target)
    if schema.threshold is not None:
        target = target.model_copy(update={"bin_edges": (schema.threshold,)})
    # A rare outcome is what the table is about, and no person's secret: only a numeric target's extremes are protected.
    exact = settings if target.is_numeric else settings.model_copy(update={"rare_rows": 1})
    target_code = fit_column(frame[schema.target], target, exact)
    draft = TableEncoding(
        columns=columns,
        target=target_code,
        positive=_positive_codes(target_code, frame, schema),
        sensitive=sensitive,
        groups=conditioning_groups(frame, schema),
        allowed=(),
    )
    rows = draft.encode(frame, schema)
    return draft.model_copy(update={"allowed": _co_occurring_codes(rows, draft)})


def conditioning_groups(frame: pd.DataFrame, schema: Schema) -> tuple[str, ...]:
    """Groups that train rows are learned in, all sensitive columns crossed; those that are too small are pooled."""
    names, counts = np.unique(group_labels(frame, schema, schema.sensitive).astype(str), return_counts=True)
    kept = names[counts >= schema.min_group_size].tolist()
    return tuple(kept if len(kept) == len(names) else [*kept, OTHER_GROUPS])


def group_codes(frame: pd.DataFrame, schema: Schema, groups: Sequence[str]) -> NDArray[np.int64]:
    """Place of each row's group among ``groups``, shape (n,); those not among them are in the pool."""
    known = {name: index for index, name in enumerate(groups)}
    pooled = known.get(OTHER_GROUPS, 0)
    labels = group_labels(frame, schema, schema.sensitive)
    return np.asarray([known.get(label, pooled) for label in labels], dtype=np.int64)


def target_texts(frame: pd.DataFrame, schema: Schema) -> NDArray[np.object_]:
    """Target of each row as text, shape (n,); of one that is cut at a threshold, which side it is on."""
    if schema.threshold is None:
        return as_text(frame[schema.target])
    positive = positive_name(schema)
    return np.where(target_labels(frame, schema) == 1, positive, f"not {positive}").astype(object)


def _positive_codes(code: Code, frame: pd.DataFrame, schema: Schema) -> tuple[int, ...]:
    if not is_binary(frame, schema):
        return ()
    positive = target_labels(frame, schema) == 1
    return tuple(np.unique(code.encode(frame[schema.target])[positive]).tolist())


def _co_occurring_codes(rows: CodedRows, encoding: TableEncoding) -> tuple[tuple[tuple[int, ...], ...], ...]:
    positions = [encoding.names.index(name) for name in encoding.sensitive]
    return tuple(
        tuple(tuple(np.unique(rows.codes[rows.groups == group, at]).tolist()) for at in positions)
        for group in range(len(encoding.groups))
    )


def fill_schema_columns(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """The schema's columns in its order: identifiers are fresh serial numbers, ignored columns are empty.

    Names of images stay as they are.
    """
    columns = {}
    for column in schema.columns:
        if column.kind is Kind.IDENTIFIER and column.role is Role.IGNORED:
            columns[column.name] = pd.Series(np.arange(1, len(frame) + 1)).astype("str")
        elif column.role is Role.IGNORED and column.kind is not Kind.IMAGE:
            columns[column.name] = pd.Series([None] * len(frame), dtype=_DTYPES[column.kind])
        else:
            columns[column.name] = frame[column.name]
    return pd.DataFrame(columns)


_DTYPES = {
    Kind.CATEGORICAL: "str",
    Kind.IDENTIFIER: "str",
    Kind.NUMERICAL: "float64",
    Kind.INTEGER: "Int64",
    Kind.BOOLEAN: "boolean",
    Kind.DATETIME: "datetime64[us]",
}
