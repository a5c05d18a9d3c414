"""The audit of a table, with or without synthetic data that any generator made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.audit.run import AuditInput, audit
from core.audit.statistics.confidence import intervals_at
from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.examples import Examples
from core.data.holdout_split import check_holdout_fraction, split
from core.data.readiness import MIN_AUDIT_ROWS, check_ready
from core.data.schema import Schema
from core.events import Listener, ignore
from core.modalities.catalog import modality_of
from core.pipeline import plots
from core.pipeline.data_checks import change_notes, check_facts, checked
from core.pipeline.external_file import independence_notes, read_synthetic, source_name
from core.pipeline.results import RunResult, manifest, save_real, write_report
from core.runs.locks import new_run, record_result
from core.runs.run_folder import RunFolder


def audit_dataset(
    dataset: Dataset,
    config: RunConfig | None = None,
    *,
    synthetic: Path | Mapping[str, Path | pd.DataFrame] | None = None,
    out: Path | None = None,
    listener: Listener = ignore,
    cluster: str | None = None,
) -> RunResult:
    """Audit a table, and optionally synthetic versions of it from any generator.

    If the dataset has no hold-out rows, they are split from the table. The generator may have seen these rows, so all
    metrics that depend on the hold-out are marked "independence unknown".

    Args:
        dataset: The table.
        config: Seed, hold-out fraction, classifier, confidence level and pictures; an audit ignores other settings.
        synthetic: A synthetic file; for images, a zip with their labels. Or several files or frames by name.
        out: Folder for records and report; without it nothing is saved.
        listener: Receives progress.
        cluster: Address of a Ray cluster that trains the classifiers of a table; see `core.cluster`.

    Raises:
        EvenhandError: The data, the folder ``out`` or the cluster cannot be used. The folder is checked first.
    """
    config = config or RunConfig()
    if out is not None:
        RunFolder.check_place(out)
    notes = [
        *dataset.notes,
        *change_notes(dataset),
        *check_ready(dataset.frame, dataset.schema, rows=MIN_AUDIT_ROWS),
    ]
    issues = checked(dataset)
    if isinstance(synthetic, Path):
        dataset = replace(dataset, options={**dataset.options, "synthetic": synthetic.name})
    check_holdout_fraction(dataset, config.holdout_fraction)
    parts = split(dataset, fraction=config.holdout_fraction, seed=config.seed)
    train, holdout = (Examples(part, dataset.attachments) for part in (parts.train, parts.holdout))
    sources, source_notes = _read_sources(synthetic, dataset.schema, train, holdout)
    is_independent = not sources or parts.official
    notes += [*parts.notes, *source_notes, *independence_notes(is_independent=is_independent)]
    inputs = AuditInput(
        dataset.schema,
        train,
        holdout,
        sources,
        holdout_independent=is_independent,
        seeds=config.audit_seeds,
        refits=config.audit_refits,
        kind=modality_of(dataset.schema).audit_kind(config.classifier),
        confidence=config.confidence,
    )
    with intervals_at(config.confidence):
        records = audit(inputs, listener, cluster=cluster)
        plot_results = plots.PlotResults()
        if config.pictures != "none":
            plot_inputs = plots.PlotInputs(dataset.schema, train, holdout, sources, classifier=config.classifier)
            plot_results = plots.make_plots(plot_inputs, plots.PROJECTIONS[config.pictures], listener)
    records, notes = [*records, *plot_results.records], [*notes, *plot_results.skipped]
    if out is not None:
        with new_run(out) as folder, record_result(folder):
            folder.schema.save(dataset.schema)
            folder.environment.save("cpu")
            save_real(folder, dataset, parts)
            folder.manifest.save({**manifest(dataset, parts, config), **check_facts(dataset, issues)})
            folder.notes.save(notes)
            folder.metrics.save(records)
            if config.pictures != "none":
                plots.save_plots(folder, plot_results)
            folder.config.save(config)
            folder.checksums.record()
            write_report(out)
    return RunResult(out, records, notes, dataset.schema, issues)


def _read_sources(
    synthetic: Path | Mapping[str, Path | pd.DataFrame] | None, schema: Schema, train: Examples, holdout: Examples
) -> tuple[dict[str, Examples], list[str]]:
    """Read synthetic rows by name of the source, with notes on them."""
    contents = {synthetic.stem: synthetic} if isinstance(synthetic, Path) else dict(synthetic or {})
    sources: dict[str, Examples] = {}
    notes: list[str] = []
    for name, content in contents.items():
        external = read_synthetic(content, schema, train, holdout)
        sources[source_name(name)] = external.examples
        notes += external.notes if len(contents) == 1 else [f"{name}: {note}" for note in external.notes]
    return sources, notes
