"""Features that are named like a model's decisions: classifiers would learn from them and say nothing about people."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.data.column import Role
from core.data.inference.decision_columns import proposed
from core.data.schema import Schema

_MAX_LISTED: Final = 5


def named_features(schema: Schema, frame: pd.DataFrame) -> list[str]:
    """Return the features that are named like a model's decisions; see `core.data.inference.decision_columns`."""
    found = proposed(schema, frame)
    return [name for name in (*found.predictions, *found.scores) if schema.column(name).role is Role.FEATURE]


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
