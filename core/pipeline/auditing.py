"""An audit alone: of a table, and of a synthetic file that any generator made from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from core.audit.run import AuditInput, audit, audit_table
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, intervals_at
from core.config import Depth, run_config
from core.data.dataset import Dataset
from core.data.examples import Examples
from core.data.readiness import check_ready
from core.data.split import HOLDOUT_FRACTION, check_fraction, split
from core.events import Listener, ignore
from core.learning.catalog import DEFAULT_CLASSIFIER, ClassifierName
from core.modalities.catalog import modality_of
from core.pipeline import plots
from core.pipeline.external_file import read_synthetic
from core.pipeline.results import RunResult, manifest, save_real, write_report
from core.runs.locks import locked, recorded
from core.runs.run_folder import RunFolder

AUDIT_ROWS = 10


def audit_dataset(
    dataset: Dataset,
    *,
    synthetic: Path | Mapping[str, Path | pd.DataFrame] | None = None,
    out: Path | None = None,
    seed: int = 0,
    pictures: Depth = "pca",
    holdout_fraction: float = HOLDOUT_FRACTION,
    classifier: ClassifierName = DEFAULT_CLASSIFIER,
    confidence: float = DEFAULT_CONFIDENCE,
    listener: Listener = ignore,
) -> RunResult:
    """Audit a table, and beside it synthetic versions of it that any generator made.

    If the dataset has no hold-out of its own, it is drawn from the table. The other generator may have seen all of the
    table, so whatever depends on the hold-out is then marked "independence unknown".

    Args:
        dataset: The table.
        synthetic: A file that was made from it; of images a zip with their labels. Or several by name, files or
            frames.
        out: Folder for records and report; nothing is kept without it.
        seed: Draws the hold-out.
        confidence: Nominal coverage of all intervals.
        pictures: Which SHAP importances and overlays are made, as in `RunConfig`.
        holdout_fraction: Share of rows held out, if the data have no hold-out of their own.
        classifier: Which classifier the protocols train on a table.
        listener: Receives progress.

    Raises:
        EvenhandError: The data cannot be used, or ``out`` cannot; the latter is said before anything is measured.
    """
    if out is not None:
        RunFolder.check_place(out)
    notes = [*dataset.notes, *check_ready(dataset.frame, dataset.schema, rows=AUDIT_ROWS)]
    check_fraction(dataset, holdout_fraction)
    parts = split(dataset, fraction=holdout_fraction, seed=seed)
    notes += parts.notes
    sources = {}
    modality = modality_of(dataset.schema)
    train, holdout = (Examples(part, dataset.attachments) for part in (parts.train, parts.holdout))
    made = {synthetic.stem: synthetic} if isinstance(synthetic, Path) else dict(synthetic or {})
    for given, content in made.items():
        found = read_synthetic(content, dataset.schema, train, holdout)
        sources[_source_name(given)] = found.examples
        notes += found.notes if len(made) == 1 else [f"{given}: {note}" for note in found.notes]
    independent = not made or parts.official
    inputs = AuditInput(
        dataset.schema,
        train,
        holdout,
        sources,
        holdout_independent=independent,
        kind=modality.audit_kind(classifier),
        confidence=confidence,
    )
    with intervals_at(confidence):
        records = [*audit_table(dataset.frame, dataset.schema), *audit(inputs, listener)]
        drawn = plots.Pictures()
        if pictures != "none":
            subject = plots.Subject(dataset.schema, train, holdout, sources, classifier=classifier)
            drawn = plots.make(subject, plots.METHODS[pictures], listener)
            records, notes = [*records, *drawn.records], [*notes, *drawn.lacking]
    if out is not None:
        folder = RunFolder.create(out)
        config = run_config(
            seed=seed,
            pictures=pictures,
            holdout_fraction=holdout_fraction,
            classifier=classifier,
            confidence=confidence,
        )
        folder.schema.save(dataset.schema)
        folder.environment.save("cpu")
        with locked(folder), recorded(folder):
            save_real(folder, dataset, parts)
            folder.manifest.save(manifest(dataset, parts, config))
            folder.notes.save(notes)
            folder.metrics.save(records)
            if pictures != "none":
                plots.keep(folder, drawn)
            folder.config.save(config)
            folder.checksums.record()
            write_report(out)
    return RunResult(out, records, notes)


def _source_name(given: str) -> str:
    return given if given not in ("original", "constant") else f"file {given}"
