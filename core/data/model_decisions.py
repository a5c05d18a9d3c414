"""The decisions of a model that exists, read from columns of a table: predicted labels, or scores and a rule.

A prediction column has values of the target. A score column is a number that is higher where the positive outcome is
more likely; a rule selects by it: a threshold (``score@0.5``), or the highest share of all rows (``score@top10%``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Role
from core.data.groups import as_text, positive_name
from core.data.io.text_values import named_numbers
from core.data.label_spelling import as_the_target
from core.data.predicted_numbers import predicts_number, selection_note
from core.data.schema import Schema
from core.data.score_notes import score_notes, why_no_probability
from core.errors import DataError, FieldName, change, leave_out

PROBABILITY_THRESHOLD: Final = 0.5
MAX_MODELS: Final = 50
_RULE: Final = re.compile(
    r"(?P<top>top\s*)?(?P<number>[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(?P<percent>%)?", re.IGNORECASE
)
_MAX_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class SelectionRule:
    """Which rows a score selects.

    Args:
        threshold: Rows with this score or a higher one; ``None`` if ``top`` is given.
        top: This share of the rows, those with the highest scores; rows with the score of the last one are selected
            too.
    """

    threshold: float | None = None
    top: float | None = None

    def __str__(self) -> str:
        """Return the rule as a name shows it.

        >>> str(SelectionRule(threshold=5.0)), str(SelectionRule(top=0.1))
        ('≥ 5', 'top 10%')
        """
        return f"≥ {self.threshold:g}" if self.threshold is not None else f"top {100 * (self.top or 0):g}%"

    def cut(self, scores: NDArray[np.float64]) -> float:
        """Return the lowest score that is selected."""
        if self.threshold is not None:
            return self.threshold
        count = min(max(round((self.top or 0.0) * len(scores)), 1), len(scores))
        return float(np.partition(scores, len(scores) - count)[len(scores) - count])


@dataclass(frozen=True, slots=True)
class DecisionColumn:
    """A column with a model's decisions.

    Args:
        column: Its header.
        is_score: Whether it holds scores; otherwise predicted labels.
        rule: How scores select; ``None`` for a threshold of 0.5 on probabilities.
    """

    column: str
    is_score: bool = False
    rule: SelectionRule | None = None

    @property
    def field(self) -> FieldName:
        """The input that named it."""
        return "score" if self.is_score else "prediction"


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


def decision_columns(
    predictions: Sequence[str], scores: Sequence[str], headers: Collection[str]
) -> list[DecisionColumn]:
    """Return the columns that texts name: ``NAME`` for predictions; ``NAME``, ``NAME@0.5``, ``NAME@top10%`` for scores.

    A header may itself hold an ``@``: a text that is a header is the column.

    Raises:
        DataError: A column does not exist, or a rule is not understood.

    >>> [(one.column, str(one.rule)) for one in decision_columns([], ["risk@top10%", "a@b"], ["risk", "a@b"])]
    [('risk', 'top 10%'), ('a@b', 'None')]
    """
    found = [DecisionColumn(_known(text, headers, "prediction")) for text in predictions]
    for text in scores:
        name, sign, rule = ("", "", "") if text in headers else text.rpartition("@")
        column = _known(name if sign else text, headers, "score")
        found.append(DecisionColumn(column, is_score=True, rule=_rule(rule, text) if sign else None))
    if len(found) > MAX_MODELS:
        raise DataError(
            f"{len(found)} models are named, more than the {MAX_MODELS} that one audit compares; name fewer.",
            field="score",
        )
    return found


def without_features(schema: Schema, columns: Sequence[DecisionColumn]) -> Schema:
    """Return the schema in which the decisions of models are no features.

    Raises:
        DataError: One of them is the target, the reference outcome or a sensitive column.
    """
    for one in columns:
        if one.column == schema.reference:
            raise DataError(
                f"Column {one.column!r} is the reference outcome, so it cannot hold a model's decisions too.",
                field=one.field,
                remedies=[change(one.field), change("reference")],
            )
        role = schema.column(one.column).role
        if role in (Role.TARGET, Role.SENSITIVE):
            raise DataError(
                f"Column {one.column!r} is the {'target' if role is Role.TARGET else 'sensitive column'}, so it cannot "
                "hold a model's decisions too.",
                field=one.field,
                remedies=[change(one.field)],
            )
        schema = schema.edited(one.column, role=Role.IGNORED, reason="Decisions of a model: no feature.")
    return schema


def default_rule(scores: pd.Series) -> SelectionRule | None:
    """Return the threshold of 0.5 if the scores are between 0 and 1, as probabilities are; else ``None``.

    >>> str(default_rule(pd.Series([0.2, None, 0.9]))), default_rule(pd.Series([1, 10]))
    ('≥ 0.5', None)
    """
    known = scores.dropna().to_numpy(dtype=np.float64)
    inside = bool(len(known)) and float(known.min()) >= 0 and float(known.max()) <= 1
    return SelectionRule(threshold=PROBABILITY_THRESHOLD) if inside else None


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


def _known(name: str, headers: Collection[str], field: FieldName) -> str:
    if name not in headers:
        raise DataError(
            f"The table has no column {name!r}; its columns are {_listed(headers)}.",
            field=field,
            remedies=[change(field)],
        )
    return name


def _rule(text: str, whole: str) -> SelectionRule:
    match = _RULE.fullmatch(text.strip())
    number = float(match["number"]) / (100 if match["percent"] else 1) if match else 0.0
    if match is None or (match["percent"] and not match["top"]) or (match["top"] and not 0 < number < 1):
        raise DataError(
            f"{whole!r} is not understood; write a threshold, as score@0.5, or a share of the rows, as score@top10%.",
            field="score",
            remedies=[change("score")],
        )
    return SelectionRule(top=number) if match["top"] else SelectionRule(threshold=number)


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
    told = as_text(frame[one.column].iloc[rows])
    if schema.threshold is not None:
        raise DataError(
            f"The target {schema.target!r} is a number with a threshold, so predicted labels cannot be compared with "
            f"it; give {one.column!r} as a score.",
            field="prediction",
            remedies=[change("prediction")],
        )
    known = set(as_text(frame[schema.target].dropna()))
    told = as_the_target(told, known)
    strange = sorted({value for value in told.tolist() if value not in known})
    kept = np.asarray([value in known for value in told.tolist()], dtype=bool)
    if kept.mean() < 0.5:
        raise DataError(
            f"Column {one.column!r} has none of the target's values ({_listed(sorted(known))}) in most rows; it has "
            f"{_listed(strange)}. Write both with the same values, or give it as a score.",
            field="prediction",
            remedies=[change("prediction")],
        )
    if strange:
        notes += (
            f"{one.column!r} has values that the target {schema.target!r} never has ({_listed(strange)}) in "
            f"{int((~kept).sum()):,} rows; they are left out.",
        )
    selected = np.asarray(told[kept] == positive_name(schema), dtype=np.int8)
    return Decisions(one.column, rows[kept], None, selected, notes, told[kept])


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


def _listed(names: Collection[str]) -> str:
    shown = [repr(name) for name in list(names)[:_MAX_LISTED]]
    return ", ".join(shown) + (", …" if len(names) > _MAX_LISTED else "")
