"""The stages of a run. Each reads what the one before left on disk, and leaves its own product there."""

from __future__ import annotations

from core.audit.records import Record
from core.audit.run import AuditInput, Latents, audit
from core.config import run_config
from core.events import Listener
from core.modalities.base import PRODUCT
from core.modalities.catalog import modality_of
from core.pipeline import repair_level_search
from core.pipeline.generation_stage import DECISIONS, REPRESENTATION, draw_name, further_seeds, generate_product
from core.pipeline.plots import METHODS, STAGE, draw_run
from core.runs.artifacts import REAL
from core.runs.run_folder import RunFolder

ENCODERS = ("teacher", "student")
MAX_DECODED = 10_000


def carry_out(folder: RunFolder, listener: Listener) -> None:
    """Every stage whose product is not there yet."""
    carry_out_generation(folder, listener)
    if not folder.metrics.exists():
        _measure(folder, listener)
    depth = run_config(**folder.config.read()).pictures
    if depth != "none" and not folder.pictures.exists():
        draw_run(folder, METHODS[depth], listener)


def carry_out_generation(folder: RunFolder, listener: Listener) -> None:
    """The stages up to the synthetic rows, as far as their product is not there yet."""
    folder.job.keep_events(_finished(folder))
    if not folder.repair_level_search.exists():
        repair_level_search.search_repair_level(folder, listener)
    if not folder.generation.exists():
        generate_product(folder, listener)


def _finished(folder: RunFolder) -> set[str]:
    """Names of the stages, as in the events, whose product is there."""
    found = {name for name in ENCODERS if folder.artifacts.has_tensors(name)}
    if folder.repair_level_search.exists():
        found.add(repair_level_search.STAGE)
    if folder.generation.exists():
        found |= {"teacher", "student", "labels", "learn", "generate"}
    if folder.metrics.exists():
        found.add("audit")
    return found | {STAGE} if folder.pictures.exists() else found


def _measure(folder: RunFolder, listener: Listener) -> None:
    """The audit of all tables and latents: leaves the metrics."""
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
        confidence=config.confidence,
        intermediate=frozenset(ENCODERS),
        kind=modality.audit_kind(config.classifier),
    )
    folder.metrics.save(
        [*audit(inputs, listener), *folder.generation.read(Record), *repair_level_search.kept_records(folder)]
    )
