"""How time and memory grow: `evenhand benchmark speed`.

    evenhand benchmark speed
    evenhand benchmark speed --problem rows --problem ratios
    evenhand benchmark speed --quick            # small tables

Four curves make a table larger in one way: rows, columns, values of a category, groups. Each point is a whole run on a
made-up table in a process of its own, so that its peak of memory is its own. Ratios compare two ways to do the same
work, in turn in one process (`core.benchmarks.speed_ratios`). Seconds of one machine say little about another;
exponents and ratios do.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from core.benchmarks import speed_ratios
from core.benchmarks.made_up_tables import Shape, people, schema_of
from core.benchmarks.runner import STAGE
from core.benchmarks.stage_times import StageTimes
from core.config import run_config
from core.data.dataset import Dataset
from core.errors import ConfigError
from core.events import Event, Listener, ignore
from core.runs.files import write_text

BASE: Final = Shape(rows=30_000, numbers=3, integers=3, categories=3)
"""Twelve columns with two sensitive ones and the outcome."""
CURVES: Final[Mapping[str, tuple[tuple[int, Shape], ...]]] = {
    "rows": tuple((rows, replace(BASE, rows=rows)) for rows in (10_000, 30_000, 100_000, 300_000)),
    "columns": tuple(
        (columns, replace(BASE, numbers=third, integers=third, categories=columns - 3 - 2 * third))
        for columns in (12, 48, 300)
        for third in ((columns - 3) // 3,)
    ),
    "values of a category": tuple((levels, replace(BASE, levels=levels)) for levels in (4, 40, 400)),
    "groups": tuple((origins, replace(BASE, origins=origins)) for origins in (3, 12, 50)),
}
RATIOS: Final = "ratios"
LEARNING: Final = ("teacher", "codebook", "student", "labels")
"""Stages whose seconds are called learning."""
FIGURES: Final = "speed.parquet"
QUICK: Final[dict[str, Any]] = {"scale": 0.04}


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Args:
        out: Folder of the results; points that are there are not measured again.
        command: Command that repeats the benchmark.
        parts: Names of curves, and `RATIOS`; all by default.
        preset: Of the runs.
        scale: Factor of all numbers of rows.
    """

    out: Path
    command: str
    parts: tuple[str, ...] = (*CURVES, RATIOS)
    preset: str = "default"
    scale: float = 1.0


@dataclass(frozen=True)
class Point:
    """A point of a curve.

    Args:
        curve: Name in `CURVES`.
        at: Rows, columns, values or groups.
        shape: The table.
        preset: Of the run.
    """

    curve: str
    at: int
    shape: Shape
    preset: str

    @property
    def file(self) -> str:
        """Name of the file with its result."""
        return f"{self.curve.replace(' ', '-')}-{self.at}-{self.shape.rows}-{self.preset}.json"


def measure(plan: Plan, listener: Listener = ignore) -> pd.DataFrame:
    """Return a row for each figure: ``part``, ``at``, ``figure``, ``value``; seconds, MiB, or a ratio.

    Raises:
        ConfigError: A part is unknown.
    """
    unknown = sorted(set(plan.parts) - {*CURVES, RATIOS})
    if unknown:
        raise ConfigError(f"speed has no part {unknown[0]!r}; it has: {', '.join((*CURVES, RATIOS))}.")
    points = [
        Point(curve, int(at * plan.scale) if curve == "rows" else at, _scaled(shape, plan.scale), plan.preset)
        for curve in plan.parts
        if curve != RATIOS
        for at, shape in CURVES[curve]
    ]
    steps = len(points) + (RATIOS in plan.parts)
    rows: list[dict[str, object]] = []
    for step, point in enumerate(points):
        listener(Event(STAGE, step, steps, message=f"{point.curve}: {point.at:,}"))
        found = _kept(plan.out / "points" / point.file, lambda point=point: _apart(point))
        rows += [{"part": point.curve, "at": point.at, "figure": name, "value": value} for name, value in found.items()]
    if RATIOS in plan.parts:
        listener(Event(STAGE, len(points), steps, message=RATIOS))
        rows += [{"part": RATIOS, "at": 0, "figure": name, "value": value} for name, value in _ratios(plan).items()]
    listener(Event(STAGE, steps, steps, message="Measured."))
    table = pd.DataFrame(rows)
    plan.out.mkdir(parents=True, exist_ok=True)
    table.to_parquet(plan.out / FIGURES)
    return table


def exponent(at: list[float], values: list[float]) -> float:
    """Return the slope of log value over log size, by least squares: 1 is linear.

    >>> exponent([1.0, 10.0, 100.0], [2.0, 20.0, 200.0])
    1.0
    """
    return round(float(np.polyfit(np.log(at), np.log(values), 1)[0]), 6)


def run_point(point: Point) -> dict[str, float]:
    """Run the whole product on the table of a point, and return seconds by stage and the peak of memory in MiB."""
    from core.pipeline.running import run  # what it imports would count for the process that only waits

    frame = people(point.shape, point.shape.rows, np.random.default_rng(0))
    dataset = Dataset(name="made-up", frame=frame, schema=schema_of(point.shape))
    config = run_config(preset=point.preset, pictures="none")
    times = StageTimes()
    with tempfile.TemporaryDirectory() as folder:
        run(dataset, config, Path(folder) / "run", times)
    seconds = times.seconds()
    learning = sum(seconds.get(stage, 0.0) for stage in LEARNING)
    return {**seconds, "learning": learning, "whole": sum(seconds.values()), "MiB": speed_ratios.peak_mib()}


def _scaled(shape: Shape, scale: float) -> Shape:
    return replace(shape, rows=max(int(shape.rows * scale), 400))


def _apart(point: Point) -> dict[str, float]:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(run_point, point).result()


def _ratios(plan: Plan) -> dict[str, float]:
    rows = max(int(10_000 * plan.scale), 400)

    def compute() -> dict[str, float]:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            return pool.submit(speed_ratios.measured, rows).result()

    return _kept(plan.out / "points" / f"ratios-{rows}.json", compute)


def _kept(path: Path, compute: Any) -> dict[str, float]:
    """Return what a file holds, or compute it and keep it there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(compute(), indent=2))
    found: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return found


def described(shape: Shape) -> str:
    """Return a shape in words, for the page.

    >>> described(Shape(rows=1_000))
    '1,000 rows, 8 columns'
    """
    return f"{shape.rows:,} rows, {len(schema_of(shape).columns)} columns"
