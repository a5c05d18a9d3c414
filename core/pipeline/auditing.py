"""An audit alone: of a table, and of a synthetic file that any generator made from it."""

from __future__ import annotations

from pathlib import Path

from core.audit.run import AuditInput, audit, audit_table
from core.config import Depth, RunConfig
from core.data.dataset import Dataset
from core.data.examples import Examples
from core.data.external import new_categories, oddities
from core.data.readiness import check_ready
from core.data.split import split
from core.events import Listener, ignore
from core.modalities.catalog import modality_of
from core.pipeline import plots
from core.pipeline.results import RunResult, manifest, save_real, write_report
from core.runs.locks import locked, recorded
from core.runs.run_folder import RunFolder

AUDIT_ROWS = 10


def audit_dataset(
    dataset: Dataset,
    *,
    synthetic: Path | None = None,
    out: Path | None = None,
    seed: int = 0,
    pictures: Depth = "pca",
    listener: Listener = ignore,
) -> RunResult:
    """Audit a table, and beside it a synthetic file that any generator made from it.

    Without ``--holdout`` the hold-out is drawn from the table, and as the foreign generator may have seen all of it,
    whatever depends on the hold-out is marked "independence unknown".

    Args:
        dataset: The table.
        synthetic: A file that was made from it; of images a zip with their labels.
        out: Folder for records and report; nothing is kept without it.
        seed: Draws the hold-out.
        pictures: Which SHAP importances and overlays are made, as in `RunConfig`.
        listener: Receives progress.

    Raises:
        EvenhandError: The data cannot be used, or ``out`` cannot; the latter is said before anything is measured.
    """
    if out is not None:
        RunFolder.check_place(out)
    notes = [*dataset.notes, *check_ready(dataset.frame, dataset.schema, rows=AUDIT_ROWS)]
    parts = split(dataset, seed=seed)
    notes += parts.notes
    sources = {}
    modality = modality_of(dataset.schema)
    train, holdout = (Examples(part, dataset.attachments) for part in (parts.train, parts.holdout))
    if synthetic is not None:
        external, found = modality.read_external(synthetic, dataset.schema, train)
        sources[_source_name(synthetic)] = external
        notes += [
            *found,
            *new_categories(external.frame, dataset.frame, dataset.schema),
            *oddities(external.frame, parts.train, dataset.schema),
        ]
    independent = synthetic is None or parts.official
    inputs = AuditInput(dataset.schema, train, holdout, sources, holdout_independent=independent, kind=modality.audit)
    records = [*audit_table(dataset.frame, dataset.schema), *audit(inputs, listener)]
    made = plots.Pictures()
    if pictures != "none":
        subject = plots.Subject(dataset.schema, train, holdout, sources)
        made = plots.make(subject, plots.METHODS[pictures], listener)
        records, notes = [*records, *made.records], [*notes, *made.lacking]
    if out is not None:
        folder = RunFolder.create(out)
        config = RunConfig(seed=seed, pictures=pictures)
        folder.save_schema(dataset.schema)
        folder.save_environment("cpu")
        with locked(folder), recorded(folder):
            save_real(folder, dataset, parts)
            folder.save_manifest(manifest(dataset, parts, config))
            folder.save_notes(notes)
            folder.save_metrics(records)
            if pictures != "none":
                plots.keep(folder, made)
            folder.save_config(config)
            folder.seal()
            write_report(out)
    return RunResult(out, records, notes)


def _source_name(path: Path) -> str:
    return path.stem if path.stem not in ("original", "constant") else f"file {path.stem}"
