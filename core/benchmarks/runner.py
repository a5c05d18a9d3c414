"""Run the experiments of a benchmark in order, with progress; saved experiments are not repeated."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from core.benchmarks.systems import Task
from core.errors import ConfigError
from core.events import Event, Listener

STAGE = "benchmark"


def run_experiments(
    tasks: Sequence[Task], out: Path, listener: Listener, optional: Collection[str] = ()
) -> pd.DataFrame:
    """Return the records of all experiments as a tidy table with problem, system and seed.

    Args:
        tasks: Experiments and the functions that compute their records.
        out: Folder of the benchmark.
        listener: Receives an event of the stage ``benchmark`` before each experiment, and the events of training.
        optional: Systems whose failure does not stop the benchmark; it is reported and they are left out.
    """
    pending = [index for index, (experiment, _) in enumerate(tasks) if not experiment.exists(out)]
    frames, started = [], time.monotonic()
    for index, (experiment, compute) in enumerate(tasks):
        finished_before = sum(position < index for position in pending)
        seconds_left = None
        if finished_before:
            seconds_left = (time.monotonic() - started) / finished_before * (len(pending) - finished_before)
        seed = "" if experiment.generator_seed is None else f", seed {experiment.generator_seed}"
        cached = " (saved before)" if experiment.exists(out) else ""
        message = f"{experiment.problem}: {experiment.system}{seed}{cached}"
        listener(Event(STAGE, index, len(tasks), seconds_left=seconds_left, message=message))
        try:
            frames.append(experiment.records(out, compute))
        except ConfigError as error:
            if experiment.system not in optional:
                raise
            # A failure of an external engine must not stop a benchmark that runs for hours.
            listener(Event(STAGE, index, len(tasks), message=f"Left out: {error.sentence}"))
    listener(Event(STAGE, len(tasks), len(tasks), message="Measured."))
    return pd.concat(frames, ignore_index=True)
