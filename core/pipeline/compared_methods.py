"""The making stage of a run whose method is a compared system: rows, a representation, or decisions."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.audit.records import Record
from core.config import RunConfig
from core.data.io.table_writer import write_csv
from core.events import Event, Listener
from core.pipeline.generation_records import generating_records, made_record
from core.report.tables.methods import SOURCES
from core.runs.run_folder import RunFolder
from core.synthesis.methods.catalog import method, method_info

if TYPE_CHECKING:
    import torch

    from core.synthesis.methods.base import Generator, Method

REPRESENTATION, DECISIONS = SOURCES["representation"], SOURCES["decisions"]
"""What a method's latents of real rows, and its decisions on hold-out rows, are called in run folder and audit."""
LEARNED = "learning"


def make_by_method(folder: RunFolder, config: RunConfig, listener: Listener) -> None:
    """Fit the run's method and leave what it makes; a method that makes rows is kept, and not fitted twice."""
    from core.synthesis.methods.base import Classifier, Generator, Representation
    from core.synthesis.training import choose_device, thread_count

    device = choose_device(config.device)
    folder.environment.save(str(device), thread_count())
    made = _fitted(folder, config, device, listener)
    records = [made_record(_source(config), "seconds_learning", folder.seconds.read()[LEARNED], "Wall-clock seconds.")]
    if isinstance(made, Generator):
        records += _make_rows(folder, config, made, listener)
    if isinstance(made, Representation):
        parts = (made.encode(folder.artifacts.table(part)) for part in ("train", "holdout"))
        folder.artifacts.save_latents(REPRESENTATION, *parts)
    if isinstance(made, Classifier):
        found = made.decide(folder.artifacts.table("holdout"))
        folder.artifacts.save_table(DECISIONS, pd.DataFrame({"score": found.scores, "selected": found.selected}))
    folder.notes.add([note for note in (_what(config), method_info(config.method).limits) if note])
    folder.generation.save(records)


def load_generator(folder: RunFolder, config: RunConfig, device: torch.device) -> Generator[Any]:
    """The fitted method of a finished run that makes rows."""
    from core.synthesis.methods.base import Generator

    made = method(config.method, config.preset, config.hyperparameters)
    assert isinstance(made, Generator)  # noqa: S101  # callers ask for the rows of runs that have some
    return made.load(folder, seed=config.seed, device=device)


def further_seeds(config: RunConfig) -> range:
    """Generator seeds of the draws that only the audit looks at."""
    return range(config.seed + 1, config.seed + config.generator_draws)


def draw_name(seed: int) -> str:
    """Name of such a draw's table."""
    return f"synthetic_seed_{seed}"


def _fitted(folder: RunFolder, config: RunConfig, device: torch.device, listener: Listener) -> Method[Any]:
    from core.synthesis.methods.base import Generator

    made = method(config.method, config.preset, config.hyperparameters)
    if isinstance(made, Generator) and LEARNED in folder.seconds.read():
        return made.load(folder, seed=config.seed, device=device)
    started = time.perf_counter()
    made.fit(folder.artifacts.table("train"), folder.schema.read(), seed=config.seed, device=device, listener=listener)
    spent = time.perf_counter() - started
    if isinstance(made, Generator):
        made.save(folder)
    folder.seconds.save({LEARNED: spent})
    return made


def _make_rows(folder: RunFolder, config: RunConfig, made: Generator[Any], listener: Listener) -> list[Record]:
    rows = config.rows or len(folder.artifacts.table("train"))
    seeds = [*further_seeds(config), config.seed]
    for done, seed in enumerate(seeds[:-1]):
        listener(Event("generate", done, len(seeds)))
        folder.artifacts.save_table(draw_name(seed), made.sample(rows, seed=seed))
    started = time.perf_counter()
    frame = made.sample(rows, seed=config.seed)
    spent = time.perf_counter() - started
    folder.synthetic.save(frame)
    write_csv(frame, folder.schema.read(), folder.synthetic_csv.path)
    listener(Event("generate", len(seeds), len(seeds)))
    return generating_records(_source(config), rows, spent, made.parameter_count())


def _source(config: RunConfig) -> str:
    return SOURCES[method_info(config.method).makes]


def _what(config: RunConfig) -> str:
    one = method_info(config.method)
    return f"Made by {one.title} ({one.source}), preset {config.preset}: {one.about[0].lower()}{one.about[1:]}"
