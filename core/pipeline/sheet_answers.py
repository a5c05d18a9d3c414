"""Answers that a user adds to a finished run: texts in framework sheets, and the columns of a bias audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from core.audit.metrics import local_law_144
from core.audit.metrics.local_law_144 import BiasAuditColumns
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.statistics.confidence import intervals_at
from core.config import run_config
from core.errors import ConfigError, RunError, give
from core.findings.four_fifths import US_EMPLOYMENT, applies
from core.pipeline.framework_sheets import read_sheets
from core.pipeline.results import write_report
from core.report.frameworks.answers import Answers
from core.report.frameworks.catalog import digest
from core.report.frameworks.sheet import Sheet
from core.runs.locks import locked
from core.runs.run_folder import RunFolder
from core.runs.state import Status


def sheets(run_path: Path) -> list[Sheet]:
    """Return the framework sections of a finished run, with the user's answers.

    Raises:
        RunError: There is no finished run, or it is damaged.
    """
    return read_sheets(_finished_run(run_path))


def save_answers(run_path: Path, texts: Mapping[str, str]) -> None:
    """Save texts by key of the field; an empty text deletes the answer. Rewrite the report to show them.

    Raises:
        RunError: There is no finished run, or it is damaged.
        ConfigError: There is no such field, or a text is too long or not plain; nothing is saved.
    """
    folder = _finished_run(run_path)
    _check_keys(texts, read_sheets(folder))
    with locked(folder):
        folder.answers.save(folder.answers.read(Answers).filled(texts))


def map_bias_audit(run_path: Path, columns: BiasAuditColumns | None) -> None:
    """Compute the bias audit of Local Law 144, save its records in the run, and rewrite the report.

    The records replace those of an earlier mapping; ``None`` deletes them.

    Raises:
        RunError: There is no finished run, or it is damaged, or its rows were not saved.
        ConfigError: Nobody declared that the run's table records a US employment decision.
        SchemaError: A column cannot be used for a bias audit; nothing is changed.
    """
    folder = _finished_run(run_path)
    if columns is not None and not applies(folder.schema.read()):
        raise ConfigError(
            "Local Law 144 is about US employment decisions, and nobody declared that this table records one; audit it "
            "again with that declared.",
            field="decision",
            remedies=[give("decision", US_EMPLOYMENT)],
        )
    records = [] if columns is None else _bias_audit_records(folder, columns)
    with locked(folder):
        others = RecordSet(folder.metrics.read(Record)).without(protocol=local_law_144.PROTOCOL)
        folder.metrics.save([*others, *records])
        folder.answers.save(folder.answers.read(Answers).model_copy(update={"local_law_144": columns}))
    write_report(run_path)


def is_report_outdated(run_path: Path) -> bool:
    """Return whether answers changed since the run's report was written."""
    folder = RunFolder.open(run_path)
    current = read_sheets(folder)
    html = folder.report_html.path.read_text(encoding="utf-8")
    if "data-answers=" not in html:
        return any(field.answer for sheet in current for field in sheet.fields)
    return f'data-answers="{digest(current)}"' not in html


def _bias_audit_records(folder: RunFolder, columns: BiasAuditColumns) -> list[Record]:
    """Return the records of all real rows, and separately of the synthetic rows."""
    real = pd.concat([folder.artifacts.table("train"), folder.artifacts.table("holdout")], ignore_index=True)
    synthetic = folder.synthetic.read() if folder.synthetic.exists() else None
    if synthetic is not None and not {columns.outcome, *columns.attributes[-1]} <= set(synthetic.columns):
        synthetic = None
    with intervals_at(run_config(**folder.config.read()).confidence):
        return local_law_144.records(real, synthetic, folder.schema.read(), columns)


def _check_keys(texts: Mapping[str, str], run_sheets: Sequence[Sheet]) -> None:
    known = [field.key for sheet in run_sheets for field in sheet.fields]
    for key in texts:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "`evenhand sheets RUN` lists them."
            raise ConfigError(f"This run's sheets have no field {key!r}; {hint}", field="answers")


def _finished_run(path: Path) -> RunFolder:
    folder = RunFolder.open(path)
    if folder.job.state().status is not Status.DONE:
        raise RunError(f"{path} is not finished ({folder.job.state().status}); its sheets can be filled once it is.")
    return folder
