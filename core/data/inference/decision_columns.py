"""Which columns of a table likely hold the decisions of a model. The user decides."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.data.column import Kind, Role
from core.data.groups import as_text
from core.data.inference.name_hints import is_prediction_name, is_saved_name, is_score_name
from core.data.inference.target_values import MAX_CLASSES
from core.data.predicted_labels import likely_positive
from core.data.schema import Schema


@dataclass(frozen=True, slots=True)
class Proposal:
    """Columns that likely hold decisions of models.

    Args:
        predictions: Headers of columns with predicted labels.
        scores: Headers of columns with scores.
    """

    predictions: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()


def proposed(schema: Schema, frame: pd.DataFrame) -> Proposal:
    """Return the columns that are named like a model's decisions and have the content of such.

    Predicted labels have a value of the target, or two words of which one tells what it stands for. If no column is the
    target, they have few values. Scores are numbers.

    Args:
        schema: Kinds and roles. Target, sensitive and identifying columns are never proposed.
        frame: Typed by ``schema``, shape (n, columns).
    """
    labels, scores = [], []
    target = next(iter(schema.with_role(Role.TARGET)), "")
    for column in schema.columns:
        if column.role not in (Role.FEATURE, Role.IGNORED) or column.is_identifying or column.kind is Kind.DATETIME:
            continue
        is_score = is_score_name(column.name)
        is_saved = is_saved_name(column.name, target)
        if not (is_score or is_saved or is_prediction_name(column.name)):
            continue
        if not is_score and _has_labels(schema, frame, column.name):
            labels.append(column.name)
        elif column.is_numeric and (not is_saved or frame[column.name].dropna().between(0, 1).all()):
            scores.append(column.name)
    return Proposal(tuple(labels), tuple(scores))


def _has_labels(schema: Schema, frame: pd.DataFrame, name: str) -> bool:
    values = frame[name].dropna().drop_duplicates()
    if not 1 <= len(values) <= MAX_CLASSES:
        return False
    target = next(iter(schema.with_role(Role.TARGET)), None)
    if target is None:
        return True
    outcomes = frame[target].dropna().drop_duplicates()
    if _spelled(outcomes) & _spelled(values):
        return True
    return schema.outcome is not None and likely_positive(as_text(values).tolist(), frame, schema) is not None


def _spelled(values: pd.Series) -> set[str]:
    """Return values as text in small letters, with truth values as the numbers that stand for them."""
    return {{"true": "1", "false": "0"}.get(text.casefold(), text.casefold()) for text in as_text(values).tolist()}
