"""The stages of a run. Each reads what the one before left on disk, and leaves its own product there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.audit.records import Record
from core.audit.run import AuditInput, Latents, audit
from core.config import RunConfig, run_config
from core.events import Listener
from core.pipeline import repair_level_search
from core.pipeline.generation_stage import DECISIONS, REPRESENTATION, draw_name, further_seeds, generate_product
from core.pipeline.image_galleries import kept_images
from core.pipeline.plots import METHODS, STAGE, draw_run
from core.runs.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.data.images import Images

ENCODERS = ("teacher", "student")
MAX_DECODED = 10_000


def carry_out(folder: RunFolder, listener: Listener) -> None:
    """Every stage whose product is not there yet."""
    folder.keep_events(_finished(folder))
    if not folder.has_repair_level_search():
        repair_level_search.search_repair_level(folder, listener)
    if not folder.has_generation():
        generate_product(folder, listener)
    if not folder.has_metrics():
        _measure(folder, listener)
    depth = run_config(**folder.config()).pictures
    if depth != "none" and not folder.has_pictures():
        draw_run(folder, METHODS[depth], listener)


def _finished(folder: RunFolder) -> set[str]:
    """Names of the stages, as in the events, whose product is there."""
    found = {name for name in ENCODERS if folder.has_tensors(name)}
    if folder.has_repair_level_search():
        found.add(repair_level_search.STAGE)
    if folder.has_generation():
        found |= {"teacher", "student", "labels", "learn", "generate"}
    if folder.has_metrics():
        found.add("audit")
    return found | {STAGE} if folder.has_pictures() else found


def _measure(folder: RunFolder, listener: Listener) -> None:
    """The audit of all tables and latents: leaves the metrics."""
    config = run_config(**folder.config())
    frames = {name: folder.table(name) for name in ENCODERS if folder.has_table(name)}
    draws = {}
    if folder.synthetic_parquet.is_file():
        frames["synthetic"] = folder.synthetic()
        further = {seed: folder.table(draw_name(seed)) for seed in further_seeds(config)}
        draws["synthetic"] = {config.seed: frames["synthetic"], **further}
    latents = {name: Latents(*folder.latents(name)) for name in (*ENCODERS, REPRESENTATION) if folder.has_latents(name)}
    decisions = {DECISIONS: folder.table(DECISIONS)} if folder.has_table(DECISIONS) else {}
    schema, train, holdout = folder.schema(), folder.table("train"), folder.table("holdout")
    inputs = AuditInput(
        schema,
        train,
        holdout,
        frames,
        latents,
        draws,
        decisions,
        seeds=config.audit_seeds,
        intermediate=frozenset(ENCODERS),
        images=kept_images(folder, {"train": train, "holdout": holdout, **frames}),
        draw_images={source: _images_of_draws(folder, config, found) for source, found in draws.items()},
    )
    folder.save_metrics(
        [*audit(inputs, listener), *folder.generation_records(Record), *repair_level_search.kept_records(folder)]
    )


def _images_of_draws(folder: RunFolder, config: RunConfig, draws: Mapping[int, pd.DataFrame]) -> dict[int, Images]:
    names = {seed: "synthetic" if seed == config.seed else draw_name(seed) for seed in draws}
    found = kept_images(folder, {names[seed]: frame for seed, frame in draws.items()})
    return {seed: found[name] for seed, name in names.items() if name in found}
