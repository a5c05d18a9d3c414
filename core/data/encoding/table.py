"""Encode rows as codes and decode them: all feature and sensitive columns, and the group that conditions the networks.

The target's codes are separate. Encoders do not see them, an autoregressive decoder generates them, and the label
channel can change them (``core.synthesis.label_repair.repair``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.data.column import Kind, Role
from core.data.encoding.columns import Code, EncodingSettings, NumericCode, fit_column
from core.data.encoding.values import exact_numbers
from core.data.forms.serials import SerialForm
from core.data.groups import as_text, group_labels, positive_name, target_labels
from core.data.relations.date_parts import DatePart
from core.data.relations.found import find_relations
from core.data.relations.kept import with_relations
from core.data.relations.kinds import Relation, Sum
from core.data.relations.linear import Linear
from core.data.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

OTHER_GROUPS = "(other groups)"
TOLD_RELATIONS = 8


@dataclass(frozen=True)
class CodedRows:
    """Coded rows: ``codes`` (n, C) in 0 .. size_c - 1, ``groups`` (n,) in 0 .. G - 1, ``target`` (n,)."""

    codes: NDArray[np.int64]
    groups: NDArray[np.int64]
    target: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.groups)

    def take(self, rows: NDArray[np.int64]) -> CodedRows:
        """Return the rows at these positions."""
        return CodedRows(self.codes[rows], self.groups[rows], self.target[rows])


class TableEncoding(BaseModel):
    """The encoding of a schema's feature and sensitive columns; fitted on train rows, stored as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[Annotated[Code, Field(discriminator="type")], ...]
    target: Annotated[Code, Field(discriminator="type")]
    positive: tuple[int, ...] = Field(description="The target's codes that count as positive.")
    sensitive: tuple[str, ...]
    groups: tuple[str, ...] = Field(description="Groups that condition the networks; small ones are pooled.")
    allowed: tuple[tuple[tuple[int, ...], ...], ...] = Field(
        description="For each group and each sensitive column: the codes that occur together in the train rows."
    )
    relations: tuple[Relation, ...] = Field(
        default=(), description="What holds between columns in every train row; decoded rows keep it."
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> TableEncoding:
        """Refuse codes that no column has; ``allowed`` is empty until it is found."""
        if len(set(self.names)) != len(self.names) or not set(self.sensitive) <= set(self.names):
            raise ValueError("Each column stands once, the sensitive ones among them.")
        if not self.groups or len(set(self.groups)) != len(self.groups):
            raise ValueError("Each group stands once.")
        if len(set(self.positive)) != len(self.positive) or not set(self.positive) <= set(range(self.target.size)):
            raise ValueError("The positive codes are codes of the target.")
        if not {name for relation in self.relations for name in relation.columns} <= set(self.names):
            raise ValueError("Relations are between columns of the table.")
        if self.allowed and len(self.allowed) != len(self.groups):
            raise ValueError("Every group has its codes.")
        for columns in self.allowed:
            for name, codes in zip(self.sensitive, columns, strict=True):
                if not set(codes) <= set(range(self.columns[self.names.index(name)].size)):
                    raise ValueError(f"A group has a code that column {name!r} does not have.")
        return self

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
        """Positions of the feature columns. An encoder sees these and the group."""
        return [index for index, name in enumerate(self.names) if name not in self.sensitive]

    @property
    def is_ordered(self) -> bool:
        """Whether the target's codes have an order: numbers do, and so do any two."""
        return isinstance(self.target, NumericCode) or self.target.size <= 2

    @property
    def numeric(self) -> list[bool]:
        """Whether the codes of each column are ordered."""
        return [isinstance(column, NumericCode) for column in self.columns]

    def encode(self, frame: pd.DataFrame, schema: Schema) -> CodedRows:
        """Return codes, groups and target codes of typed rows."""
        codes = np.stack([column.encode(frame[column.name]) for column in self.columns], axis=1)
        return CodedRows(codes, group_codes(frame, schema, self.groups), self.target.encode(frame[self.target.name]))

    def predictors(self, rows: CodedRows, *, with_groups: bool) -> NDArray[np.int64]:
        """Return the inputs of a classifier of coded rows, shape (n, d): feature codes, then the group if requested.

        A group of several attributes has a column for each, as in the table that a classifier will learn from: trees
        that are offered the combined group tell groups apart which they cannot tell apart there.
        """
        codes = rows.codes[:, self.feature_index]
        if not with_groups:
            return codes
        group = rows.groups if len(self.sensitive) == 1 else rows.codes[:, self.sensitive_index]
        return np.column_stack([codes, group])

    @property
    def ordered_predictors(self) -> list[bool]:
        """Whether the codes of each column of `predictors` with groups are ordered; a single attribute's are not."""
        group = [False] if len(self.sensitive) == 1 else [self.numeric[index] for index in self.sensitive_index]
        return [*(self.numeric[index] for index in self.feature_index), *group]

    @property
    def sensitive_index(self) -> list[int]:
        """Positions of the sensitive columns."""
        return [self.names.index(name) for name in self.sensitive]

    def decode(self, rows: CodedRows, rng: np.random.Generator) -> pd.DataFrame:
        """Return the typed values of the codes, with the target as last column."""
        values = {column.name: column.decode(rows.codes[:, i], rng) for i, column in enumerate(self.columns)}
        target = self.target.decode(rows.target, rng)
        features = with_relations(pd.DataFrame(values), self.relations, self.sensitive, rng)
        computing = [relation for relation in self.relations if isinstance(relation, Sum | Linear | DatePart)]
        computed = {relation.computed(features, self.sensitive) for relation in computing}
        for code in self.columns:  # sums and multiples of decimals have errors in their last digits
            if isinstance(code, NumericCode) and code.name in computed:
                numbers = exact_numbers(features[code.name])
                features[code.name] = code.typed(numbers)
        return pd.concat([features, target.rename(self.target.name)], axis=1)

    def allowed_mask(self) -> NDArray[np.bool_]:
        """Return a mask, shape (G, sum(sizes)), that is false where a group excludes a sensitive column's code."""
        mask = np.ones((len(self.groups), sum(self.sizes)), dtype=bool)
        starts = np.cumsum([0, *self.sizes])
        for group, columns in enumerate(self.allowed):
            for name, codes in zip(self.sensitive, columns, strict=True):
                at = self.names.index(name)
                mask[group, starts[at] : starts[at + 1]] = False
                mask[group, starts[at] + np.asarray(codes, dtype=int)] = True
        return mask

    def relation_notes(self) -> list[str]:
        """Return one sentence on the relations that generated rows keep; none if there is no relation."""
        if not self.relations:
            return []
        told = "; ".join(relation.text for relation in self.relations[:TOLD_RELATIONS])
        more = len(self.relations) - TOLD_RELATIONS
        return [
            f"What holds in every train row is kept in generated rows, as far as possible: {told}"
            + (f"; and {more} more" if more > 0 else "")
            + "."
        ]

    def rare_value_notes(self) -> list[str]:
        """Return one sentence for each column with merged rare values."""
        return [
            f"Column {column.name!r}: {column.merged} rare values were merged so that none can identify a person; "
            + ("common values of the column replace them." if column.kept else "'(rare)' replaces all of them.")
            for column in self.columns
            if not isinstance(column, NumericCode) and column.merged
        ]


def fit_encoding(frame: pd.DataFrame, schema: Schema, settings: EncodingSettings) -> TableEncoding:
    """Fit the codes of all feature and sensitive columns on typed train rows."""
    sensitive = tuple(schema.sensitive)
    coded = [column for column in schema.columns if column.role in (Role.FEATURE, Role.SENSITIVE)]
    columns = tuple(fit_column(frame[column.name], column, settings) for column in coded)
    target = schema.column(schema.target)
    if target.is_numeric:
        target = target.model_copy(update={"bin_edges": _outcome_edges(frame, schema)})
    # The outcome of interest may be rare and identifies nobody, so only the extremes of a numeric target are protected.
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
    relations = find_relations(frame, schema)
    return draft.model_copy(update={"allowed": _co_occurring_codes(rows, draft), "relations": relations})


def conditioning_groups(frame: pd.DataFrame, schema: Schema) -> tuple[str, ...]:
    """Return the intersectional groups that condition the networks. Groups below the minimum size are pooled."""
    names, counts = np.unique(group_labels(frame, schema, schema.sensitive).astype(str), return_counts=True)
    kept = names[counts >= schema.min_group_size].tolist()
    return tuple(kept if len(kept) == len(names) else [*kept, OTHER_GROUPS])


def group_codes(frame: pd.DataFrame, schema: Schema, groups: Sequence[str]) -> NDArray[np.int64]:
    """Return the index of each row's group in ``groups``, shape (n,). Other groups belong to the pooled group."""
    known = {name: index for index, name in enumerate(groups)}
    pooled = known.get(OTHER_GROUPS, 0)
    labels = group_labels(frame, schema, schema.sensitive)
    return np.asarray([known.get(label, pooled) for label in labels], dtype=np.int64)


def target_texts(frame: pd.DataFrame, schema: Schema) -> NDArray[np.object_]:
    """Return the target of each row as text, shape (n,). With a threshold, the text is the side of the threshold."""
    if schema.threshold is None:
        return as_text(frame[schema.target])
    positive = positive_name(schema)
    return np.where(target_labels(frame, schema) == 1, positive, f"not {positive}").astype(object)


def _outcome_edges(frame: pd.DataFrame, schema: Schema) -> tuple[float, ...]:
    """Return the edges between the positive and the other values of a numeric target; none is a value of the latter."""
    if schema.threshold is not None:
        return (schema.threshold,)
    values = np.unique(frame[schema.target].to_numpy(dtype=float))
    positive, *after = values[np.searchsorted(values, float(positive_name(schema))) :][:2].tolist()
    return (positive, *((positive + one) / 2 for one in after))


def _positive_codes(code: Code, frame: pd.DataFrame, schema: Schema) -> tuple[int, ...]:
    positive = target_labels(frame, schema) == 1
    return tuple(np.unique(code.encode(frame[schema.target])[positive]).tolist())


def _co_occurring_codes(rows: CodedRows, encoding: TableEncoding) -> tuple[tuple[tuple[int, ...], ...], ...]:
    positions = encoding.sensitive_index
    return tuple(
        tuple(tuple(np.unique(rows.codes[rows.groups == group, at]).tolist()) for at in positions)
        for group in range(len(encoding.groups))
    )


def fill_schema_columns(frame: pd.DataFrame, schema: Schema, *, before: int = 0) -> pd.DataFrame:
    """Return all columns of generated rows in the schema's order: identifiers are new ones in the form of the file.

    Ignored columns are empty, but names of images are kept. The reference outcome has no column.

    Args:
        frame: Typed rows.
        schema: All columns.
        before: Number of generated rows before these, which have the first identifiers.
    """
    columns = {}
    for column in schema.generated.columns:
        if column.kind is Kind.IDENTIFIER and column.role in (Role.IGNORED, Role.FEATURE):
            columns[column.name] = (column.serial_form or SerialForm()).serials(len(frame), before)
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
