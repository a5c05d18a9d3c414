"""The stages of a run. Each reads what the one before left on disk, and leaves its own product there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.audit.metrics.distillation import agreement_records
from core.audit.records import Record
from core.audit.run import AuditInput, Latents, audit
from core.config import RunConfig, run_config
from core.data.groups import attribute_name, group_labels, group_order, positive_name
from core.data.io.table_writer import write_csv
from core.data.sampling import sample
from core.data.schema import Schema
from core.events import Listener
from core.pipeline import repair_level_search
from core.pipeline.compared_methods import DECISIONS, REPRESENTATION, draw_name, further_seeds, make_by_method
from core.pipeline.generation_records import distillation_costs
from core.pipeline.image_galleries import kept_images
from core.pipeline.image_generation import make_images
from core.pipeline.plots import METHODS, STAGE, draw_run
from core.runs.run_folder import RunFolder
from core.synthesis.methods.catalog import EVENHAND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.data.images import Images
    from core.synthesis.table import Sample, TableSynthesizer

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
        _make(folder, listener)


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


def _make(folder: RunFolder, listener: Listener) -> None:
    """Learn, generate, encode: leaves weights, tables, latents, and last the records of the making."""
    # torch takes seconds to import: what only audits or reports does without it
    from core.synthesis.persistence import fit_kept
    from core.synthesis.training import choose_device, thread_count

    config = repair_level_search.as_carried_out(folder)
    if folder.schema.read().image is not None:
        make_images(folder, config, listener)
        return
    if config.method != EVENHAND:
        make_by_method(folder, config, listener)
        return
    device = choose_device(config.device)
    folder.environment.save(str(device), thread_count())
    train = folder.artifacts.table("train")
    made = fit_kept(folder, train, config.synthesis(), seed=config.seed, device=device, listener=listener)
    rows = config.rows or len(train)
    for name in ENCODERS:
        plain = made.sample(rows, seed=config.seed, encoder=name, fair_labels=False, proportions=config.proportions)
        folder.artifacts.save_table(name, plain.frame)
        folder.artifacts.save_latents(
            name, made.encode(train, name), made.encode(folder.artifacts.table("holdout"), name)
        )
    for seed in further_seeds(config):
        further = made.sample(rows, seed=seed, proportions=config.proportions)
        folder.artifacts.save_table(draw_name(seed), further.frame)
    started = time.perf_counter()
    synthetic = made.sample(rows, seed=config.seed, proportions=config.proportions, listener=listener)
    spent = time.perf_counter() - started
    folder.synthetic.save(synthetic.frame)
    write_csv(synthetic.frame, made.schema, folder.synthetic_csv.path)
    folder.notes.add([*made.encoding.protected(), *_channel_notes(made)])
    folder.generation.save(
        [
            *_changed_records(synthetic, made.schema),
            *distillation_costs(made, len(synthetic.frame), spent),
            *_agreement_records(made, folder.artifacts.table("holdout"), config.seed),
        ]
    )


def _measure(folder: RunFolder, listener: Listener) -> None:
    """The audit of all tables and latents: leaves the metrics."""
    config = run_config(**folder.config.read())
    frames = {name: folder.artifacts.table(name) for name in ENCODERS if folder.artifacts.has_table(name)}
    draws = {}
    if folder.synthetic.exists():
        frames["synthetic"] = folder.synthetic.read()
        further = {seed: folder.artifacts.table(draw_name(seed)) for seed in further_seeds(config)}
        draws["synthetic"] = {config.seed: frames["synthetic"], **further}
    latents = {
        name: Latents(*folder.artifacts.latents(name))
        for name in (*ENCODERS, REPRESENTATION)
        if folder.artifacts.has_latents(name)
    }
    decisions = {DECISIONS: folder.artifacts.table(DECISIONS)} if folder.artifacts.has_table(DECISIONS) else {}
    schema, train, holdout = folder.schema.read(), folder.artifacts.table("train"), folder.artifacts.table("holdout")
    inputs = AuditInput(
        schema,
        train,
        holdout,
        frames,
        latents,
        draws,
        decisions,
        seeds=config.audit_seeds,
        classifier=config.classifier,
        confidence=config.confidence,
        intermediate=frozenset(ENCODERS),
        images=kept_images(folder, {"train": train, "holdout": holdout, **frames}),
        draw_images={source: _images_of_draws(folder, config, found) for source, found in draws.items()},
    )
    folder.metrics.save(
        [*audit(inputs, listener), *folder.generation.read(Record), *repair_level_search.kept_records(folder)]
    )


def _images_of_draws(folder: RunFolder, config: RunConfig, draws: Mapping[int, pd.DataFrame]) -> dict[int, Images]:
    names = {seed: "synthetic" if seed == config.seed else draw_name(seed) for seed in draws}
    found = kept_images(folder, {names[seed]: frame for seed, frame in draws.items()})
    return {seed: found[name] for seed, name in names.items() if name in found}


def _agreement_records(made: TableSynthesizer, holdout: pd.DataFrame, seed: int) -> list[Record]:
    """How far teacher and student decode the same hold-out rows alike."""
    rows = holdout.iloc[sample(len(holdout), MAX_DECODED, seed)]
    drawn = {
        name: made.reconstruct(rows, encoder, seed=place)
        for name, encoder, place in (
            ("teacher", "teacher", seed),
            ("again", "teacher", seed + 1),
            ("student", "student", seed + 1),
        )
    }
    likeliest = {name: made.reconstruct(rows, name, seed=None) for name in ENCODERS}
    return agreement_records(made.schema, rows, made.encoding.names, drawn, likeliest)


def _channel_notes(made: TableSynthesizer) -> list[str]:
    """How the outcomes were made, and what is not to be expected of them."""
    labels = made.settings.labels
    if made.channel is None:
        why = "" if labels.channel == "off" else "The target has more than two values, so t"
        return [f"{why or 'T'}he fair label channel is off: outcomes follow the real rows' law, and carry their bias."]
    if labels.criterion == "equalized_odds":
        return [
            "Outcomes aim at equal true and false positive rates (equalized odds), not at equal selection rates: where "
            "base rates differ between groups no useful classifier has both, so DPR stays below 1."
        ]
    aim = "Outcomes aim at equal selection rates (demographic parity), so where base rates differ error rates do too; "
    if made.channel.rule.blind:
        return [f"{aim}the rule behind them looks at the features alone, not at the sensitive columns."]
    return [
        f"{aim}the rule behind them looks at the sensitive columns"
        + (", as the features tell the groups apart too poorly for one that does not" * (labels.channel == "auto"))
        + ". Classifiers that do not see these columns (protocol B) may still select unequally."
    ]


def _changed_records(sample: Sample, schema: Schema) -> list[Record]:
    """Share of labels that the channel changed, overall and by group."""
    name = attribute_name(schema.sensitive)
    labels = group_labels(sample.frame, schema, schema.sensitive)
    parts: dict[str | None, np.ndarray] = {None: sample.changed}
    parts |= {
        str(group): sample.changed[labels == group]
        for group in sorted(set(labels), key=group_order(schema, schema.sensitive))
    }
    return [
        Record(
            source="synthetic",
            protocol="generation",
            metric="labels_changed",
            sensitive=name if group else None,
            group=group,
            positive=positive_name(schema),
            split="all",
            value=float(part.mean()),
            n=len(part),
            note="Share of rows whose label the fair label channel changed.",
        )
        for group, part in parts.items()
    ]
