"""Group membership and the binary target, read from a typed frame by its schema. Every layer above asks here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data.schema import Column, Schema
from core.errors import ConfigError, SchemaError, give

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

SHARE_TOLERANCE = 0.005  # shares are given in rounded percent
MISSING_GROUP = "(missing)"
CROSS = " × "


@dataclass(frozen=True)
class Grouping:
    """Rows by the groups of one attribute.

    Args:
        columns: The attribute's columns, several if it is crossed.
        names: The groups that some row belongs to, in order.
        codes: The place of each row's group among them, shape (n,).
    """

    columns: tuple[str, ...]
    names: tuple[str, ...]
    codes: NDArray[np.int64]

    @classmethod
    def of(
        cls, members: NDArray[np.object_], order: Callable[[str], object] = str, *, columns: Sequence[str] = ()
    ) -> Grouping:
        """From the group of each row, shape (n,), none missing.

        >>> Grouping.of(np.array(["m", "f", "m"], object)).names
        ('f', 'm')
        """
        codes, names = encode_groups(members, order)
        return cls(tuple(columns), names, codes)

    @property
    def attribute(self) -> str:
        """The attribute's name, e.g. ``sex × race``."""
        return attribute_name(self.columns)

    @cached_property
    def members(self) -> NDArray[np.object_]:
        """The group of each row, shape (n,)."""
        return np.asarray(self.names, dtype=object)[self.codes]

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Rows of each group, shape (groups,)."""
        return np.bincount(self.codes, minlength=len(self.names)).astype(np.int64)

    def mask(self, group: str) -> NDArray[np.bool_]:
        """Whether each row belongs to a group, shape (n,); no row to one that is not among ``names``."""
        return np.asarray(self.codes == (self.names.index(group) if group in self.names else -1))


class GroupedFrame:
    """Typed rows with their groups and outcomes, each read once.

    Args:
        frame: The rows, shape (n, ...).
        schema: Their roles.
    """

    def __init__(self, frame: pd.DataFrame, schema: Schema) -> None:
        self.frame, self.schema = frame, schema

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.frame)

    @cached_property
    def groupings(self) -> dict[str, Grouping]:
        """By attribute's name: each sensitive column alone, then all crossed if there are several."""
        return {attribute_name(columns): self._grouping(columns) for columns in attributes(self.schema)}

    @property
    def single(self) -> dict[str, Grouping]:
        """The groupings of each sensitive column alone."""
        return {name: self.groupings[name] for name in self.schema.sensitive}

    @cached_property
    def labels(self) -> NDArray[np.int8]:
        """1 where the target is positive, else 0; as `target_labels`."""
        return target_labels(self.frame, self.schema)

    def _grouping(self, columns: Sequence[str]) -> Grouping:
        members = group_labels(self.frame, self.schema, columns)
        return Grouping.of(members, group_order(self.schema, columns), columns=columns)


def attributes(schema: Schema) -> list[tuple[str, ...]]:
    """The attributes an audit compares: each sensitive column alone, then all crossed if there are several."""
    single: list[tuple[str, ...]] = [(name,) for name in schema.sensitive]
    return [*single, tuple(schema.sensitive)] if len(single) > 1 else single


def attribute_name(columns: Sequence[str]) -> str:
    """``sex × race`` for ``("sex", "race")``."""
    return CROSS.join(columns)


def group_labels(frame: pd.DataFrame, schema: Schema, columns: Sequence[str]) -> NDArray[np.object_]:
    """The group of each row, shape (n,), as text; crossed over ``columns``, missing values a group of their own.

    >>> from core.data.schema import Column, Schema
    >>> schema = Schema(columns=(Column(name="age", kind="integer", role="sensitive", bin_edges=(40,)),))
    >>> list(group_labels(pd.DataFrame({"age": pd.array([20, 40, None], "Int64")}), schema, ["age"]))
    ['age < 40', 'age ≥ 40', '(missing)']
    """
    parts = [_column_groups(frame[name], schema.column(name)) for name in columns]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + CROSS + part
    return joined


def _column_groups(values: pd.Series, column: Column) -> NDArray[np.object_]:
    missing = values.isna().to_numpy(dtype=bool)
    if column.is_numeric and column.bin_edges:
        names = np.asarray(bin_names(column), dtype=object)
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        labels = names[
            np.searchsorted(np.asarray(column.bin_edges), numbers, side="right").clip(max=len(column.bin_edges))
        ]
    else:
        labels = as_text(values)
    return np.where(missing, MISSING_GROUP, labels).astype(object)


def bin_names(column: Column) -> tuple[str, ...]:
    """Names of the groups that a numeric sensitive column is cut into, lowest first."""
    if column.bin_names:
        return column.bin_names
    edges = [number_text(cut) for cut in column.bin_edges]
    inner = [f"{low} ≤ {column.name} < {high}" for low, high in pairwise(edges)]
    return (f"{column.name} < {edges[0]}", *inner, f"{column.name} ≥ {edges[-1]}")


def group_order(schema: Schema, columns: Sequence[str]) -> Callable[[str], tuple[object, ...]]:
    """A sort key for the names that `group_labels` gives.

    Groups cut from a number stand as their cuts do, numbers by size, others by name, rows without a value last.

    >>> from core.data.schema import Column, Schema
    >>> schema = Schema(columns=(Column(name="age", kind="integer", role="sensitive", bin_edges=(25, 60)),))
    >>> sorted(["(missing)", "25 ≤ age < 60", "age < 25", "age ≥ 60"], key=group_order(schema, ["age"]))
    ['age < 25', '25 ≤ age < 60', 'age ≥ 60', '(missing)']
    """
    found = [schema.column(name) for name in columns]
    cut = [{name: place for place, name in enumerate(bin_names(one) if one.bin_edges else ())} for one in found]

    def place(part: str, column: Column, names: dict[str, int]) -> tuple[bool, float, str]:
        if part == MISSING_GROUP or not column.is_numeric:
            return part == MISSING_GROUP, 0, part
        return False, names[part] if names else float(part), part

    def key(group: str) -> tuple[object, ...]:
        parts = group.split(CROSS) if len(found) > 1 else [group]
        if len(parts) != len(found):
            return ((False, 0, group),)  # a value holds the sign of the crossing
        return tuple(place(*one) for one in zip(parts, found, cut, strict=True))

    return key


def encode_groups(
    members: NDArray[np.object_], order: Callable[[str], object] = str
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The place of each row's group, shape (n,), and the names of the groups, in ``order``."""
    codes, found = pd.factorize(members)
    names = tuple(sorted(map(str, found), key=order))  # type: ignore[arg-type]
    places = {name: place for place, name in enumerate(names)}
    return np.asarray([places[str(name)] for name in found], dtype=np.int64)[codes], names


def as_text(values: pd.Series) -> NDArray[np.object_]:
    """Values as they would be typed by a person naming one: ``1`` for 1.0, ``True`` for true."""
    if pd.api.types.is_float_dtype(values.dtype):
        return np.asarray([number_text(value) for value in values.to_numpy(dtype=float, na_value=np.nan)], dtype=object)
    return values.astype(str).to_numpy(dtype=object)


def complete_shares(usual: Mapping[str, float], given: Mapping[str, float]) -> dict[str, float]:
    """The shares that result: those given are kept, the other groups divide the rest as they usually would.

    >>> complete_shares({"a": 0.25, "b": 0.5, "c": 0.25}, {"b": 0.75})
    {'a': 0.125, 'b': 0.75, 'c': 0.125}

    Raises:
        ConfigError: The shares given are more than all rows, or less and no other group is there to take the rest.
    """
    total, open_share = sum(given.values()), sum(share for name, share in usual.items() if name not in given)
    over = total > 1 + SHARE_TOLERANCE
    if over or (total < 1 - SHARE_TOLERANCE and not open_share):
        remedy = "lower one of them" if over else "raise one of them, or leave one group as it is"
        raise ConfigError(f"The shares add up to {100 * total:.1f} %, not 100 %; {remedy}.", field="proportions")
    rest = max(1 - total, 0.0)
    kept = 1.0 if open_share and total <= 1 else 1 / total
    return {name: given[name] * kept if name in given else share / open_share * rest for name, share in usual.items()}


def distinct_values(frame: pd.DataFrame, name: str) -> list[str]:
    """The known values of a column as text, the most frequent first."""
    return [str(value) for value in pd.Series(as_text(frame[name].dropna()), dtype="str").value_counts().index]


def number_text(value: float) -> str:
    """A number in full, so that two different ones never share a text; whole ones without a decimal point.

    >>> number_text(1234567.0), number_text(0.1)
    ('1234567', '0.1')
    """
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def positive_name(schema: Schema) -> str:
    """How the positive outcome is called, e.g. ``>50K`` or ``≥ 50000``."""
    if schema.threshold is not None:
        return f"≥ {number_text(schema.threshold)}"
    if schema.positive is None:
        raise SchemaError(
            f"Target {schema.target!r} has no positive value yet.", field="positive", remedies=[give("positive")]
        )
    return schema.positive


def negative_name(schema: Schema, frame: pd.DataFrame) -> str:
    """How the other outcome is called: the other value of a binary target, else ``not <positive>``."""
    if schema.threshold is not None:
        return f"< {number_text(schema.threshold)}"
    others = sorted(set(as_text(frame[schema.target].dropna())) - {positive_name(schema)})
    return others[0] if len(others) == 1 else f"not {positive_name(schema)}"


def is_binary(frame: pd.DataFrame, schema: Schema) -> bool:
    """Whether the target has two outcomes: cut at a threshold, or two values in all."""
    return schema.threshold is not None or frame[schema.target].dropna().nunique() <= 2


def target_labels(frame: pd.DataFrame, schema: Schema) -> NDArray[np.int8]:
    """1 where the target is positive, else 0; shape (n,). Multi-class targets: one against the rest.

    Raises:
        SchemaError: The target is missing in some row, or has neither positive value nor threshold.
    """
    values = frame[schema.target]
    missing = int(values.isna().sum())
    if missing:
        raise SchemaError(
            f"Target {schema.target!r} is missing in {missing} rows; fill them in, or remove these rows from the file."
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
