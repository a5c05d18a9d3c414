"""Predicted labels as outcomes of the target: in the target's values, or in words of their own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.decision_columns import DecisionColumn, listed
from core.data.groups import as_text, is_binary, negative_name, positive_name
from core.data.inference.name_hints import FAVORABLE_VALUES
from core.data.label_spelling import as_the_target, plain_spelling, spelled_like
from core.data.schema import Schema
from core.errors import DataError, change

_ENOUGH: Final = 0.5
"""Share of the rows that must have a value of the target; fewer are another vocabulary."""


@dataclass(frozen=True)
class PredictedLabels:
    """What a column of predicted labels says about the target.

    Args:
        known: Which labels were understood, shape (n,).
        selected: 1 where the positive outcome is predicted, else 0, of the k labels that were understood, shape (k,).
        labels: The predicted values of the target, shape (k,); ``None`` if only positive and not are told apart.
        notes: What was left out or reinterpreted, one sentence each.
    """

    known: NDArray[np.bool_]
    selected: NDArray[np.int8]
    labels: NDArray[np.object_] | None
    notes: tuple[str, ...] = ()


def predicted_labels(
    told: NDArray[np.object_], column: DecisionColumn, frame: pd.DataFrame, schema: Schema
) -> PredictedLabels:
    """Return the outcomes that labels predict.

    Args:
        told: Labels as text, shape (n,).
        column: Where they stand, and which one stands for the positive outcome if that was said.
        frame: Typed rows, for the target's values.
        schema: Target, positive value and which outcome is favourable.

    Raises:
        DataError: The labels are not the target's values, and no label is known to stand for the positive one.
    """
    if column.positive is not None:
        return _in_own_words(told, column.column, _spelled(column, told), frame, schema)
    if schema.threshold is None:
        known = set(as_text(frame[schema.target].dropna()))
        told = as_the_target(told, known)
        understood = np.asarray([value in known for value in told.tolist()], dtype=bool)
        if understood.mean() >= _ENOUGH:
            return _in_target_values(told, understood, column.column, schema)
    guess = likely_positive(set(told.tolist()), frame, schema)
    if guess is None:
        raise _unknown_words(sorted(set(told.tolist())), column.column, frame, schema)
    return _in_own_words(told, column.column, guess, frame, schema)


def in_own_words(values: Collection[str], frame: pd.DataFrame, schema: Schema) -> bool:
    """Return whether none of a column's values is one of the target, so that somebody must say what they stand for."""
    if schema.threshold is not None:
        return True
    known = set(as_text(frame[schema.target].dropna()))
    return not known & set(as_the_target(np.asarray(sorted(values), dtype=object), known).tolist())


def likely_positive(values: Collection[str], frame: pd.DataFrame, schema: Schema) -> str | None:
    """Return which of two labels likely stands for the positive outcome; ``None`` if their words do not tell.

    One must be a usual word for what is good for a person, such as ``approve``. It stands for the favourable outcome,
    so the target needs two outcomes of which one is known to be favourable.
    """
    good = [value for value in values if plain_spelling(value) in FAVORABLE_VALUES]
    if len(values) != 2 or len(good) != 1 or schema.favorable is None or not is_binary(frame, schema):
        return None
    (other,) = set(values) - set(good)
    return good[0] if schema.favorable == "positive" else other


def _in_target_values(
    told: NDArray[np.object_], known: NDArray[np.bool_], name: str, schema: Schema
) -> PredictedLabels:
    strange = sorted(set(told[~known].tolist()))
    note = (
        f"{name!r} has values that the target {schema.target!r} never has ({listed(strange)}) in "
        f"{int((~known).sum()):,} rows; they are left out."
    )
    selected = np.asarray(told[known] == positive_name(schema), dtype=np.int8)
    return PredictedLabels(known, selected, told[known], (note,) if strange else ())


def _in_own_words(
    told: NDArray[np.object_], name: str, positive: str, frame: pd.DataFrame, schema: Schema
) -> PredictedLabels:
    selected = np.asarray(told == positive, dtype=np.int8)
    outcome, other = positive_name(schema), negative_name(schema, frame)
    others = sorted(set(told.tolist()) - {positive})
    note = f"In {name!r}, {positive!r} stands for {outcome!r} of {schema.target!r}, and {listed(others)} for {other!r}."
    return PredictedLabels(np.ones(len(told), dtype=bool), selected, None, (note,))


def _spelled(column: DecisionColumn, told: NDArray[np.object_]) -> str:
    """Return the label that was said to stand for the positive outcome, as the column writes it."""
    values = sorted(set(told.tolist()))
    label = spelled_like(str(column.positive), values)
    if label not in values:
        raise DataError(
            f"Column {column.column!r} has no value {column.positive!r}; its values are {listed(values)}.",
            field="prediction",
            remedies=[change("prediction")],
        )
    return label


def _unknown_words(values: list[str], name: str, frame: pd.DataFrame, schema: Schema) -> DataError:
    outcome = positive_name(schema)
    known = sorted(set(as_text(frame[schema.target].dropna())))
    theirs = "" if schema.threshold is not None else f" ({listed(known)})"
    return DataError(
        f"Column {name!r} has none of the target's values{theirs} in most rows; it has {listed(values)}. Say which of "
        f"them stands for {outcome!r}, as {name}@{values[0]}, or write both with the same values.",
        field="prediction",
        remedies=[change("prediction")],
    )
