"""A run from a table to its report. Each finished step is saved at once, so that an interrupted run can resume."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.audit.statistics.confidence import intervals_at
from core.config import RunConfig, run_config
from core.data.dataset import Dataset
from core.data.holdout_split import Split, check_holdout_fraction, split
from core.data.readiness import check_ready
from core.events import Event, Listener, ignore
from core.modalities.catalog import modality_of
from core.pipeline.data_checks import change_notes, check_facts, checked, read_issues
from core.pipeline.private_rows import check_private
from core.pipeline.results import RunResult, all_records, manifest, method_facts, save_real, write_report
from core.pipeline.stages import run_generation_stages, run_stages
from core.pipeline.time_left import timed
from core.runs.locks import exclusive_job, new_run, record_result
from core.runs.run_folder import JobFolder, RunFolder
from core.runs.state import Status
from core.synthesis.sampling import shares_of

GENERATED = (Status.QUEUED, "The synthetic rows are generated and not audited yet.")


def run(dataset: Dataset, config: RunConfig, out: Path, listener: Listener = ignore) -> RunResult:
    """Audit a dataset, generate a fair synthetic version, audit that, and save everything in the folder ``out``.

    Raises:
        EvenhandError: The data or a setting cannot be used; finished steps are kept.
    """
    content = _checked(dataset, config)
    with new_run(out) as folder:  # held until the end: no other run comes between preparation and work
        _save(folder, content)
        return resume(out, listener)


def prepare(dataset: Dataset, config: RunConfig, out: Path) -> RunFolder:
    """Check and split a dataset, and save in ``out`` everything that :func:`resume` needs; the run is then queued.

    This takes seconds, and needs no torch unless a GPU is requested. An earlier run in ``out`` is replaced, unless a
    process is working on it.

    Raises:
        EvenhandError: The data or a setting cannot be used, or ``out`` cannot be replaced; nothing is written.
    """
    content = _checked(dataset, config)
    with new_run(out) as folder:
        _save(folder, content)
    return folder


@dataclass(frozen=True)
class _Content:
    """What a new run needs, checked."""

    dataset: Dataset
    config: RunConfig
    parts: Split
    notes: list[str]


def _checked(dataset: Dataset, config: RunConfig) -> _Content:
    if config.device != "auto":  # auto always works, and finding the device needs torch
        device_name(config)
    notes = [*dataset.notes, *change_notes(dataset), *check_ready(dataset.frame, dataset.schema)]
    config.settings_for(dataset.schema).check_table(dataset.schema)
    check_private(config, dataset.schema)
    modality = modality_of(dataset.schema)
    modality.audit_kind(config.classifier)  # raises if the classifier does not support this kind of data
    modality.check_count(config.rows or 1, dataset.attachments)
    check_holdout_fraction(dataset, config.holdout_fraction)
    parts = split(dataset, fraction=config.holdout_fraction, seed=config.seed)
    if config.proportions:
        shares_of(parts.train, dataset.schema, config.proportions)
    return _Content(dataset, config, parts, [*notes, *parts.notes])


def _save(folder: RunFolder, content: _Content) -> None:
    dataset, config, parts = content.dataset, content.config, content.parts
    with record_result(folder, Status.QUEUED, "Prepared."):
        folder.schema.save(dataset.schema)
        save_real(folder, dataset, parts)
        facts = {**manifest(dataset, parts, config), **method_facts(config, dataset.schema)}
        folder.manifest.save({**facts, **check_facts(dataset, checked(dataset))})
        folder.notes.save(content.notes)
        folder.config.save(config)


def resume(out: Path, listener: Listener = ignore) -> RunResult:
    """Finish a prepared, interrupted, failed or cancelled run, once its device is free.

    Finished steps are not repeated. The synthetic rows have the same bytes as without an interruption.

    Raises:
        EvenhandError: A file is missing or damaged, a setting cannot be used, or another process works on the run.
    """
    folder = RunFolder.open(out)
    with exclusive_job(folder, lambda: device_name(run_config(**folder.config.read())), listener):
        with intervals_at(run_config(**folder.config.read()).confidence):
            run_stages(folder, timed(folder, recording_listener(folder, listener)))
        if not folder.checksums.exist():
            folder.checksums.record()
        write_report(out)
    issues = read_issues(folder.manifest.read())
    return RunResult(
        out,
        all_records(folder),
        folder.notes.read(),
        folder.schema.read(),
        issues,
    )


def run_without_audit(out: Path, listener: Listener = ignore) -> None:
    """Run a prepared run up to its synthetic rows, without audit and report; :func:`resume` does the rest.

    Raises:
        EvenhandError: See :func:`resume`.
    """
    folder = RunFolder.open(out)
    with exclusive_job(folder, lambda: device_name(run_config(**folder.config.read())), listener, GENERATED):
        run_generation_stages(folder, recording_listener(folder, listener))


def device_name(config: RunConfig) -> str:
    """Return the device of the settings on this machine.

    Raises:
        ConfigError: The machine does not have the requested device.
    """
    if config.device == "cpu":  # needs no torch, which takes seconds to import
        return config.device
    from core.synthesis.training import choose_device

    return str(choose_device(config.device))


def recording_listener(folder: JobFolder, listener: Listener) -> Listener:
    """Return a listener that saves each event, records the stage in the state, and forwards to ``listener``."""
    stages: set[str] = set()

    def record(event: Event) -> None:
        folder.job.append_event(event)
        if event.stage not in stages:
            stages.add(event.stage)
            folder.job.update_state(stage=event.stage)
        listener(event)

    return record
