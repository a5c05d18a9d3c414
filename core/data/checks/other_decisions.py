"""Features that have the outcome's own values, as predictions, recommendations and other decisions have."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.data.checks.edits import ExcludeColumn
from core.data.checks.issue import Issue
from core.data.column import Kind
from core.data.groups import as_text
from core.data.inference.decision_notes import named_features
from core.data.inference.target_values import MAX_CLASSES
from core.data.label_spelling import spelling_key
from core.data.schema import Schema

_ANSWERS: Final = frozenset(
    {"yes", "no", "y", "n", "true", "false", "t", "f", "0", "1", "ja", "nein", "oui", "non", "si", "sí", "x"}
    | {"low", "medium", "high", "good", "bad", "none", "positive", "negative", "pos", "neg"}
)
"""Values of all kinds of columns."""
_LEAST: Final = 2


def other_decision_issues(frame: pd.DataFrame, schema: Schema) -> list[Issue]:
    """Return an issue for each feature that has at least two values, all of them the outcome's.

    Features that are named like a model's decisions are told by `core.data.inference.decision_notes`.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: With a target.
    """
    outcomes = _values(frame[schema.target])
    if len(outcomes - _ANSWERS) < _LEAST or schema.column(schema.target).kind is not Kind.CATEGORICAL:
        return []
    named = set(named_features(schema, frame))
    found = [one for one in schema.columns if one.name in schema.features and one.kind is Kind.CATEGORICAL]
    return [
        _issue(one.name, schema.target, len(frame))
        for one in found
        if one.name not in named and len(values := _values(frame[one.name])) >= _LEAST and values <= outcomes
    ]


def _values(values: pd.Series) -> set[str]:
    """Return the values, whatever their spelling; none if there are many."""
    distinct = values.dropna().drop_duplicates()
    return set(map(spelling_key, as_text(distinct).tolist())) if len(distinct) <= MAX_CLASSES else set()


def _issue(name: str, target: str, rows: int) -> Issue:
    return Issue(
        check="decision",
        columns=(name,),
        sentence=f"Feature {name!r} has the values of the target {target!r}, as a prediction, a recommendation or "
        "another decision has, and classifiers learn from it. Audit it as a prediction if a model made it, or leave "
        "it out.",
        rows=rows,
        remedies=(ExcludeColumn(column=name),),
    )
