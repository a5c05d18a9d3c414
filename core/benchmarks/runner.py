"""Run the experiments of a benchmark in order, with progress; saved experiments are not repeated."""

from __future__ import annotations

import time
from collections.abc import Collection, Generator, Sequence
from contextlib import closing
from pathlib import Path

import pandas as pd

from core.benchmarks.experiments import Experiment
from core.benchmarks.systems import Task
from core.cluster import completed
from core.errors import ConfigError
from core.events import Event, Listener

STAGE = "benchmark"


def run_experiments(
    tasks: Sequence[Task],
    out: Path,
    listener: Listener,
    optional: Collection[str] = (),
    *,
    local: Collection[str] = (),
    cluster: str | None = None,
) -> pd.DataFrame:
    """Return the records of all experiments as a tidy table with problem, system and seed.

    Args:
        tasks: Experiments and the functions that compute their records.
        out: Folder of the benchmark.
        listener: Receives an event of the stage ``benchmark`` before each experiment, or after each on a cluster.
        optional: Systems whose failure does not stop the benchmark; it is reported and they are left out.
        local: Systems that need what only this machine has; they run here also if there is a cluster.
        cluster: Address of a Ray cluster for the others; see `core.cluster`.
    """
    pending = [task for task in tasks if not task[0].exists(out)]
    done, started = len(tasks) - len(pending), time.monotonic()
    if done:
        listener(Event(STAGE, done, len(tasks), message=f"{done} saved before"))
    with closing(_computed(pending, local, cluster)) as computed:
        for count, (experiment, compute) in enumerate(computed):
            seconds_left = (time.monotonic() - started) / count * (len(pending) - count) if count else None
            listener(Event(STAGE, done + count, len(tasks), seconds_left=seconds_left, message=_named(experiment)))
            try:
                experiment.save(out, compute())
            except ConfigError as error:
                if experiment.system not in optional:
                    raise
                # A failure of an external engine must not stop a benchmark that runs for hours.
                listener(Event(STAGE, done + count, len(tasks), message=f"Left out: {error.sentence}"))
    listener(Event(STAGE, len(tasks), len(tasks), message="Measured."))
    saved = (experiment for experiment, _ in tasks if experiment.exists(out))
    return pd.concat([experiment.records(out) for experiment in saved], ignore_index=True)


def _computed(tasks: Sequence[Task], local: Collection[str], cluster: str | None) -> Generator[Task, None, None]:
    """Yield experiments with what computes their records, or has computed them on a cluster."""
    is_sent = [cluster is not None and experiment.system not in local for experiment, _ in tasks]
    away = [task for task, sent in zip(tasks, is_sent, strict=True) if sent]
    with closing(completed([compute for _, compute in away], cluster)) as done:
        yield from ((away[place][0], compute) for place, compute in done)
    yield from (task for task, sent in zip(tasks, is_sent, strict=True) if not sent)


def _named(experiment: Experiment) -> str:
    seed = "" if experiment.generator_seed is None else f", seed {experiment.generator_seed}"
    return f"{experiment.problem}: {experiment.system}{seed}"
