"""The audit of decisions that exist: columns of a table with the predictions or scores of one or several models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from core.audit.model_decisions import DecisionsInput, audit_decisions
from core.audit.statistics.confidence import intervals_at
from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.holdout_split import Split
from core.data.model_decisions import DecisionColumn, SelectionRule, read_decisions, without_features
from core.data.readiness import MIN_AUDIT_ROWS, check_ready
from core.events import Listener, ignore
from core.pipeline.results import RunResult, manifest, save_real, write_report
from core.runs.locks import exclusive_access, record_result
from core.runs.run_folder import RunFolder

DECIDED = "decided"
"""Key of the manifest's number of rows."""
_COLUMNS = "decision_columns"


def audit_model_decisions(
    dataset: Dataset,
    columns: Sequence[DecisionColumn],
    config: RunConfig | None = None,
    *,
    out: Path | None = None,
    listener: Listener = ignore,
) -> RunResult:
    """Audit the decisions of models against the true outcome. Nothing is trained, and all rows are measured.

    Args:
        dataset: The table; test rows that came with it are measured with the others.
        columns: The columns with the decisions; see `core.data.model_decisions.decision_columns`.
        config: Confidence level; other settings do not apply.
        out: Folder for records and report; without it nothing is saved.
        listener: Receives progress.

    Raises:
        EvenhandError: The data, a column or the folder ``out`` cannot be used. The folder is checked first.
    """
    config = config or RunConfig()
    if out is not None:
        RunFolder.check_place(out)
    dataset = replace(_with_all_rows(dataset), schema=without_features(dataset.schema, columns))
    frame, schema = dataset.frame, dataset.schema
    notes = [*dataset.notes, *check_ready(frame, schema, rows=MIN_AUDIT_ROWS)]
    models = read_decisions(frame, schema, columns)
    notes += [note for one in models for note in one.notes]
    records = audit_decisions(DecisionsInput(schema, frame, models, config.confidence), listener)
    if out is not None:
        parts = Split(frame, frame.iloc[:0], official=False, notes=())
        decided = {
            "rows": {DECIDED: len(frame)},
            "models": [one.name for one in models],
            _COLUMNS: [asdict(one) for one in columns],
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


def audited_columns(folder: RunFolder) -> tuple[DecisionColumn, ...]:
    """Return the columns whose decisions the run audited; none if it audited or learned rows."""
    saved = folder.manifest.read().get(_COLUMNS, [])
    rules = [None if one["rule"] is None else SelectionRule(**one["rule"]) for one in saved]
    return tuple(DecisionColumn(**{**one, "rule": rule}) for one, rule in zip(saved, rules, strict=True))


def _with_all_rows(dataset: Dataset) -> Dataset:
    if dataset.holdout is None:
        return dataset
    return replace(dataset, frame=pd.concat([dataset.frame, dataset.holdout], ignore_index=True), holdout=None)
