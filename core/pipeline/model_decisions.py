"""The audit of decisions that exist: columns of a table with the predictions or scores of one or several models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.audit.all_rows import all_row_records
from core.audit.glossary import DECIDED
from core.audit.model_decisions import audit_decisions
from core.audit.records import Record
from core.audit.statistics.confidence import intervals_at
from core.audit.steps import outcome_names
from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.decision_roles import DecisionRoles
from core.data.holdout_split import Split
from core.events import Listener, ignore
from core.findings.reversed_scores import reversed_scores
from core.pipeline.decision_input import DecisionTable, read_input
from core.pipeline.results import RunResult, manifest, save_real, write_report
from core.pipeline.score_plots import save_score_plots
from core.runs.locks import exclusive_access, record_result
from core.runs.run_folder import RunFolder

_ROLES = "decision_roles"


def audit_model_decisions(
    dataset: Dataset,
    roles: DecisionRoles,
    config: RunConfig | None = None,
    *,
    out: Path | None = None,
    listener: Listener = ignore,
) -> RunResult:
    """Audit the decisions of models against the true outcome. Nothing is trained, and all rows are measured.

    Args:
        dataset: The table; test rows that came with it are measured with the others.
        roles: Which columns hold the decisions, and what further columns are for.
        config: Confidence level; other settings do not apply.
        out: Folder for records and report; without it nothing is saved.
        listener: Receives progress.

    Raises:
        EvenhandError: The data, a column or the folder ``out`` cannot be used. The folder is checked first.
    """
    config = config or RunConfig()
    if out is not None:
        RunFolder.check_place(out)
    table = read_input(dataset, roles)
    table = replace(table, inputs=replace(table.inputs, confidence=config.confidence))
    records = audit_decisions(table.inputs, listener)
    if table.every_row is not None:
        with intervals_at(config.confidence):
            names = outcome_names(table.inputs.schema, table.inputs.frame)
            records += all_row_records(table.every_row, table.every_decision, names)
    notes = [*table.notes, *reversed_scores(records, table.inputs.schema)]
    if out is not None:
        notes = _save(out, table, roles, config, records, notes)
    return RunResult(out, records, notes, table.inputs.schema)


def audited_roles(folder: RunFolder) -> DecisionRoles:
    """Return the roles of the columns with decisions that the run audited; without columns if it audited rows."""
    return DecisionRoles.from_json(folder.manifest.read().get(_ROLES, {}))


def _save(
    out: Path, table: DecisionTable, roles: DecisionRoles, config: RunConfig, records: list[Record], notes: list[str]
) -> list[str]:
    """Save the audit as a run, and return its notes."""
    frame = table.inputs.frame
    parts = Split(frame, frame.iloc[:0], official=False, notes=())
    decided = {
        "rows": {DECIDED: len(frame)},
        "models": [one.name for one in table.inputs.models],
        _ROLES: roles.as_json(),
    }
    folder = RunFolder.create(out)
    folder.schema.save(table.inputs.schema)
    folder.environment.save("cpu")
    with exclusive_access(folder), record_result(folder), intervals_at(config.confidence):
        save_real(folder, table.dataset, parts)
        folder.manifest.save({**manifest(table.dataset, parts, config), **decided})
        folder.notes.save(notes)
        folder.metrics.save(records)
        folder.config.save(config)
        save_score_plots(folder, table.inputs, config.seed)
        folder.checksums.record()
        write_report(out)
    return folder.notes.read()
