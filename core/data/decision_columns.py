"""The columns of a table that hold the decisions of a model: predicted labels, or scores and a rule.

A text names one, perhaps with what selects: ``score@0.5`` by a threshold, ``score@top10%`` by the highest share of all
rows, ``decision@approve`` by a value that stands for the positive outcome where the labels have words of their own.
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
from core.data.schema import Schema
from core.errors import DataError, FieldName, change

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
        positive: The label that stands for the positive outcome; ``None`` if labels are values of the target.
    """

    column: str
    is_score: bool = False
    rule: SelectionRule | None = None
    positive: str | None = None

    @property
    def field(self) -> FieldName:
        """The input that named it."""
        return "score" if self.is_score else "prediction"


def decision_columns(
    predictions: Sequence[str], scores: Sequence[str], headers: Collection[str]
) -> list[DecisionColumn]:
    """Return the columns that texts name.

    Predictions are ``NAME``, or ``NAME@LABEL`` with the label that stands for the positive outcome. Scores are
    ``NAME``, ``NAME@0.5`` or ``NAME@top10%``. A header may itself hold an ``@``: a text that is a header is the column.

    Raises:
        DataError: A column does not exist, or a rule is not understood.

    >>> [(one.column, str(one.rule)) for one in decision_columns([], ["risk@top10%", "a@b"], ["risk", "a@b"])]
    [('risk', 'top 10%'), ('a@b', 'None')]
    """
    found = []
    for text in predictions:
        name, label = _parted(text, headers)
        found.append(DecisionColumn(_known(name, headers, "prediction"), positive=label))
    for text in scores:
        name, rule = _parted(text, headers)
        column = _known(name, headers, "score")
        found.append(DecisionColumn(column, is_score=True, rule=None if rule is None else _rule(rule, text)))
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


def _parted(text: str, headers: Collection[str]) -> tuple[str, str | None]:
    """Return the header that a text begins with, and what stands behind the ``@``, if one does."""
    if text in headers:
        return text, None
    beginnings = [name for name in headers if text.startswith(f"{name}@")]
    if beginnings:
        name = max(beginnings, key=len)
        return name, text[len(name) + 1 :]
    name, sign, behind = text.rpartition("@")
    return (name, behind) if sign else (text, None)


def _known(name: str, headers: Collection[str], field: FieldName) -> str:
    if name not in headers:
        raise DataError(
            f"The table has no column {name!r}; its columns are {listed(headers)}.",
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


def listed(names: Collection[str]) -> str:
    """Return the first few names, quoted."""
    shown = [repr(name) for name in list(names)[:_MAX_LISTED]]
    return ", ".join(shown) + (", …" if len(names) > _MAX_LISTED else "")
