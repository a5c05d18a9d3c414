"""Read the decisions of models from the columns of a table: which rows count, and what each model decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.audit.model_decisions import DecisionsInput
from core.data.dataset import Dataset
from core.data.decision_columns import DecisionColumn
from core.data.decision_roles import DecisionRoles
from core.data.groups import GroupedFrame
from core.data.known_outcomes import with_known_outcome
from core.data.model_column import people, read_by_model, unnamed_models
from core.data.model_decisions import Decisions, read_decisions
from core.data.periods import read_periods
from core.data.readiness import MIN_AUDIT_ROWS, check_ready
from core.data.schema import Schema
from core.data.weights import WeightColumn, Weights, read_all_weights, unused_replicates
from core.pipeline.data_checks import change_notes


@dataclass(frozen=True)
class DecisionTable:
    """A table with decisions, ready to be audited.

    Args:
        dataset: The rows with a known outcome, test rows among them.
        inputs: What is audited: these rows, and the decisions on them.
        notes: What was left out or guessed, one sentence each.
        every_row: All rows, those whose outcome is unknown after the others; ``None`` if all outcomes are known.
        every_decision: The decisions of each model on all rows.
    """

    dataset: Dataset
    inputs: DecisionsInput
    notes: tuple[str, ...]
    every_row: GroupedFrame | None
    every_decision: Sequence[Decisions]


def read_input(dataset: Dataset, roles: DecisionRoles) -> DecisionTable:
    """Return the rows that count and the decisions on them.

    Raises:
        EvenhandError: The data or a column cannot be used.
    """
    schema = roles.without_features(dataset.schema)
    whole, weights, notes = _weighted(_with_all_rows(replace(dataset, schema=schema)), roles.weight)
    size = int(whole.frame[schema.target].notna().sum())
    known = replace(whole, frame=whole.frame.iloc[:size])
    notes = [
        *dataset.notes,
        *change_notes(dataset),
        *_pooled(dataset),
        *notes,
        *check_ready(known.frame, schema, rows=MIN_AUDIT_ROWS, trains=False),
    ]
    every, told = _read(whole.frame, schema, roles)
    notes += [*told, *dict.fromkeys(note for one in roles.columns for note in _share_of_rows(one, roles))]
    order = list(dict.fromkeys(roles.columns))  # of a long file, each model has all columns in this order
    every = [
        replace(one, notes=(*one.notes, *_share_of_rows(order[place % len(order)], roles)))
        for place, one in enumerate(every)
    ]
    periods = None
    if roles.period is not None:
        periods, told = read_periods(known.frame, schema, roles.period)
        notes += told
    models = [with_known_outcome(one, size) for one in every]
    counted = None
    if roles.model_column is not None:
        counted, note = people(models)
        notes.append(note)
    every_row = None
    if size < len(whole.frame):
        every_row = GroupedFrame(whole.frame, schema, weights)
        notes.append(_unknown(len(whole.frame) - size, schema.target))
    inputs = DecisionsInput(
        schema,
        known.frame,
        models,
        people=counted,
        weights=None if weights is None else weights[np.arange(size)],
        periods=periods,
        references=dict(roles.references),
    )
    return DecisionTable(known, inputs, tuple(notes), every_row, every)


def _weighted(dataset: Dataset, weight: WeightColumn | None) -> tuple[Dataset, Weights | None, list[str]]:
    """Return the rows that count, their weights, and notes; all rows without weights."""
    if weight is None:
        return dataset, None, []
    weights, rows, notes = read_all_weights(dataset.frame, weight)
    notes += unused_replicates(dataset.schema.names, weight)
    frame = dataset.frame.iloc[rows].reset_index(drop=True)
    return replace(dataset, frame=frame), weights, notes


def _read(frame: pd.DataFrame, schema: Schema, roles: DecisionRoles) -> tuple[list[Decisions], list[str]]:
    if roles.model_column is not None:
        models, notes = read_by_model(frame, schema, roles.columns, roles.model_column)
        return models, list(notes)
    models = read_decisions(frame, schema, roles.columns)
    return models, [*(note for one in models for note in one.notes), *unnamed_models(frame)]


def _with_all_rows(dataset: Dataset) -> Dataset:
    """Return the dataset with test rows among the others, and after them the rows without a target."""
    parts = [part for part in (dataset.frame, dataset.holdout, dataset.without_target) if part is not None]
    if len(parts) == 1:
        return dataset
    return replace(dataset, frame=pd.concat(parts, ignore_index=True), holdout=None, without_target=None)


def _pooled(dataset: Dataset) -> list[str]:
    if dataset.holdout is None:
        return []
    return [
        f"The {len(dataset.holdout):,} test rows that came with the table are audited with the others: figures are "
        "over both. If a model learned from the others, audit the test rows alone."
    ]


def _share_of_rows(one: DecisionColumn, roles: DecisionRoles) -> list[str]:
    """Say that a share of rows is not one of weighted people."""
    if roles.weight is None or one.rule is None or one.rule.top is None:
        return []
    return [f"'{one.column}' selects {one.rule} of the rows, not of the weighted people."]


def _unknown(count: int, target: str) -> str:
    return (
        f"{target!r} is missing in {count:,} rows. How often a model selects is given for all rows too; figures that "
        "need the outcome are of the rows that have one."
    )
