"""Predicted labels as outcomes of the target: in the target's values, or in words of their own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.decision_columns import DecisionColumn, listed
from core.data.groups import as_text, is_binary, negative_name, positive_name
from core.data.inference.name_hints import FAVORABLE_VALUES, UNFAVORABLE_VALUES
from core.data.label_spelling import as_the_target, spelled_like, spelling_key
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
    name = column.column
    values = sorted(set(as_text(frame[name].dropna()).tolist()))
    if column.positive is not None:
        return _in_own_words(told, values, name, _key_of(column, values), frame, schema)
    if not in_own_words(values, frame, schema):
        known = set(as_text(frame[schema.target].dropna()))
        told = as_the_target(told, known)
        understood = np.asarray([value in known for value in told.tolist()], dtype=bool)
        if understood.mean() >= _ENOUGH:
            return _in_target_values(told, understood, name, schema)
    guess = likely_positive(values, frame, schema)
    if guess is None:
        raise _unknown_words(values, name, frame, schema)
    return _in_own_words(told, values, name, spelling_key(guess), frame, schema)


def in_own_words(values: Collection[str], frame: pd.DataFrame, schema: Schema) -> bool:
    """Return whether a column's labels are not the target's values, so that somebody must say what they stand for.

    Two labels of which one is a value of a target with two are other codes, such as 1 and 2 beside 0 and 1.
    """
    if schema.threshold is not None:
        return True
    known = set(as_text(frame[schema.target].dropna()))
    spelled = set(as_the_target(np.asarray(sorted(values), dtype=object), known).tolist())
    shared = known & spelled
    return not shared or (len(shared) == 1 and len(spelled) == len(known) == 2)


def likely_positive(values: Collection[str], frame: pd.DataFrame, schema: Schema) -> str | None:
    """Return which of two labels likely stands for the positive outcome; ``None`` if their words do not tell.

    One must be a usual word for what is good for a person, such as ``approve``, and the other its opposite. The good
    one stands for the favourable outcome, so the target needs two outcomes of which one is known to be favourable.
    """
    by_key = {spelling_key(value): value for value in values}
    good = [key for key in by_key if key in FAVORABLE_VALUES]
    bad = [key for key in by_key if key in UNFAVORABLE_VALUES or key.removeprefix("not ") in FAVORABLE_VALUES - {key}]
    if len(by_key) != 2 or len(good) != 1 or len(bad) != 1 or schema.favorable is None:
        return None
    if not is_binary(frame, schema):
        return None
    return by_key[good[0] if schema.favorable == "positive" else bad[0]]


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
    told: NDArray[np.object_], values: Sequence[str], name: str, key: str, frame: pd.DataFrame, schema: Schema
) -> PredictedLabels:
    """Return which labels have the spelling of the one that stands for the positive outcome."""
    positive = [value for value in values if spelling_key(value) == key]
    selected = np.isin(told, positive).astype(np.int8)
    outcome, other = positive_name(schema), negative_name(schema, frame)
    others = [value for value in values if value not in positive]
    rest = f", and {listed(others)} for {other!r}" if others else ""
    note = f"In {name!r}, {listed(positive)} stands for {outcome!r} of {schema.target!r}{rest}."
    return PredictedLabels(np.ones(len(told), dtype=bool), selected, None, (note,))


def _key_of(column: DecisionColumn, values: Sequence[str]) -> str:
    """Return the spelling of the label that was said to stand for the positive outcome."""
    key = spelling_key(str(column.positive))
    if key not in map(spelling_key, values):
        key = spelling_key(spelled_like(str(column.positive), values))
    if key not in map(spelling_key, values):
        raise DataError(
            f"Column {column.column!r} has no value {column.positive!r}; its values are {listed(values)}.",
            field="prediction",
            remedies=[change("prediction")],
        )
    return key


def _unknown_words(values: list[str], name: str, frame: pd.DataFrame, schema: Schema) -> DataError:
    outcome = positive_name(schema)
    known = sorted(set(as_text(frame[schema.target].dropna())))
    theirs = "" if schema.threshold is not None else f" ({listed(known)})"
    return DataError(
        f"Column {name!r} has other values than the target{theirs}: {listed(values)}. Say which of "
        f"them stands for {outcome!r}, as {name}@{values[0]}, or write both with the same values.",
        field="prediction",
        remedies=[change("prediction")],
    )
