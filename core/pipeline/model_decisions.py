"""The audit of decisions that exist: columns of a table with the predictions or scores of one or several models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from core.audit.all_rows import all_row_records
from core.audit.glossary import DECIDED
from core.audit.model_decisions import audit_decisions
from core.audit.records import Record
from core.audit.statistics.confidence import intervals_at
from core.audit.steps import outcome_names
from core.config import RunConfig
from core.data.checks.issue import IssueSummary
from core.data.dataset import Dataset
from core.data.decision_roles import DecisionRoles
from core.data.holdout_split import Split
from core.events import Listener, ignore
from core.findings.conclusions import Conclusions, conclude
from core.findings.reversed_scores import reversed_scores
from core.pipeline.data_checks import check_facts, checked
from core.pipeline.decision_input import DecisionTable, read_input
from core.pipeline.results import RunResult, manifest, save_real, write_report
from core.pipeline.score_plots import save_score_plots
from core.runs.locks import new_run, record_result
from core.runs.run_folder import RunFolder

_ROLES = "decision_roles"
_OF_CLASSIFIERS = ("classifier_title", "limits")  # none is trained here


@dataclass(frozen=True)
class MeasuredDecisions:
    """What was measured of the decisions of models, before it is saved.

    Args:
        table: The rows and the decisions.
        roles: Which columns hold the decisions, and what further columns are for.
        config: Confidence level.
        records: One record per figure.
        notes: What was left out or guessed, one sentence each.
        issues: What the checks of the data found.
    """

    table: DecisionTable
    roles: DecisionRoles
    config: RunConfig
    records: list[Record]
    notes: list[str]
    issues: list[IssueSummary]

    @property
    def conclusions(self) -> Conclusions:
        """What the records let one conclude."""
        return conclude(self.records, self.table.inputs.schema)


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
    if out is not None:
        RunFolder.check_place(out)
    measured = measure_model_decisions(dataset, roles, config, listener=listener)
    if out is not None:
        return save_model_decisions(measured, out)
    return RunResult(None, measured.records, measured.notes, measured.table.inputs.schema, measured.issues)


def measure_model_decisions(
    dataset: Dataset, roles: DecisionRoles, config: RunConfig | None = None, *, listener: Listener = ignore
) -> MeasuredDecisions:
    """Measure the decisions of models, without curves, report and folder; see `audit_model_decisions`."""
    config = config or RunConfig()
    table = read_input(dataset, roles)
    table = replace(table, inputs=replace(table.inputs, confidence=config.confidence))
    records = audit_decisions(table.inputs, listener)
    if table.every_row is not None:
        with intervals_at(config.confidence):
            names = outcome_names(table.inputs.schema, table.inputs.frame)
            records += all_row_records(table.every_row, table.every_decision, names)
    notes = [*table.notes, *reversed_scores(records, table.inputs.schema)]
    issues = checked(replace(dataset, schema=table.inputs.schema), trains=False, weighted=roles.weight is not None)
    return MeasuredDecisions(table, roles, config, records, notes, issues)


def audited_roles(folder: RunFolder) -> DecisionRoles:
    """Return the roles of the columns with decisions that the run audited; without columns if it audited rows."""
    return DecisionRoles.from_json(folder.manifest.read().get(_ROLES, {}))


def save_model_decisions(measured: MeasuredDecisions, out: Path) -> RunResult:
    """Save what was measured as a run, with curves and report.

    Raises:
        EvenhandError: The folder ``out`` cannot be used.
    """
    table, config = measured.table, measured.config
    frame = table.inputs.frame
    parts = Split(frame, frame.iloc[:0], official=False, notes=())
    decided = {
        "rows": {DECIDED: len(frame)},
        "models": [one.name for one in table.inputs.models],
        _ROLES: measured.roles.as_json(),
    }
    with new_run(out) as folder, record_result(folder), intervals_at(config.confidence):
        folder.schema.save(table.inputs.schema)
        folder.environment.save("cpu")
        save_real(folder, table.dataset, parts)
        facts = {**manifest(table.dataset, parts, config), **check_facts(table.dataset, measured.issues)}
        folder.manifest.save({name: fact for name, fact in facts.items() if name not in _OF_CLASSIFIERS} | decided)
        folder.notes.save(measured.notes)
        folder.metrics.save(measured.records)
        folder.config.save(config)
        save_score_plots(folder, table.inputs, config.seed)
        folder.checksums.record()
        write_report(out)
    return RunResult(out, measured.records, folder.notes.read(), table.inputs.schema, measured.issues)
