"""The stage of a run that fits its synthesizer and saves all its products."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.audit.criterion import criterion_record
from core.audit.metrics.catalog import TIMED
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.config import RunConfig
from core.data.schema import Schema
from core.events import Event, Listener
from core.modalities.base import COUNTERFACTUAL
from core.modalities.catalog import modality_of
from core.pipeline import generation_records as records
from core.pipeline.private_rows import learned_rows
from core.pipeline.repair_level_search import effective_config
from core.runs.artifacts import REAL, RealLatents
from core.runs.run_folder import RunFolder
from core.synthesis.base import SOURCES, Generator, Observations, Sample
from core.synthesis.conditions import Conditions
from core.synthesis.settings import LabelSettings

if TYPE_CHECKING:
    from core.synthesis.base import Synthesizer
    from core.synthesis.methods.method_info import MethodInfo

STAGE = "generate"
REPRESENTATION, DECISIONS = SOURCES["representation"], SOURCES["decisions"]
MOST_COMPARED_ROWS = 200_000
"""Most rows of a table that only the audit reads. Its classifiers learn from at most half as many."""
_STEPS_PER_SAMPLE = 100


def further_seeds(config: RunConfig) -> range:
    """Return the generator seeds of the extra samples for the audit."""
    return range(config.seed + 1, config.seed + config.generator_draws)


def draw_name(seed: int) -> str:
    """Return the name of the table of an extra sample."""
    return f"synthetic_seed_{seed}"


def generate_product(folder: RunFolder, listener: Listener) -> None:
    """Fit the run's synthesizer and save its products; an interrupted fit continues.

    The records of the generation are saved last. They mark the stage as done.
    """
    from core.synthesis.training import choose_device, thread_count  # torch takes seconds to import

    config, schema = effective_config(folder), folder.schema.read()
    device = choose_device(config.device)
    folder.environment.save(str(device), thread_count())
    train, holdout = (_observations(folder, name) for name in REAL)
    learned = replace(train, frame=learned_rows(folder))
    synthesizer = config.synthesizer(schema).fit_resumable(
        folder, learned, seed=config.seed, device=device, listener=listener
    )
    repaired, costs = _save_rows(folder, synthesizer, config, len(train), listener)
    _save_latents(folder, synthesizer, train, holdout)
    _save_decisions(folder, synthesizer, holdout)
    _save_counterfactuals(folder, synthesizer, config.seed)
    info = config.method_info(schema)
    folder.notes.add(
        [*_method_notes(info, config.preset), *synthesizer.notes(), *modality_of(schema).holdout_notes(len(holdout))]
    )
    made = RecordSet(
        [
            *repaired,
            *records.measurement_records(synthesizer.measurements()),
            records.learning_record(SOURCES[info.makes], sum(folder.seconds.read().values())),
            *costs,
            *_reconstruction_records(schema, synthesizer, holdout, config.seed),
        ]
    )
    folder.times.save(made.where(metric=TIMED))
    folder.generation.save(made.without(metric=TIMED))


def _observations(folder: RunFolder, name: str) -> Observations:
    schema = folder.schema.read()
    examples = modality_of(schema).load(folder, schema, name)
    return Observations(examples.frame, modality_of(schema).content(schema, examples))


def _save_rows(
    folder: RunFolder, synthesizer: Synthesizer[Any], config: RunConfig, train_rows: int, listener: Listener
) -> tuple[list[Record], list[Record]]:
    """Save the rows of the intermediate networks, the extra samples, and the product.

    Those of networks and extra samples are only compared, so they are no more than that takes.

    Returns:
        The records of label repair, and those of the generation costs; both empty if no rows are generated.
    """
    if not isinstance(synthesizer, Generator):
        return [], []
    schema, conditions = folder.schema.read(), Conditions(proportions=config.proportions)
    modality = modality_of(schema)
    rows = config.rows or modality.default_count(train_rows)
    compared = min(rows, MOST_COMPARED_ROWS)
    for name, sample in synthesizer.intermediate_samples(compared, seed=config.seed, conditions=conditions):
        modality.save_aligned(folder, name, sample.frame, sample.content)
    seeds = further_seeds(config)
    for done, seed in enumerate(seeds):
        progress = _sample_progress(listener, done, len(seeds) + 1)
        draw = synthesizer.sample(compared, seed=seed, conditions=conditions, listener=progress)
        modality.save_aligned(folder, draw_name(seed), draw.frame, draw.content)
    last_progress = _sample_progress(listener, len(seeds), len(seeds) + 1)
    started = time.perf_counter()
    product = synthesizer.sample(rows, seed=config.seed, conditions=conditions, listener=last_progress)
    seconds = time.perf_counter() - started
    modality.save_product(folder, schema, [modality.with_content(schema, product.frame, product.content)])
    last_progress(Event(STAGE, 1, 1))
    source = SOURCES[config.method_info(schema).makes]
    return (
        [*records.repair_records(product, schema), *_criterion_records(product, config.label_settings(schema))],
        records.sampling_records(source, rows, seconds, synthesizer.parameter_count()),
    )


def _criterion_records(product: Sample, labels: LabelSettings | None) -> list[Record]:
    """Return what label repair aims at; empty without label repair."""
    if labels is None or product.changed is None:
        return []
    return [criterion_record(labels.criterion, labels.repair_level)]


def _sample_progress(listener: Listener, done: int, total: int) -> Listener:
    """Return a listener for one of several samples that reports the progress over all samples."""

    def report(event: Event) -> None:
        step = done * _STEPS_PER_SAMPLE + _STEPS_PER_SAMPLE * event.step // max(event.total, 1)
        listener(replace(event, step=step, total=total * _STEPS_PER_SAMPLE))

    report(Event(STAGE, 0, 1))
    return report


def _save_latents(folder: RunFolder, synthesizer: Synthesizer[Any], train: Observations, holdout: Observations) -> None:
    of_train, of_holdout = synthesizer.latents(train), synthesizer.latents(holdout)
    for encoder, inside in of_train.items():
        outside = of_holdout[encoder]
        latents = RealLatents(
            inside.mean, outside.mean, inside.spread, outside.spread, outside.codes, inside.targets, outside.targets
        )
        folder.artifacts.save_latents(encoder, latents)


def _save_decisions(folder: RunFolder, synthesizer: Synthesizer[Any], holdout: Observations) -> None:
    decisions = synthesizer.decisions(holdout)
    if decisions is not None:
        folder.artifacts.save_table(
            DECISIONS, pd.DataFrame({"score": decisions.scores, "selected": decisions.selected})
        )


def _save_counterfactuals(folder: RunFolder, synthesizer: Synthesizer[Any], seed: int) -> None:
    rows = synthesizer.counterfactuals(seed=seed)
    if rows is not None:
        modality_of(folder.schema.read()).save_aligned(folder, COUNTERFACTUAL, rows.frame, rows.content)


def _reconstruction_records(
    schema: Schema, synthesizer: Synthesizer[Any], holdout: Observations, seed: int
) -> list[Record]:
    found = synthesizer.reconstructions(holdout, seed=seed)
    return [] if found is None else modality_of(schema).reconstruction_records(schema, found)


def _method_notes(info: MethodInfo, preset: str) -> list[str]:
    """Describe a compared method and its limits; Evenhand's own synthesizers write their own notes."""
    if not info.is_compared:
        return []
    description = f"Generated by {info.title} ({info.source}), preset {preset}. {info.about}"
    return [note for note in (description, info.limits) if note]
