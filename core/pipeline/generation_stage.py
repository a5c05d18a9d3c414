"""The stage of a run that fits its synthesizer, and keeps everything that the synthesizer says it leaves."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.audit.records import Record
from core.config import RunConfig
from core.events import Event, Listener
from core.modalities.base import COUNTERFACTUAL
from core.modalities.catalog import modality_of
from core.pipeline import generation_records as records
from core.pipeline.repair_level_search import as_carried_out
from core.runs.artifacts import REAL
from core.runs.run_folder import RunFolder
from core.synthesis.base import SOURCES, Conditions, Generator, Observations

if TYPE_CHECKING:
    from core.synthesis.base import Synthesizer
    from core.synthesis.methods.catalog import MethodInfo

STAGE = "generate"
REPRESENTATION, DECISIONS = SOURCES["representation"], SOURCES["decisions"]
_PARTS = 100  # of a sample, as its events count them


def further_seeds(config: RunConfig) -> range:
    """Generator seeds of the draws that only the audit looks at."""
    return range(config.seed + 1, config.seed + config.generator_draws)


def draw_name(seed: int) -> str:
    """Name of such a draw's table."""
    return f"synthetic_seed_{seed}"


def generate_product(folder: RunFolder, listener: Listener) -> None:
    """Fit the run's synthesizer and leave its products; what was fitted before an interruption is not fitted again.

    The records of the generation come last and say that all else is there.
    """
    from core.synthesis.training import choose_device, thread_count  # torch takes seconds to import

    config, schema = as_carried_out(folder), folder.schema.read()
    device = choose_device(config.device)
    folder.environment.save(str(device), thread_count())
    train, holdout = (_observations(folder, name) for name in REAL)
    synthesizer = config.synthesizer(schema).fit_resumable(
        folder, train, seed=config.seed, device=device, listener=listener
    )
    repaired, costs = _save_rows(folder, synthesizer, config, len(train), listener)
    _save_latents(folder, synthesizer, train, holdout)
    _save_decisions(folder, synthesizer, holdout)
    _save_counterfactuals(folder, synthesizer, config.seed)
    one = config.method_info(schema)
    folder.notes.add(
        [*_method_notes(one, config.preset), *synthesizer.notes(), *modality_of(schema).holdout_notes(len(holdout))]
    )
    folder.generation.save(
        [
            *repaired,
            *records.figure_records(synthesizer.figures()),
            records.learning_record(SOURCES[one.makes], sum(folder.seconds.read().values())),
            *costs,
            *records.reconstruction_records(schema, synthesizer.reconstructions(holdout, seed=config.seed)),
        ]
    )


def _observations(folder: RunFolder, name: str) -> Observations:
    schema = folder.schema.read()
    examples = modality_of(schema).load(folder, schema, name)
    return Observations(examples.frame, modality_of(schema).content(schema, examples))


def _save_rows(
    folder: RunFolder, synthesizer: Synthesizer[Any], config: RunConfig, train_rows: int, listener: Listener
) -> tuple[list[Record], list[Record]]:
    """Keep the rows of the networks behind the product, further draws, and the product.

    Returns:
        What label repair changed of the product, and what generating it took; nothing where no rows are made.
    """
    if not isinstance(synthesizer, Generator):
        return [], []
    schema, conditions = folder.schema.read(), Conditions(proportions=config.proportions)
    modality = modality_of(schema)
    rows = config.rows or modality.default_count(train_rows)
    for name, sample in synthesizer.intermediate_samples(rows, seed=config.seed, conditions=conditions):
        modality.save_aligned(folder, name, sample.frame, sample.content)
    seeds = further_seeds(config)
    for done, seed in enumerate(seeds):
        part = _part_of(listener, done, len(seeds) + 1)
        draw = synthesizer.sample(rows, seed=seed, conditions=conditions, listener=part)
        modality.save_aligned(folder, draw_name(seed), draw.frame, draw.content)
    last = _part_of(listener, len(seeds), len(seeds) + 1)
    started = time.perf_counter()
    product = synthesizer.sample(rows, seed=config.seed, conditions=conditions, listener=last)
    spent = time.perf_counter() - started
    modality.save_product(folder, schema, modality.with_content(schema, product.frame, product.content))
    last(Event(STAGE, 1, 1))
    source = SOURCES[config.method_info(schema).makes]
    return (
        records.repair_records(product, schema),
        records.sampling_records(source, rows, spent, synthesizer.parameter_count()),
    )


def _part_of(listener: Listener, done: int, total: int) -> Listener:
    """A listener of one of several samples, which tells how far all of them are."""

    def tell(event: Event) -> None:
        step = done * _PARTS + _PARTS * event.step // max(event.total, 1)
        listener(replace(event, step=step, total=total * _PARTS))

    tell(Event(STAGE, 0, 1))
    return tell


def _save_latents(folder: RunFolder, synthesizer: Synthesizer[Any], train: Observations, holdout: Observations) -> None:
    of_train, of_holdout = synthesizer.latents(train), synthesizer.latents(holdout)
    for encoder, latents in of_train.items():
        folder.artifacts.save_latents(encoder, latents, of_holdout[encoder])


def _save_decisions(folder: RunFolder, synthesizer: Synthesizer[Any], holdout: Observations) -> None:
    found = synthesizer.decisions(holdout)
    if found is not None:
        folder.artifacts.save_table(DECISIONS, pd.DataFrame({"score": found.scores, "selected": found.selected}))


def _save_counterfactuals(folder: RunFolder, synthesizer: Synthesizer[Any], seed: int) -> None:
    found = synthesizer.counterfactuals(seed=seed)
    if found is not None:
        modality_of(folder.schema.read()).save_aligned(folder, COUNTERFACTUAL, found.frame, found.content)


def _method_notes(one: MethodInfo, preset: str) -> list[str]:
    """What a method with hyperparameters of its own is, and what it cannot do."""
    if one.takes:  # Evenhand's own says more about itself
        return []
    made_by = f"Made by {one.title} ({one.source}), preset {preset}: {one.about[0].lower()}{one.about[1:]}"
    return [note for note in (made_by, one.limits) if note]
