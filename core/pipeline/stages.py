"""The stages of a run. Each reads the files of the stage before and saves its own."""

from __future__ import annotations

from core.audit.records import Record
from core.audit.run import AuditInput, Latents, audit
from core.cluster import ADDRESS
from core.config import run_config
from core.events import Listener
from core.modalities.base import PRODUCT
from core.modalities.catalog import modality_of
from core.pipeline import repair_level_search
from core.pipeline.generation_stage import DECISIONS, REPRESENTATION, draw_name, further_seeds, generate_product
from core.pipeline.plots import PROJECTIONS, STAGE, make_run_plots
from core.pipeline.private_rows import make_private_rows
from core.runs.artifacts import PRIVATE, REAL
from core.runs.run_folder import RunFolder
from core.synthesis.base import CODEBOOK, ENCODERS, TEACHER

MAX_DECODED = 10_000


def run_stages(folder: RunFolder, listener: Listener) -> None:
    """Run every stage that is not finished."""
    run_generation_stages(folder, listener)
    if not folder.metrics.exists():
        _audit_run(folder, listener)
    depth = run_config(**folder.config.read()).pictures
    if depth != "none" and not folder.pictures.exists():
        make_run_plots(folder, PROJECTIONS[depth], listener)


def run_generation_stages(folder: RunFolder, listener: Listener) -> None:
    """Run every unfinished stage up to the synthetic rows."""
    folder.job.keep_events(_finished_stages(folder))
    make_private_rows(folder, listener)
    if not folder.repair_level_search.exists():
        repair_level_search.search_repair_level(folder, listener)
    if not folder.generation.exists():
        generate_product(folder, listener)


def _finished_stages(folder: RunFolder) -> set[str]:
    """Return the names of the finished stages, as in the events. What comes before the rows is of the method."""
    after = {"audit": folder.metrics.exists(), STAGE: folder.pictures.exists()}
    if folder.generation.exists():
        return {event.stage for event in folder.job.events()} - {name for name, done in after.items() if not done}
    stages = {name for name in ENCODERS if folder.artifacts.has_tensors(name)}
    if TEACHER in stages:
        stages.add(CODEBOOK)
    if folder.artifacts.has_table(PRIVATE):
        stages.add(PRIVATE)
    if folder.repair_level_search.exists():
        stages.add(repair_level_search.STAGE)
    return stages


def _audit_run(folder: RunFolder, listener: Listener) -> None:
    """Audit all tables and latents and save the metrics."""
    config, schema = run_config(**folder.config.read()), folder.schema.read()
    modality = modality_of(schema)
    sources = {name: modality.load(folder, schema, name) for name in ENCODERS if folder.artifacts.has_table(name)}
    draws = {}
    if folder.synthetic.exists():
        sources[PRODUCT] = modality.load(folder, schema, PRODUCT)
        further = {seed: modality.load(folder, schema, draw_name(seed)) for seed in further_seeds(config)}
        draws[PRODUCT] = {config.seed: sources[PRODUCT], **further}
    latents = {
        name: Latents(*folder.artifacts.latents(name))
        for name in (*ENCODERS, REPRESENTATION)
        if folder.artifacts.has_latents(name)
    }
    decisions = {DECISIONS: folder.artifacts.table(DECISIONS)} if folder.artifacts.has_table(DECISIONS) else {}
    train, holdout = (modality.load(folder, schema, name) for name in REAL)
    inputs = AuditInput(
        schema,
        train,
        holdout,
        sources,
        latents,
        draws,
        decisions,
        seeds=config.audit_seeds,
        refits=config.audit_refits,
        confidence=config.confidence,
        intermediate=frozenset(ENCODERS),
        kind=modality.audit_kind(config.classifier),
    )
    folder.metrics.save(
        [
            *audit(inputs, listener, cluster=ADDRESS.value() or None),
            *folder.generation.read(Record),
            *repair_level_search.read_records(folder),
        ]
    )
