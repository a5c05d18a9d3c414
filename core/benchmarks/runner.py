"""Carrying out the cells of a benchmark one after the other, with progress; those on disk are not measured again."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from core.benchmarks.systems import Work
from core.errors import ConfigError
from core.events import Event, Listener

STAGE = "benchmark"


def carry_out(work: Sequence[Work], out: Path, listener: Listener, optional: Collection[str] = ()) -> pd.DataFrame:
    """Every record of every cell as a tidy table, and which problem, system and seed it is of.

    Args:
        work: Cells and what makes their records.
        out: Folder of the benchmark.
        listener: Receives an event of the stage ``benchmark`` before each cell, and those of learning.
        optional: Systems without which the others are still worth having: a failure is told, and they are left out.
    """
    todo = [place for place, (cell, _) in enumerate(work) if not cell.done(out)]
    found, started = [], time.monotonic()
    for place, (cell, score) in enumerate(work):
        past = sum(one < place for one in todo)
        left = (time.monotonic() - started) / past * (len(todo) - past) if past else None
        seed = "" if cell.generator_seed is None else f", seed {cell.generator_seed}"
        kept = " (kept from before)" if cell.done(out) else ""
        said = f"{cell.problem}: {cell.system}{seed}{kept}"
        listener(Event(STAGE, place, len(work), seconds_left=left, message=said))
        try:
            found.append(cell.records(out, score))
        except ConfigError as error:
            if cell.system not in optional:
                raise
            # That another's engine fails is no reason to stop in the middle of a night.
            listener(Event(STAGE, place, len(work), message=f"Left out: {error.sentence}"))
    listener(Event(STAGE, len(work), len(work), message="Measured."))
    return pd.concat(found, ignore_index=True)
