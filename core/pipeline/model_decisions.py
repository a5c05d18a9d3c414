"""The audit of decisions that exist: columns of a table with the predictions or scores of one or several models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.audit.all_rows import all_row_records
from core.audit.glossary import DECIDED
from core.audit.model_decisions import DecisionsInput, audit_decisions
from core.audit.statistics.confidence import intervals_at
from core.audit.steps import outcome_names
from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.groups import GroupedFrame
from core.data.holdout_split import Split
from core.data.known_outcomes import with_known_outcome
from core.data.model_column import people, read_by_model, unnamed_models, without_model_column
from core.data.model_decisions import DecisionColumn, Decisions, SelectionRule, read_decisions, without_features
from core.data.periods import PeriodColumn, read_periods, without_periods
from core.data.readiness import MIN_AUDIT_ROWS, check_ready
from core.data.schema import Schema
from core.data.weights import WeightColumn, Weights, read_weights, unused_weights, without_weights
from core.errors import ConfigError, give, leave_out
from core.events import Listener, ignore
from core.findings.reversed_scores import reversed_scores
from core.pipeline.results import RunResult, manifest, save_real, write_report
from core.runs.locks import exclusive_access, record_result
from core.runs.run_folder import RunFolder

_COLUMNS = "decision_columns"
_MODEL_COLUMN = "model_column"
_WEIGHT = "weight"
_PERIOD = "period"


def audit_model_decisions(
    dataset: Dataset,
    columns: Sequence[DecisionColumn],
    config: RunConfig | None = None,
    *,
    model_column: str | None = None,
    weight: WeightColumn | None = None,
    period: PeriodColumn | None = None,
    out: Path | None = None,
    listener: Listener = ignore,
) -> RunResult:
    """Audit the decisions of models against the true outcome. Nothing is trained, and all rows are measured.

    Args:
        dataset: The table; test rows that came with it are measured with the others.
        columns: The columns with the decisions; see `core.data.model_decisions.decision_columns`.
        config: Confidence level; other settings do not apply.
        model_column: A column that names the model of each row, if the rows of several models are below one another.
        weight: A column that says how much each row counts.
        period: A column that says when each row was decided.
        out: Folder for records and report; without it nothing is saved.
        listener: Receives progress.

    Raises:
        EvenhandError: The data, a column or the folder ``out`` cannot be used. The folder is checked first.
    """
    config = config or RunConfig()
    if out is not None:
        RunFolder.check_place(out)
    schema = without_features(dataset.schema, columns)
    if model_column is not None:
        schema = without_model_column(schema, model_column, columns)
    named = [*(one.column for one in columns), *([] if model_column is None else [model_column])]
    if weight is not None:
        schema = without_weights(schema, weight, named)
    if period is not None:
        schema = without_periods(schema, period, named if weight is None else [*named, weight.column])
    whole, weights, told = _weighted(_with_all_rows(replace(dataset, schema=schema)), weight)
    size = int(whole.frame[schema.target].notna().sum())
    dataset = replace(whole, frame=whole.frame.iloc[:size])
    frame = dataset.frame
    notes = [*dataset.notes, *told, *check_ready(frame, schema, rows=MIN_AUDIT_ROWS, trains=False)]
    every, told = _read(whole.frame, schema, columns, model_column)
    notes += told
    periods = None
    if period is not None:
        periods, told = read_periods(frame, schema, period)
        notes += told
    models = [with_known_outcome(one, size) for one in every]
    counted = None
    if model_column is not None:
        counted, note = people(models)
        notes.append(note)
    known = None if weights is None else weights[np.arange(size)]
    inputs = DecisionsInput(schema, frame, models, config.confidence, counted, known, periods)
    records = audit_decisions(inputs, listener)
    if size < len(whole.frame):
        notes.append(_unknown(len(whole.frame) - size, schema.target))
        with intervals_at(config.confidence):
            records += all_row_records(GroupedFrame(whole.frame, schema, weights), every, outcome_names(schema, frame))
    notes += reversed_scores(records, schema)
    if out is not None:
        parts = Split(frame, frame.iloc[:0], official=False, notes=())
        decided = {
            "rows": {DECIDED: len(frame)},
            "models": [one.name for one in inputs.models],
            _COLUMNS: [asdict(one) for one in columns],
            **({} if model_column is None else {_MODEL_COLUMN: model_column}),
            **({} if weight is None else {_WEIGHT: asdict(weight)}),
            **({} if period is None else {_PERIOD: asdict(period)}),
        }
        folder = RunFolder.create(out)
        folder.schema.save(schema)
        folder.environment.save("cpu")
        with exclusive_access(folder), record_result(folder), intervals_at(config.confidence):
            save_real(folder, dataset, parts)
            folder.manifest.save({**manifest(dataset, parts, config), **decided})
            folder.notes.save(notes)
            folder.metrics.save(records)
            folder.config.save(config)
            folder.checksums.record()
            write_report(out)
    return RunResult(out, records, notes, schema)


def check_together(
    *,
    decides: bool,
    model_column: str | None,
    has_synthetic: bool,
    weight: str | None = None,
    period_column: str | None = None,
) -> None:
    """Check that what is asked of an audit goes together.

    Args:
        decides: Whether a column with a model's decisions is named.
        model_column: The column that names the model of each row.
        has_synthetic: Whether a synthetic version is given.
        weight: The column that says how much each row counts.
        period_column: The column that says when each row was decided.

    Raises:
        ConfigError: It does not.
    """
    if decides and has_synthetic:
        raise ConfigError(
            "A model's decisions are audited on the rows that it decided, so no synthetic version can stand beside "
            "them.",
            field="synthetic",
            remedies=[leave_out("synthetic")],
        )
    if model_column is not None and not decides:
        raise ConfigError(
            f"Column {model_column!r} is said to name the model of each row, but no column holds decisions.",
            field="model_column",
            remedies=[give("prediction"), give("score")],
        )
    if weight is not None and not decides:
        raise ConfigError(
            f"Column {weight!r} is said to hold weights, but no column holds decisions, and classifiers that are "
            "trained here do not use weights.",
            field="weight",
            remedies=[give("prediction"), give("score"), leave_out("weight")],
        )
    if period_column is not None and not decides:
        raise ConfigError(
            f"Column {period_column!r} is said to name periods, but no column holds decisions to follow over time.",
            field="period_column",
            remedies=[give("prediction"), give("score"), leave_out("period_column")],
        )


def audited_columns(folder: RunFolder) -> tuple[DecisionColumn, ...]:
    """Return the columns whose decisions the run audited; none if it audited or learned rows."""
    saved = folder.manifest.read().get(_COLUMNS, [])
    rules = [None if one["rule"] is None else SelectionRule(**one["rule"]) for one in saved]
    return tuple(DecisionColumn(**{**one, "rule": rule}) for one, rule in zip(saved, rules, strict=True))


def audited_model_column(folder: RunFolder) -> str | None:
    """Return the column that names the model of each row of the run's table, if it has one."""
    name = folder.manifest.read().get(_MODEL_COLUMN)
    return None if name is None else str(name)


def audited_weight(folder: RunFolder) -> WeightColumn | None:
    """Return the column that says how much each row of the run's table counts, if it has one."""
    saved = folder.manifest.read().get(_WEIGHT)
    return None if saved is None else WeightColumn(**saved)


def audited_period(folder: RunFolder) -> PeriodColumn | None:
    """Return the column that says when each row of the run's table was decided, if it has one."""
    saved = folder.manifest.read().get(_PERIOD)
    return None if saved is None else PeriodColumn(**saved)


def _weighted(dataset: Dataset, weight: WeightColumn | None) -> tuple[Dataset, Weights | None, list[str]]:
    """Return the rows that count, their weights, and notes; all rows without weights."""
    if weight is None:
        return dataset, None, unused_weights(dataset.schema, dataset.frame)
    values, rows, notes = read_weights(dataset.frame, weight)
    frame = dataset.frame.iloc[rows].reset_index(drop=True)
    return replace(dataset, frame=frame), Weights.of(values, weight.kind), notes


def _read(
    frame: pd.DataFrame, schema: Schema, columns: Sequence[DecisionColumn], model_column: str | None
) -> tuple[list[Decisions], list[str]]:
    if model_column is not None:
        models, notes = read_by_model(frame, schema, columns, model_column)
        return models, list(notes)
    models = read_decisions(frame, schema, columns)
    return models, [*(note for one in models for note in one.notes), *unnamed_models(frame)]


def _with_all_rows(dataset: Dataset) -> Dataset:
    """Return the dataset with test rows among the others, and after them the rows without a target."""
    parts = [part for part in (dataset.frame, dataset.holdout, dataset.without_target) if part is not None]
    if len(parts) == 1:
        return dataset
    return replace(dataset, frame=pd.concat(parts, ignore_index=True), holdout=None, without_target=None)


def _unknown(count: int, target: str) -> str:
    return (
        f"{target!r} is missing in {count:,} rows. How often a model selects is given for all rows too; figures that "
        "need the outcome are of the rows that have one."
    )
