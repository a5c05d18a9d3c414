"""Features that are likely no facts about people: a model's decisions, or the outcome under another name.

A classifier that learns from such a feature copies it, and its figures say nothing about people.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Role
from core.data.groups import target_labels
from core.data.inference.decision_columns import proposed
from core.data.inference.target_values import MAX_CLASSES
from core.data.sampling import sample_positions
from core.data.schema import Schema

AGREEMENT: Final = 0.98
"""Share of all rows in which a feature must tell the outcome."""
_OF_EACH: Final = 0.9
"""Share of the rows of each outcome; a rare outcome makes any constant agree in most rows."""
_MAX_LISTED: Final = 5
MAX_ROWS: Final = 50_000
"""Rows on which a threshold is sought."""


def decision_notes(schema: Schema, frame: pd.DataFrame) -> list[str]:
    """Return a sentence on the features that are named like a model's decisions, and one on each that tells the target.

    Args:
        schema: With a target.
        frame: Typed by ``schema``, shape (n, columns).
    """
    named = named_features(schema, frame)
    notes = [named_note(named)] if named else []
    outcomes = _outcomes(frame[frame[schema.target].notna()], schema)
    for name in schema.features:
        share = agreement(frame[name][frame[schema.target].notna()], outcomes)
        if name not in named and share >= AGREEMENT:
            notes.append(
                f"Feature {name!r} tells the target {schema.target!r} in {_percent(share)} of the rows, so classifiers "
                "have little else to learn; leave it out if it is only known with the outcome, or audit it as a "
                "prediction if a model made it."
            )
    return notes


def named_features(schema: Schema, frame: pd.DataFrame) -> list[str]:
    """Return the features that are named like a model's decisions; see `core.data.inference.decision_columns`."""
    found = proposed(schema, frame)
    return [name for name in (*found.predictions, *found.scores) if schema.column(name).role is Role.FEATURE]


def agreement(values: pd.Series, outcomes: NDArray[np.intp]) -> float:
    """Return the share of rows in which a column tells the outcome; 0 if it does not tell each outcome.

    A value of its own tells an outcome or, of two outcomes and numbers, the side of a threshold does.

    Args:
        values: A column, shape (n,). Missing is a value.
        outcomes: Codes of the outcomes from 0, shape (n,).

    >>> agreement(pd.Series(["offer", "regret", "regret"]), np.array([1, 0, 0]))
    1.0
    >>> agreement(pd.Series(["a", "b", "a", "b"]), np.array([1, 0, 0, 1]))
    0.0
    >>> agreement(pd.Series(np.arange(40) / 40), np.repeat([1, 0], 20))
    1.0
    """
    if not len(values):
        return 0.0
    codes, values_of_codes = pd.factorize(values, use_na_sentinel=False)
    distinct = len(values_of_codes)
    if distinct > MAX_CLASSES:
        if not pd.api.types.is_numeric_dtype(values) or len(np.unique(outcomes)) != 2:
            return 0.0
        codes, distinct = _sides(values.to_numpy(np.float64, na_value=np.nan), outcomes), 2
    sizes = np.bincount(outcomes)
    table = np.bincount(outcomes * distinct + codes, minlength=len(sizes) * distinct)
    table = table.reshape(len(sizes), distinct)
    most = table.max(axis=1)
    if len(set(table.argmax(axis=1))) < len(sizes) or (most < _OF_EACH * sizes).any():
        return 0.0
    return float(most.sum() / len(values))


def _sides(numbers: NDArray[np.float64], outcomes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the side of each number at the threshold that separates two outcomes best, shape (n,); missing is low."""
    chosen = sample_positions(len(numbers), MAX_ROWS, seed=0)
    order = chosen[np.argsort(numbers[chosen], kind="stable")]
    ordered = numbers[order]
    is_one = outcomes[order] == outcomes[order].max()
    between = np.flatnonzero(ordered[1:] != ordered[:-1])
    if not len(between):  # none of the sampled rows has another number
        return np.zeros(len(numbers), dtype=np.intp)
    below = np.cumsum(np.where(is_one, 1, -1))[between]
    right = np.maximum(is_one.sum() - below, (~is_one).sum() + below)  # whichever outcome is below
    best = ordered[between[np.argmax(right)]]
    return np.asarray(numbers > best, dtype=np.intp)


def _outcomes(known: pd.DataFrame, schema: Schema) -> NDArray[np.intp]:
    if schema.threshold is not None:
        return target_labels(known, schema).astype(np.intp)
    return pd.factorize(known[schema.target])[0].astype(np.intp)


def named_note(names: list[str]) -> str:
    """Return a sentence on features that are named like a model's decisions, at least one."""
    shown = ", ".join(map(repr, names[:_MAX_LISTED])) + (", …" if len(names) > _MAX_LISTED else "")
    if len(names) == 1:
        return (
            f"Feature {shown} is named like the decisions of a model, and classifiers learn from it; audit it as a "
            "prediction or a score, or leave it out."
        )
    return (
        f"Features {shown} are named like the decisions of models, and classifiers learn from them; audit them as "
        "predictions or scores, or leave them out."
    )


def _percent(share: float) -> str:
    return f"{np.floor(1000 * share) / 10:g} %"
