"""An audit alone: of a table, and of a synthetic file that any generator made from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from core.audit.run import AuditInput, audit, audit_table
from core.audit.statistics.confidence import intervals_at
from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.examples import Examples
from core.data.readiness import check_ready
from core.data.schema import Schema
from core.data.split import check_holdout_fraction, split
from core.events import Listener, ignore
from core.modalities.catalog import modality_of
from core.pipeline import plots
from core.pipeline.external_file import read_synthetic
from core.pipeline.results import RunResult, manifest, save_real, write_report
from core.runs.locks import exclusive_access, record_result
from core.runs.run_folder import RunFolder

AUDIT_ROWS = 10


def audit_dataset(
    dataset: Dataset,
    config: RunConfig | None = None,
    *,
    synthetic: Path | Mapping[str, Path | pd.DataFrame] | None = None,
    out: Path | None = None,
    listener: Listener = ignore,
) -> RunResult:
    """Audit a table, and beside it synthetic versions of it that any generator made.

    If the dataset has no hold-out of its own, it is drawn from the table. The other generator may have seen all of the
    table, so whatever depends on the hold-out is then marked "independence unknown".

    Args:
        dataset: The table.
        config: Seed, hold-out fraction, classifier, confidence level and pictures; the rest of a run's settings has no
            part in an audit.
        synthetic: A file that was made from it; of images a zip with their labels. Or several by name, files or
            frames.
        out: Folder for records and report; nothing is kept without it.
        listener: Receives progress.

    Raises:
        EvenhandError: The data cannot be used, or ``out`` cannot; the latter is said before anything is measured.
    """
    config = config or RunConfig()
    if out is not None:
        RunFolder.check_place(out)
    notes = [*dataset.notes, *check_ready(dataset.frame, dataset.schema, rows=AUDIT_ROWS)]
    check_holdout_fraction(dataset, config.holdout_fraction)
    parts = split(dataset, fraction=config.holdout_fraction, seed=config.seed)
    train, holdout = (Examples(part, dataset.attachments) for part in (parts.train, parts.holdout))
    sources, found = _read_sources(synthetic, dataset.schema, train, holdout)
    notes += [*parts.notes, *found]
    inputs = AuditInput(
        dataset.schema,
        train,
        holdout,
        sources,
        holdout_independent=not sources or parts.official,
        seeds=config.audit_seeds,
        kind=modality_of(dataset.schema).audit_kind(config.classifier),
        confidence=config.confidence,
    )
    with intervals_at(config.confidence):
        records = [*audit_table(dataset.frame, dataset.schema), *audit(inputs, listener)]
        drawn = plots.Pictures()
        if config.pictures != "none":
            subject = plots.Subject(dataset.schema, train, holdout, sources, classifier=config.classifier)
            drawn = plots.make(subject, plots.METHODS[config.pictures], listener)
    records, notes = [*records, *drawn.records], [*notes, *drawn.lacking]
    if out is not None:
        folder = RunFolder.create(out)
        folder.schema.save(dataset.schema)
        folder.environment.save("cpu")
        with exclusive_access(folder), record_result(folder):
            save_real(folder, dataset, parts)
            folder.manifest.save(manifest(dataset, parts, config))
            folder.notes.save(notes)
            folder.metrics.save(records)
            if config.pictures != "none":
                plots.keep(folder, drawn)
            folder.config.save(config)
            folder.checksums.record()
            write_report(out)
    return RunResult(out, records, notes)


def _read_sources(
    synthetic: Path | Mapping[str, Path | pd.DataFrame] | None, schema: Schema, train: Examples, holdout: Examples
) -> tuple[dict[str, Examples], list[str]]:
    """Synthetic rows by the name of their source, and what was noticed of them."""
    given = {synthetic.stem: synthetic} if isinstance(synthetic, Path) else dict(synthetic or {})
    sources: dict[str, Examples] = {}
    notes: list[str] = []
    for name, content in given.items():
        found = read_synthetic(content, schema, train, holdout)
        sources[_source_name(name)] = found.examples
        notes += found.notes if len(given) == 1 else [f"{name}: {note}" for note in found.notes]
    return sources, notes


def _source_name(given: str) -> str:
    return given if given not in ("original", "constant") else f"file {given}"
