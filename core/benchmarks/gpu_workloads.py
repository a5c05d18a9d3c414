"""What `core.benchmarks.gpu_check` trains, samples and audits: a table, images, and a made-up table of many rows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

from core.audit.metrics.multiclass import ACCURACY
from core.audit.records import Record
from core.benchmarks.image_bias import predicted_names
from core.benchmarks.made_up_tables import Shape, people, schema_of
from core.benchmarks.problems import PROBLEMS, ProblemRows, problem_rows
from core.benchmarks.scoring import SYNTHETIC, SystemScorer
from core.benchmarks.stage_times import StageTimes
from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.holdout_split import split
from core.data.sources.dataset_folder import DATA_VARIABLE
from core.data.sources.demo import demo_table
from core.data.sources.load import load
from core.events import Event, Listener
from core.modalities.image.attached import images_of
from core.pipeline.running import run
from core.synthesis.base import Observations
from core.synthesis.image.model import ImageModel
from core.synthesis.image.settings import IMAGE_PRESETS
from core.synthesis.image.synthesizer import ImageSynthesizer
from core.synthesis.methods.evenhand import TableSynthesizer
from core.synthesis.settings import PRESETS, Settings
from core.synthesis.table.fitting import untrained_model
from core.synthesis.table.model import TableModel

CPU = torch.device("cpu")
HEADLINES = ("accuracy", "demographic_parity_ratio", "equalized_odds_ratio")
ENCODED_ROWS = 50_000
"""Rows of the made-up table from which the networks of the compared step are built."""
SMALL_ROWS = 1_200
S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Trial:
    """One training with its sample and its audit.

    Args:
        seconds: Wall-clock seconds of ``train``, ``sample`` and ``audit``.
        headlines: The audit's figures by name.
        model: The fitted model.
    """

    seconds: dict[str, float]
    headlines: dict[str, float] = field(default_factory=dict)
    model: TableModel | ImageModel | None = None


@dataclass(frozen=True)
class Workload:
    """Something to train on both devices, with several seeds.

    Args:
        name: Name in the tables.
        trial: ``(device, seed, listener) -> trial``.
    """

    name: str
    trial: Callable[[torch.device, int, Listener], Trial]


def table(*, small: bool) -> Workload:
    """Return Adult by sex, or the demo where ``EVENHAND_DATA`` names no folder; a few rows of the demo if small."""
    name = "adult-sex" if os.environ.get(DATA_VARIABLE) and not small else "demo"
    if small:
        data = demo_table(SMALL_ROWS, seed=1)
        parts = split(data, fraction=0.3, seed=0)
        rows = ProblemRows(data.schema, parts.train, parts.holdout, 0.05)
    else:
        rows = problem_rows(PROBLEMS[name], "test")
    settings = _settings(PRESETS["fast"], small=small)

    def trial(device: torch.device, seed: int, listener: Listener) -> Trial:
        seconds: dict[str, float] = {}
        synthesizer = TableSynthesizer(settings)
        data = Observations(rows.train)
        _timed(
            seconds, "train", lambda: synthesizer.fit(data, rows.schema, seed=seed, device=device, listener=listener)
        )
        sample = _timed(seconds, "sample", lambda: synthesizer.sample(len(rows.train), seed=seed, listener=listener))
        scorer = SystemScorer(rows)
        records = _timed(seconds, "audit", lambda: scorer.classify(SYNTHETIC, sample.frame, "A"))
        return Trial(seconds, headlines(records, rows.schema.positive), synthesizer.model)

    return Workload(name, trial)


def images(*, small: bool) -> Workload:
    """Return coloured MNIST, or the digits of scikit-learn where ``EVENHAND_DATA`` names no folder, or if small."""
    name = "color-mnist" if os.environ.get(DATA_VARIABLE) and not small else "color-digits"
    dataset = load(name, seed=0)
    assert dataset.holdout is not None  # noqa: S101  # built-in coloured digits come with one
    settings, holdout = _settings(IMAGE_PRESETS["fast"], small=small), dataset.holdout
    files = images_of(dataset.examples)
    train, tested = (np.asarray(files.of(frame["image"])) for frame in (dataset.frame, holdout))
    target = str(dataset.schema.target)

    def trial(device: torch.device, seed: int, listener: Listener) -> Trial:
        seconds: dict[str, float] = {}
        synthesizer = ImageSynthesizer(settings)
        data, schema = Observations(dataset.frame, train), dataset.schema
        _timed(seconds, "train", lambda: synthesizer.fit(data, schema, seed=seed, device=device, listener=listener))
        sample = _timed(seconds, "sample", lambda: synthesizer.sample(len(train), seed=seed, listener=listener))
        pixels = np.asarray(sample.content)
        named = _timed(seconds, "audit", lambda: predicted_names((sample.frame[target], pixels), tested, seed))
        accuracy = float((named == holdout[target].to_numpy(dtype=object)).mean())
        return Trial(seconds, {ACCURACY: accuracy}, synthesizer.model)

    return Workload(name, trial)


def made_up(rows: int) -> Dataset:
    """Return a made-up table with this many rows."""
    shape = Shape(rows=rows)
    return Dataset(name="made-up", frame=people(shape, rows, np.random.default_rng(0)), schema=schema_of(shape))


def made_up_model(dataset: Dataset) -> TableModel:
    """Return the untrained model of the first rows of a made-up table, on the CPU."""
    return untrained_model(dataset.frame.iloc[:ENCODED_ROWS], dataset.schema, PRESETS["fast"], seed=0, device=CPU)


def run_made_up(dataset: Dataset, device: torch.device, out: Path, listener: Listener) -> Trial:
    """Run the whole product on a made-up table: train, sample, audit, report; one pass of the networks."""
    config = RunConfig(
        preset="fast",
        device="cuda" if device.type == "cuda" else "cpu",
        epochs=1,
        audit_seeds=(0,),
        audit_refits=0,
        generator_draws=1,
        pictures="none",
    )
    times = StageTimes()

    def on_event(event: Event) -> None:
        times(event)
        listener(event)

    result = run(dataset, config, out, on_event)
    seconds = times.seconds()
    records = [record for record in result.records if record.source == SYNTHETIC]
    return Trial({**seconds, "whole": sum(seconds.values())}, headlines(records, dataset.schema.positive))


def headlines(records: list[Record], positive: str | None) -> dict[str, float]:
    """Return the headline figures of protocol A over all groups, by name; of several sensitive columns the first's."""
    found: dict[str, float] = {}
    for record in records:
        is_headline = record.metric in HEADLINES and record.positive in (positive, None)
        if is_headline and record.protocol == "A" and record.group is None and record.value is not None:
            found.setdefault(record.metric, record.value)
    return found


R = TypeVar("R")


def _timed(seconds: dict[str, float], name: str, work: Callable[[], R]) -> R:
    started = time.perf_counter()
    found = work()
    seconds[name] = time.perf_counter() - started
    return found


def _settings(settings: S, *, small: bool) -> S:
    """Return the settings; if small, those of a fit that takes a few seconds and learns little."""
    return type(settings).model_validate(_shortened(settings.model_dump())) if small else settings


def _shortened(nested: Any) -> Any:
    if not isinstance(nested, dict):
        return nested
    short = {"epochs": 1, "min_steps": 0, "calibration_rounds": 1}
    return {name: short.get(name, _shortened(value)) for name, value in nested.items()}
