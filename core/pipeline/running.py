"""A run from a table to its report. All that is done lies on disk at once, so that it can go on from there."""

from __future__ import annotations

from pathlib import Path

from core.audit.records import Record
from core.audit.statistics.confidence import intervals_at
from core.config import RunConfig, run_config
from core.data.dataset import Dataset
from core.data.readiness import check_ready
from core.data.split import check_holdout_fraction, split
from core.events import Event, Listener, ignore
from core.modalities.catalog import modality_of
from core.pipeline.repair_level_search import check_target
from core.pipeline.results import RunResult, manifest, method_facts, save_real, write_report
from core.pipeline.stages import carry_out, carry_out_generation
from core.runs.locks import exclusive_job, record_result
from core.runs.run_folder import JobFolder, RunFolder
from core.runs.state import Status
from core.synthesis.sampling import shares_of

LEARNED = (Status.QUEUED, "The synthetic rows are made; not audited yet.")


def run(dataset: Dataset, config: RunConfig, out: Path, listener: Listener = ignore) -> RunResult:
    """Audit ``dataset``, make a fair synthetic version of it, audit that, and leave everything in the folder ``out``.

    Raises:
        EvenhandError: The data or a setting cannot be used; nothing already computed is lost.
    """
    prepare(dataset, config, out)
    return resume(out, listener)


def prepare(dataset: Dataset, config: RunConfig, out: Path) -> RunFolder:
    """Check and split ``dataset`` and keep in ``out`` all that :func:`resume` needs; the run is then queued.

    Needs seconds, and no torch unless a GPU is asked for. An earlier run in ``out`` is replaced, unless it is alive.

    Raises:
        EvenhandError: The data or a setting cannot be used, or ``out`` cannot be replaced; nothing was written.
    """
    if config.device != "auto":  # that one is always found, and looking for it takes torch
        device_name(config)
    notes = [*dataset.notes, *check_ready(dataset.frame, dataset.schema)]
    check_target(dataset, config)
    config.settings_for(dataset.schema).check_table(dataset.schema)
    modality = modality_of(dataset.schema)
    modality.audit_kind(config.classifier)  # refuses a classifier that cannot learn this kind of data
    modality.check_count(config.rows or 1, dataset.attachments)
    check_holdout_fraction(dataset, config.holdout_fraction)
    parts = split(dataset, fraction=config.holdout_fraction, seed=config.seed)
    if config.proportions:
        shares_of(parts.train, dataset.schema, config.proportions)
    folder = RunFolder.create(out)
    with record_result(folder, Status.QUEUED, "Prepared."):
        folder.schema.save(dataset.schema)
        save_real(folder, dataset, parts)
        folder.manifest.save({**manifest(dataset, parts, config), **method_facts(config, dataset.schema)})
        folder.notes.save([*notes, *parts.notes])
        folder.config.save(config)
    return folder


def resume(out: Path, listener: Listener = ignore) -> RunResult:
    """Carry a prepared, interrupted, failed or cancelled run to its end, in its turn on its device.

    What is on disk is not made again. The synthetic rows are the same to the byte as without an interruption.

    Raises:
        EvenhandError: A file is missing or damaged, a setting cannot be used, or another process works on the run.
    """
    folder = RunFolder.open(out)
    with exclusive_job(folder, lambda: device_name(run_config(**folder.config.read())), listener):
        with intervals_at(run_config(**folder.config.read()).confidence):
            carry_out(folder, recording_listener(folder, listener))
        if not folder.checksums.exist():
            folder.checksums.record()
        write_report(out)
    return RunResult(out, folder.metrics.read(Record), folder.notes.read())


def learn(out: Path, listener: Listener = ignore) -> None:
    """Carry a prepared run as far as its synthetic rows: no audit, no report. :func:`resume` goes on from there.

    Raises:
        EvenhandError: As :func:`resume`.
    """
    folder = RunFolder.open(out)
    with exclusive_job(folder, lambda: device_name(run_config(**folder.config.read())), listener, LEARNED):
        carry_out_generation(folder, recording_listener(folder, listener))


def device_name(config: RunConfig) -> str:
    """The device that the settings mean on this machine.

    Raises:
        ConfigError: The machine does not have the one that is asked for.
    """
    if config.device == "cpu":  # known without torch, which takes seconds to import
        return config.device
    from core.synthesis.training import choose_device

    return str(choose_device(config.device))


def recording_listener(folder: JobFolder, listener: Listener) -> Listener:
    """A listener that keeps each event, marks each stage in the state, and tells ``listener``."""
    stages: set[str] = set()

    def tell(event: Event) -> None:
        folder.job.append_event(event)
        if event.stage not in stages:
            stages.add(event.stage)
            folder.job.update_state(stage=event.stage)
        listener(event)

    return tell
