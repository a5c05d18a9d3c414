"""Group membership and the binary target of typed rows. All other layers use these functions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data.column import Column
from core.data.schema import Schema
from core.errors import SchemaError, give

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from core.data.weights import Weights

MISSING_GROUP = "(missing)"
CROSS = " × "


@dataclass(frozen=True)
class Grouping:
    """The groups of rows by one sensitive attribute, or by an intersection of several.

    Args:
        columns: The attribute's columns.
        names: The groups that have rows, in order.
        codes: Index of each row's group in ``names``, shape (n,).
        weights: How much each row counts; ``None``: each counts once.
    """

    columns: tuple[str, ...]
    names: tuple[str, ...]
    codes: NDArray[np.int64]
    weights: Weights | None = None

    @classmethod
    def of(
        cls, members: NDArray[np.object_], order: Callable[[str], object] = str, *, columns: Sequence[str] = ()
    ) -> Grouping:
        """Return the grouping of ``members``, the group of each row, shape (n,), without missing values.

        >>> Grouping.of(np.array(["m", "f", "m"], object)).names
        ('f', 'm')
        """
        codes, names = encode_groups(members, order)
        return cls(tuple(columns), names, codes)

    @property
    def attribute(self) -> str:
        """Name of the attribute, e.g. ``sex × race``."""
        return attribute_name(self.columns)

    @cached_property
    def members(self) -> NDArray[np.object_]:
        """The group of each row, shape (n,)."""
        return np.asarray(self.names, dtype=object)[self.codes]

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Number of rows of each group, shape (groups,); of weighted rows the effective number, rounded."""
        if self.weights is not None:
            return np.rint(self.weights.effective_by(self.codes, len(self.names))).astype(np.int64)
        return np.bincount(self.codes, minlength=len(self.names)).astype(np.int64)

    @cached_property
    def degrees(self) -> NDArray[np.int64]:
        """Degrees of freedom of the replicate weights in each group, shape (groups,); empty without them."""
        replicates = None if self.weights is None else self.weights.replicates
        if replicates is None:
            return np.zeros(0, dtype=np.int64)
        if len(self.names) == 1:
            return np.asarray([replicates.degrees])
        return replicates.degrees_by(self.codes, len(self.names))

    def mask(self, group: str) -> NDArray[np.bool_]:
        """Return whether each row belongs to ``group``, shape (n,); all false for an unknown group."""
        return np.asarray(self.codes == (self.names.index(group) if group in self.names else -1))


class GroupedFrame:
    """Typed rows with their groups and outcomes, each computed once.

    `core.data.compared_groups` says which of the groups are compared.

    Args:
        frame: The rows, shape (n, ...).
        schema: Their schema.
        weights: How much each row counts; by default once.
    """

    def __init__(self, frame: pd.DataFrame, schema: Schema, weights: Weights | None = None) -> None:
        self.frame, self.schema, self.weights = frame, schema, weights

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.frame)

    @cached_property
    def groupings(self) -> dict[str, Grouping]:
        """Groupings by name of each attribute; see `attributes`."""
        return {attribute_name(columns): self._grouping(columns) for columns in attributes(self.schema)}

    @property
    def single(self) -> dict[str, Grouping]:
        """The grouping of each single sensitive column."""
        return {name: self.groupings[name] for name in self.schema.sensitive}

    @cached_property
    def labels(self) -> NDArray[np.int8]:
        """1 where the outcome is positive, else 0, shape (n,); see `target_labels`."""
        return target_labels(self.frame, self.schema)

    def _grouping(self, columns: Sequence[str]) -> Grouping:
        codes, names = encode_groups(group_labels(self.frame, self.schema, columns), group_order(self.schema, columns))
        return Grouping(tuple(columns), names, codes, self.weights)


def attributes(schema: Schema) -> list[tuple[str, ...]]:
    """Return the attributes that an audit compares: each sensitive column, then their intersection if several."""
    single: list[tuple[str, ...]] = [(name,) for name in schema.sensitive]
    return [*single, tuple(schema.sensitive)] if len(single) > 1 else single


def attribute_name(columns: Sequence[str]) -> str:
    """Return the name of an attribute, e.g. ``sex × race`` for ``("sex", "race")``."""
    return CROSS.join(columns)


def group_labels(frame: pd.DataFrame, schema: Schema, columns: Sequence[str]) -> NDArray[np.object_]:
    """Return the group of each row as text, shape (n,): the intersection of ``columns``.

    Missing values form a separate group.
    >>> from core.data.schema import Column, Schema
    >>> schema = Schema(columns=(Column(name="age", kind="integer", role="sensitive", bin_edges=(40,)),))
    >>> list(group_labels(pd.DataFrame({"age": pd.array([20, 40, None], "Int64")}), schema, ["age"]))
    ['age < 40', 'age ≥ 40', '(missing)']
    """
    codes, names = _column_groups(frame[columns[0]], schema.column(columns[0]))
    for name in columns[1:]:
        more, more_names = _column_groups(frame[name], schema.column(name))
        codes, found = pd.factorize(codes * len(more_names) + more)
        names = names[found // len(more_names)] + CROSS + more_names[found % len(more_names)]
    labels: NDArray[np.object_] = names[codes]
    return labels


def _column_groups(values: pd.Series, column: Column) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the index of each row's group, shape (n,), and the name of each distinct value's group."""
    codes, found = pd.factorize(values)
    distinct = pd.Series(found)
    if column.is_numeric and column.bin_edges:
        bins = np.searchsorted(np.asarray(column.bin_edges), distinct.to_numpy(dtype=float), side="right")
        names = np.asarray(bin_names(column), dtype=object)[bins]
    else:
        names = as_text(distinct)
    return np.where(codes < 0, len(names), codes), np.append(names, MISSING_GROUP).astype(object)


def bin_names(column: Column) -> tuple[str, ...]:
    """Return the names of a numeric sensitive column's groups, lowest first."""
    if column.bin_names:
        return column.bin_names
    edges = [number_text(edge) for edge in column.bin_edges]
    inner = [f"{low} ≤ {column.name} < {high}" for low, high in pairwise(edges)]
    return (f"{column.name} < {edges[0]}", *inner, f"{column.name} ≥ {edges[-1]}")


def group_order(schema: Schema, columns: Sequence[str]) -> Callable[[str], tuple[object, ...]]:
    """Return a sort key for the group names of `group_labels`.

    Bins of a number sort by their edges, numbers by size, other groups by name. Missing values come last.

    >>> from core.data.schema import Column, Schema
    >>> schema = Schema(columns=(Column(name="age", kind="integer", role="sensitive", bin_edges=(25, 60)),))
    >>> sorted(["(missing)", "25 ≤ age < 60", "age < 25", "age ≥ 60"], key=group_order(schema, ["age"]))
    ['age < 25', '25 ≤ age < 60', 'age ≥ 60', '(missing)']
    """
    attribute = [schema.column(name) for name in columns]
    bins = [
        {name: index for index, name in enumerate(bin_names(column) if column.bin_edges else ())}
        for column in attribute
    ]

    def part_key(part: str, column: Column, bin_index: dict[str, int]) -> tuple[bool, float, str]:
        if part == MISSING_GROUP or not column.is_numeric:
            return part == MISSING_GROUP, 0, part
        return False, bin_index[part] if bin_index else float(part), part

    def key(group: str) -> tuple[object, ...]:
        parts = group.split(CROSS) if len(attribute) > 1 else [group]
        if len(parts) != len(attribute):
            return ((False, 0, group),)  # a value contains the separator of intersections
        return tuple(part_key(*arguments) for arguments in zip(parts, attribute, bins, strict=True))

    return key


def encode_groups(
    members: NDArray[np.object_], order: Callable[[str], object] = str
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the index of each row's group, shape (n,), and the names of the groups, sorted by ``order``."""
    codes, distinct = pd.factorize(members)
    names = tuple(sorted(map(str, distinct), key=order))  # type: ignore[arg-type]
    positions = {name: position for position, name in enumerate(names)}
    return np.asarray([positions[str(name)] for name in distinct], dtype=np.int64)[codes], names


def as_text(values: pd.Series) -> NDArray[np.object_]:
    """Return values as the text that a user would type: ``1`` for 1.0, ``True`` for true."""
    if pd.api.types.is_float_dtype(values.dtype):
        return np.asarray([number_text(value) for value in values.to_numpy(dtype=float, na_value=np.nan)], dtype=object)
    return values.astype(str).to_numpy(dtype=object)


def distinct_values(frame: pd.DataFrame, name: str) -> list[str]:
    """Return the distinct non-missing values of a column as text, the most frequent first."""
    return list(map(str, as_text(frame[name].value_counts().index.to_series())))


def number_text(value: float) -> str:
    """Return a number with all its digits, without a decimal point if it is whole.

    >>> number_text(1234567.0), number_text(0.1)
    ('1234567', '0.1')
    """
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def positive_name(schema: Schema) -> str:
    """Return the name of the positive outcome, e.g. ``>50K`` or ``≥ 50000``."""
    if schema.threshold is not None:
        return f"≥ {number_text(schema.threshold)}"
    if schema.positive is None:
        raise SchemaError(
            f"Target {schema.target!r} has no positive value yet.", field="positive", remedies=[give("positive")]
        )
    return schema.positive


def negative_name(schema: Schema, frame: pd.DataFrame) -> str:
    """Return the name of the negative outcome: the other value of a binary target, else ``not <positive>``."""
    if schema.threshold is not None:
        return f"< {number_text(schema.threshold)}"
    others = sorted(set(as_text(frame[schema.target].dropna())) - {positive_name(schema)})
    return others[0] if len(others) == 1 else f"not {positive_name(schema)}"


def favorable_name(schema: Schema, frame: pd.DataFrame) -> str:
    """Return the name of the favourable outcome; the positive one counts as favourable where nobody said."""
    return negative_name(schema, frame) if schema.favorable == "negative" else positive_name(schema)


def is_binary(frame: pd.DataFrame, schema: Schema) -> bool:
    """Return whether the target has two outcomes: it has a threshold, or at most two values."""
    return schema.threshold is not None or frame[schema.target].dropna().nunique() <= 2


def target_labels(frame: pd.DataFrame, schema: Schema) -> NDArray[np.int8]:
    """Return 1 where the outcome is positive, else 0; shape (n,). A multi-class target is one-vs-rest.

    Raises:
        SchemaError: The target is missing in some row, or has no positive value and no threshold.
    """
    values = frame[schema.target]
    missing = int(values.isna().sum())
    if missing:
        raise SchemaError(
            f"Target {schema.target!r} is missing in {missing} rows; fill them in, or remove these rows from the file.",
            field="target",
        )
    if schema.threshold is not None:
        if not schema.column(schema.target).is_numeric:
            raise SchemaError(
                f"Target {schema.target!r} is not numeric, so a threshold cannot divide it.",
                field="threshold",
                remedies=[give("positive")],
            )
        return np.asarray(values.to_numpy(dtype=float) >= schema.threshold, dtype=np.int8)
    return np.asarray(as_text(values) == positive_name(schema), dtype=np.int8)
