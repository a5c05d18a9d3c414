"""The decisions of a model that exists, read from columns of a table: predicted labels, or scores and a rule.

A prediction column has values of the target, or labels of its own of which one stands for the positive outcome. A score
column is a number that is higher where the positive outcome is more likely; a rule selects by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.decision_columns import DecisionColumn, SelectionRule, default_rule
from core.data.groups import as_text
from core.data.io.text_values import named_numbers
from core.data.predicted_labels import predicted_labels
from core.data.predicted_numbers import predicts_number, selection_note
from core.data.schema import Schema
from core.data.score_notes import score_notes, why_no_probability
from core.errors import DataError, change, leave_out


@dataclass(frozen=True)
class Decisions:
    """The decisions of one model.

    Args:
        name: The model's name in records.
        rows: Positions of the rows that it decided, shape (n,).
        scores: Scores of the positive outcome, shape (n,); ``None`` if the file has labels only.
        selected: 1 where the model predicts the positive outcome, else 0, shape (n,).
        notes: What was left out or reinterpreted, one sentence each.
        labels: The predicted values of the target as text, shape (n,); ``None`` of scores.
        is_number: Whether the scores are predictions of a numeric target, in its unit.
    """

    name: str
    rows: NDArray[np.intp]
    scores: NDArray[np.float64] | None
    selected: NDArray[np.int8]
    notes: tuple[str, ...] = ()
    labels: NDArray[np.object_] | None = None
    is_number: bool = False


def read_decisions(
    frame: pd.DataFrame, schema: Schema, columns: Sequence[DecisionColumn], among: NDArray[np.intp] | None = None
) -> list[Decisions]:
    """Return the decisions of every column, each on the rows where it is not missing.

    Args:
        frame: Typed rows with a known target, shape (n, ...).
        schema: Target and positive value.
        columns: The columns; names of models are made unique by their rules.
        among: Positions of the rows that count, all by default.

    Raises:
        DataError: A column is missing everywhere, is no number, has labels that the target lacks, or needs a threshold.
    """
    rows = np.arange(len(frame)) if among is None else among
    several = {one.column for one in columns if sum(other.column == one.column for other in columns) > 1}
    return [
        _scored(frame, schema, one, rows, in_name=one.column in several)
        if one.is_score
        else _labelled(frame, schema, one, rows)
        for one in dict.fromkeys(columns)
    ]


def _present(
    frame: pd.DataFrame, one: DecisionColumn, among: NDArray[np.intp]
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    rows = among[frame[one.column].iloc[among].notna().to_numpy(dtype=bool)]
    missing = len(among) - len(rows)
    if not len(rows):
        why = f"Column {one.column!r} is missing in every row."
        raise DataError(why, field=one.field, remedies=[leave_out(one.field)])
    note = f"{one.column!r} is missing in {missing:,} of {len(among):,} rows; its figures are over the others."
    return rows, (note,) if missing else ()


def _labelled(frame: pd.DataFrame, schema: Schema, one: DecisionColumn, among: NDArray[np.intp]) -> Decisions:
    rows, notes = _present(frame, one, among)
    found = predicted_labels(as_text(frame[one.column].iloc[rows]), one, frame, schema)
    return Decisions(one.column, rows[found.known], None, found.selected, (*notes, *found.notes), found.labels)


def _scored(
    frame: pd.DataFrame, schema: Schema, one: DecisionColumn, among: NDArray[np.intp], *, in_name: bool
) -> Decisions:
    rows, notes = _present(frame, one, among)
    values = named_numbers(frame[one.column]).iloc[rows]
    if not pd.api.types.is_numeric_dtype(values.dtype):  # truth values are numbers here
        raise DataError(
            f"Column {one.column!r} is no number, so it is no score; give it as a prediction if it has the target's "
            "values.",
            field="score",
            remedies=[change("score")],
        )
    scores = values.to_numpy(dtype=np.float64)
    finite = np.isfinite(scores)
    if not finite.all():
        notes += (f"{one.column!r} is infinite in {int((~finite).sum()):,} rows; they are left out.",)
        rows, scores = rows[finite], scores[finite]
    if not len(scores):
        raise DataError(f"Column {one.column!r} has no finite number.", field="score", remedies=[leave_out("score")])
    is_number = one.rule is None and predicts_number(frame, schema, one.column)
    rule = one.rule or (SelectionRule(schema.threshold) if is_number else _probability_rule(one.column, scores))
    cut = rule.cut(scores)
    selected = np.asarray(scores >= cut, dtype=np.int8)
    if rule.top is not None:
        tied = int(selected.sum()) - min(max(round(rule.top * len(scores)), 1), len(scores))
        if tied:
            notes += (f"{one.column!r}: {tied:,} more rows have the score of the last one selected; they are too.",)
    else:
        notes += tuple(score_notes(one.column, scores, cut))
    name = f"{one.column} {rule}" if in_name else one.column
    why = f" ({rule})" if rule.top is not None else ""
    notes += (selection_note(one.column, schema, cut, why, is_number=is_number),)
    return Decisions(name, rows, scores, selected, notes, is_number=is_number)


def _probability_rule(column: str, scores: NDArray[np.float64]) -> SelectionRule:
    rule = default_rule(pd.Series(scores))
    if rule is None:
        raise DataError(why_no_probability(column, scores), field="score", remedies=[change("score")])
    return rule
