"""An audit alone: of a table, and of a synthetic file that any generator made from it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.audit.run import AuditInput, audit, audit_table
from core.config import Depth, RunConfig
from core.data.dataset import Dataset
from core.data.external import new_categories, oddities, read_external
from core.data.images import Images
from core.data.readiness import check_ready
from core.data.sources.catalog import load
from core.data.sources.image_archive import SUFFIX
from core.data.split import split
from core.errors import DataError
from core.events import Listener, ignore
from core.pipeline import plots
from core.pipeline.results import RunResult, manifest, save_real, write_report
from core.runs.artifacts import REAL
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
    images = {} if dataset.images is None else dict.fromkeys(REAL, dataset.images)
    if synthetic is not None:
        frame, found, given = _foreign(synthetic, dataset)
        sources[_source_name(synthetic)] = frame
        images |= {} if given is None else {_source_name(synthetic): given}
        notes += [
            *found,
            *new_categories(frame, dataset.frame, dataset.schema),
            *oddities(frame, parts.train, dataset.schema),
        ]
    independent = synthetic is None or parts.official
    inputs = AuditInput(
        dataset.schema, parts.train, parts.holdout, sources, holdout_independent=independent, images=images
    )
    records = [*audit_table(dataset.frame, dataset.schema), *audit(inputs, listener)]
    made = plots.Pictures()
    if pictures != "none":
        subject = plots.Subject(dataset.schema, parts.train, parts.holdout, sources, images=images)
        made = plots.make(subject, plots.METHODS[pictures], listener)
        records, notes = [*records, *made.records], [*notes, *made.lacking]
    if out is not None:
        folder = RunFolder.create(out)
        config = RunConfig(seed=seed, pictures=pictures)
        folder.schema.save(dataset.schema)
        folder.environment.save("cpu")
        with locked(folder), recorded(folder):
            save_real(folder, dataset, parts)
            folder.manifest.save(manifest(dataset, parts, config))
            folder.notes.save(notes)
            folder.metrics.save(records)
            if pictures != "none":
                plots.keep(folder, made)
            folder.config.save(config)
            folder.checksums.record()
            write_report(out)
    return RunResult(out, records, notes)


def _foreign(path: Path, dataset: Dataset) -> tuple[pd.DataFrame, tuple[str, ...], Images | None]:
    """Rows of a file with the columns of the dataset, what was noticed, and their images if the dataset has some."""
    if dataset.images is None:
        return *read_external(path, dataset.schema), None
    if path.suffix.lower() != SUFFIX:
        raise DataError(f"{path.name!r} is no zip; these are images, so give a zip of images with their labels.")
    found = load(path, schema=dataset.schema, image_size=dataset.images.size[0])
    return found.frame, found.notes, found.images


def _source_name(path: Path) -> str:
    return path.stem if path.stem not in ("original", "constant") else f"file {path.stem}"
