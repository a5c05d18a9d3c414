"""How much each row counts: a column of survey weights or of frequencies.

A survey weight says how many people a drawn row stands for. The row is still one draw, so that unequal weights make
figures less certain than as many equal ones. A frequency says how many equal people a row summarises; each is a draw.
Replicate weights beside survey weights tell how far figures vary, where people were not drawn independently.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.io.text_values import named_numbers
from core.data.replicates import ReplicateColumns, Replicates, likely_replicates, read_replicates
from core.data.schema import Schema
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
        replicates: Columns of replicate weights, from which intervals follow.
    """

    column: str
    kind: WeightKind = "survey"
    replicates: ReplicateColumns | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that hold weights."""
        return (self.column, *(() if self.replicates is None else self.replicates.columns))

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> WeightColumn:
        """Return the column that a manifest keeps."""
        found = saved.get("replicates")
        replicates = None if found is None else ReplicateColumns(**{**found, "columns": tuple(found["columns"])})
        return cls(**{**saved, "replicates": replicates})


@dataclass(frozen=True)
class Weights:
    """How much each row counts.

    Args:
        per_row: Weights above 0, shape (n,).
        squares: What a row adds to the sum of squared weights, shape (n,): the square of a survey weight; of a
            frequency ``w`` the number ``w``, as it stands for ``w`` draws of weight 1.
        replicates: Replicate weights, if variances come from them.
    """

    per_row: NDArray[np.float64]
    squares: NDArray[np.float64]
    replicates: Replicates | None = None

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
        if len(rows) == len(self.per_row) and (
            rows.all() if rows.dtype == bool else (rows == np.arange(len(rows))).all()
        ):
            return self  # replicate weights are large: no copy of all
        return Weights(
            self.per_row[rows], self.squares[rows], None if self.replicates is None else self.replicates[rows]
        )

    @property
    def effective(self) -> float:
        """The number of equally weighted draws that are as certain: ``(sum w)^2 / sum w^2`` (Kish 1965)."""
        return float(self.per_row.sum() ** 2 / self.squares.sum()) if len(self.per_row) else 0.0

    def effective_by(self, codes: NDArray[np.int64], size: int) -> NDArray[np.float64]:
        """Return the effective number of rows of each group, shape (size,), from the group of each row, shape (n,)."""
        values, squares = (np.bincount(codes, weights=one, minlength=size) for one in (self.per_row, self.squares))
        return np.divide(values**2, squares, out=np.zeros(size), where=squares > 0)


def without_weights(schema: Schema, weight: WeightColumn, taken: Collection[str] = ()) -> Schema:
    """Return the schema in which no column of weights is a feature.

    Args:
        schema: Kinds and roles.
        weight: The columns.
        taken: Columns that hold decisions or name models.

    Raises:
        DataError: There is no such column, or it has another use.
    """
    reason = "Weights of the rows: no feature."
    schema = set_aside(schema, weight.column, "weight", purpose="hold weights", reason=reason, taken=taken)
    replicates = () if weight.replicates is None else weight.replicates.columns
    taken, reason = {*taken, weight.column}, "Replicate weights: no feature."
    for name in replicates:
        purpose = "hold replicate weights"
        schema = set_aside(schema, name, "replicate_weights", purpose=purpose, reason=reason, taken=taken)
    return schema


def read_all_weights(frame: pd.DataFrame, weight: WeightColumn) -> tuple[Weights, NDArray[np.intp], list[str]]:
    """Return the weights with their replicates, the positions of the rows that count, and notes, a sentence each.

    Args:
        frame: Typed rows, shape (n, columns).
        weight: The columns.

    Raises:
        DataError: See `read_weights` and `core.data.replicates.read_replicates`.
    """
    values, rows, notes = read_weights(frame, weight)
    weights = Weights.of(values, weight.kind)
    if weight.replicates is None:
        return weights, rows, notes
    replicates, told = read_replicates(frame.iloc[rows], weight.replicates, values)
    return replace(weights, replicates=replicates), rows, [*notes, *told]


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
    name, values = weight.column, named_numbers(frame[weight.column])
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


def unused_replicates(names: Sequence[str], weight: WeightColumn) -> list[str]:
    """Return a note on columns that are named like replicates of the weights, for an audit that was not told of any."""
    likely = likely_replicates(weight.column, names) if weight.replicates is None else ()
    if not likely or weight.kind == "frequency":
        return []
    return [
        f"Columns {likely[0]!r} to {likely[-1]!r} are named as replicate weights of {weight.column!r} are, but are not "
        "used. If they are, name them with their method: intervals then hold for how the survey drew its people."
    ]


def weight_column(
    name: str | None, kind: str | None, replicates: ReplicateColumns | None = None
) -> WeightColumn | None:
    """Return the column of weights and their kind, survey weights unless said otherwise; ``None`` without a column.

    Raises:
        ConfigError: There is no such kind, or no column of weights; or frequencies have replicates.
    """
    if kind == "frequency" and replicates is not None:
        raise ConfigError(
            "Replicate weights say how a drawn sample varies, and frequencies are no sample.",
            field="weight_kind",
            remedies=[change("weight_kind"), leave_out("replicate_weights")],
        )
    if name is None and kind is not None:
        raise ConfigError(
            "A kind of weights is given, but no column holds weights.",
            field="weight_kind",
            remedies=[give("weight"), leave_out("weight_kind")],
        )
    for known in KINDS:
        if kind in (known, None):
            return None if name is None else WeightColumn(name, known, replicates)
    raise ConfigError(
        f"There is no kind of weights {kind!r}; there are {' and '.join(map(repr, KINDS))}.",
        field="weight_kind",
        remedies=[change("weight_kind")],
    )


def _meaning(values: NDArray[np.float64], weight: WeightColumn) -> str:
    name, total = weight.column, float(values.sum())
    if weight.kind == "frequency":
        return f"Each row counts as many people as {name!r} says: {total:,.0f} people in {len(values):,} rows."
    if weight.replicates is not None:
        return f"Every figure is weighted by {name!r}."
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
