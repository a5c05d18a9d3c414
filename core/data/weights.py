"""How much each row counts: a column of survey weights or of frequencies.

A survey weight says how many people a drawn row stands for. The row is still one draw, so that unequal weights make
figures less certain than as many equal ones. A frequency says how many equal people a row summarises; each is a draw.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.inference.name_hints import is_weight_name
from core.data.schema import Kind, Role, Schema
from core.data.set_aside import set_aside
from core.errors import ConfigError, DataError, FieldName, Remedy, change, give, leave_out

WeightKind = Literal["survey", "frequency"]
MOST_UNEQUAL = 1e9
KINDS: Final[tuple[WeightKind, ...]] = ("survey", "frequency")
_FEW_VALUES: Final = 1_000


@dataclass(frozen=True, slots=True)
class WeightColumn:
    """A column of weights.

    Args:
        column: Its header.
        kind: Whether a weight is of one drawn row, or the number of people that a row summarises.
    """

    column: str
    kind: WeightKind = "survey"


@dataclass(frozen=True)
class Weights:
    """How much each row counts.

    Args:
        per_row: Weights above 0, shape (n,).
        squares: What a row adds to the sum of squared weights, shape (n,): the square of a survey weight; of a
            frequency ``w`` the number ``w``, as it stands for ``w`` draws of weight 1.
    """

    per_row: NDArray[np.float64]
    squares: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[np.float64], kind: WeightKind = "survey") -> Weights:
        """Return weights of one kind.

        >>> [round(Weights.of(np.array([1.0, 3.0]), kind).effective, 9) for kind in ("survey", "frequency")]
        [1.6, 4.0]
        """
        if kind == "frequency":
            return cls(values, values)
        scaled = values / values.max(initial=np.finfo(np.float64).tiny)  # squares neither overflow nor vanish
        return cls(scaled, scaled**2)

    def __getitem__(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Weights:
        """Return the weights of some rows."""
        return Weights(self.per_row[rows], self.squares[rows])

    @property
    def effective(self) -> float:
        """The number of equally weighted draws that are as certain: ``(sum w)^2 / sum w^2`` (Kish 1965)."""
        return float(self.per_row.sum() ** 2 / self.squares.sum()) if len(self.per_row) else 0.0

    def effective_by(self, codes: NDArray[np.int64], size: int) -> NDArray[np.float64]:
        """Return the effective number of rows of each group, shape (size,), from the group of each row, shape (n,)."""
        values, squares = (np.bincount(codes, weights=one, minlength=size) for one in (self.per_row, self.squares))
        return np.divide(values**2, squares, out=np.zeros(size), where=squares > 0)


def without_weights(schema: Schema, weight: WeightColumn, taken: Collection[str] = ()) -> Schema:
    """Return the schema in which the column of weights is no feature.

    Args:
        schema: Kinds and roles.
        weight: The column.
        taken: Columns that hold decisions or name models.

    Raises:
        DataError: There is no such column, or it has another use.
    """
    name = weight.column
    reason = "Weights of the rows: no feature."
    return set_aside(schema, name, "weight", purpose="hold weights", reason=reason, taken=taken)


def read_weights(frame: pd.DataFrame, weight: WeightColumn) -> tuple[NDArray[np.float64], NDArray[np.intp], list[str]]:
    """Return the weights, the positions of the rows that have one above 0, and what was left out, a sentence each.

    Args:
        frame: Typed rows, shape (n, columns).
        weight: The column.

    Returns:
        Weights, shape (k,); positions of their rows, shape (k,); notes.

    Raises:
        DataError: The column is no number, or has a negative or an infinite number, or none above 0; or a frequency is
            no whole number.
    """
    name, values = weight.column, frame[weight.column]
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        raise _unusable(f"Column {name!r} is no number, so it holds no weights.")
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if negative := int((numbers < 0).sum()):
        raise _unusable(f"Column {name!r} is negative in {negative:,} rows; a weight is above 0.")
    if infinite := int(np.isinf(numbers).sum()):
        raise _unusable(f"Column {name!r} is infinite in {infinite:,} rows; a weight is a finite number.")
    missing, none = int(np.isnan(numbers).sum()), int((numbers == 0).sum())
    rows = np.flatnonzero(numbers > 0)
    if not len(rows):
        raise _unusable(f"Column {name!r} is above 0 in no row, so no row counts.")
    if numbers[rows].max() > MOST_UNEQUAL * numbers[rows].min():
        raise _unusable(
            f"Column {name!r} runs from {numbers[rows].min():g} to {numbers[rows].max():g}; weights so far apart leave "
            "nothing of the small ones."
        )
    if weight.kind == "frequency" and (numbers[rows] % 1 != 0).any():
        raise _unusable(
            f"Column {name!r} has numbers that are not whole, so it does not say how many people a row stands for.",
            change("weight_kind"),
        )
    notes = [f"The weight {name!r} is missing in {missing:,} rows; they are left out."] if missing else []
    notes += [f"The weight {name!r} is 0 in {none:,} rows; they do not count."] if none else []
    return numbers[rows], rows, [*notes, _meaning(numbers[rows], weight)]


def unused_weights(schema: Schema, frame: pd.DataFrame) -> list[str]:
    """Return a note on each column that is named like weights, for an audit that was not told of any.

    Args:
        schema: Kinds and roles.
        frame: Typed rows.
    """
    likely = [
        column.name
        for column in schema.columns
        if column.role in (Role.FEATURE, Role.IGNORED)
        and column.kind is not Kind.DATETIME
        and is_weight_name(column.name)
        and pd.api.types.is_numeric_dtype(frame[column.name].dtype)
    ]
    return [
        f"Column {name!r} is named as if it held weights, but every row counts once; if it says how many people a row "
        "stands for, give it as the weight."
        for name in likely
    ]


def weight_column(name: str | None, kind: str | None) -> WeightColumn | None:
    """Return the column of weights and their kind, survey weights unless said otherwise; ``None`` without a column.

    Raises:
        ConfigError: There is no such kind, or no column of weights.
    """
    if name is None and kind is not None:
        raise ConfigError(
            "A kind of weights is given, but no column holds weights.",
            field="weight_kind",
            remedies=[give("weight"), leave_out("weight_kind")],
        )
    for known in KINDS:
        if kind in (known, None):
            return None if name is None else WeightColumn(name, known)
    raise ConfigError(
        f"There is no kind of weights {kind!r}; there are {' and '.join(map(repr, KINDS))}.",
        field="weight_kind",
        remedies=[change("weight_kind")],
    )


def _meaning(values: NDArray[np.float64], weight: WeightColumn) -> str:
    name, total = weight.column, float(values.sum())
    if weight.kind == "frequency":
        return f"Each row counts as many people as {name!r} says: {total:,.0f} people in {len(values):,} rows."
    effective = Weights.of(values).effective
    text = (
        f"Every figure is weighted by {name!r}. Its intervals and its n are those of the effective number of rows, "
        f"{effective:,.0f} of {len(values):,}."
    )
    whole = bool((values % 1 == 0).all()) and len(values) <= total <= _FEW_VALUES * len(values)
    if whole and effective < len(values) * (1 - 1e-9):
        text += f" If {name!r} counts equal people in one row, say that its weights are frequencies."
    return text


def _unusable(sentence: str, other: Remedy | None = None) -> DataError:
    field: FieldName = "weight"
    return DataError(sentence, field=field, remedies=[change(field), *([other] if other else []), leave_out(field)])
