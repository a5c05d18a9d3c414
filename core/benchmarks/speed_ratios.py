"""Two ways to do the same work, side by side: how many times faster and smaller ours is, and whether both agree."""

from __future__ import annotations

import io
import sys
import time
import tracemalloc
from collections.abc import Callable
from contextlib import redirect_stdout
from copy import deepcopy
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from core.audit.metrics.fidelity import density_coverage as own_density_coverage
from core.audit.metrics.precision_recall import NEIGHBOURS
from core.benchmarks import published_loop
from core.benchmarks.made_up_tables import Shape, people, schema_of
from core.synthesis.settings import PRESETS
from core.synthesis.table.fitting import untrained_model
from core.synthesis.teacher import fit_teacher
from core.synthesis.training_data import TrainingData

DIMENSIONS: Final = 12
TIMES: Final = 3
"""Both sides are timed so often, in turn; the ratio is that of the medians."""
LOOP_ROWS: Final = 0.3
"""Of the points: rows of the teacher's epoch, whose published shape takes long."""


def measured(points: int) -> dict[str, float]:
    """Return the ratios by name: theirs over ours, so more than 1 is in favour of Evenhand.

    Args:
        points: Points of density and coverage.
    """
    return {**density_coverage(points), **teacher_epoch(max(int(points * LOOP_ROWS), 200))}


def density_coverage(points: int) -> dict[str, float]:
    """Compare with the authors' package prdc; nothing where it is not installed."""
    try:
        import prdc
    except ImportError:
        return {}
    rng = np.random.default_rng(0)
    reference, made = rng.normal(size=(points, DIMENSIONS)), rng.normal(0.1, 1.0, size=(points, DIMENSIONS))

    def theirs() -> dict[str, float]:
        with redirect_stdout(io.StringIO()):  # it prints its sizes
            found: dict[str, float] = prdc.compute_prdc(reference, made, NEIGHBOURS)
        return found

    def ours() -> tuple[Any, Any]:
        return own_density_coverage(reference, made)

    their_result, our_result = theirs(), ours()
    pairs = zip(("density", "coverage"), our_result, strict=True)
    return {
        "density and coverage, times faster than prdc": ratio_of_seconds(theirs, ours),
        "density and coverage, prdc's memory over ours": peak_bytes(theirs) / peak_bytes(ours),
        "density and coverage, largest difference": max(abs(their_result[name] - one.value) for name, one in pairs),
    }


def teacher_epoch(rows: int) -> dict[str, float]:
    """Compare an epoch of the papers' teacher with the shape of loop that its authors published."""
    paper = PRESETS["paper"]
    shape = Shape(rows=rows, numbers=3, integers=3, categories=3)
    frame = people(shape, rows, np.random.default_rng(0))
    model = untrained_model(frame, schema_of(shape), paper, seed=0, device=torch.device("cpu"))
    examples: TrainingData = model.examples()
    optimisation = paper.teacher.optimisation.model_copy(update={"epochs": 1, "min_steps": 0})
    settings = paper.teacher.model_copy(update={"optimisation": optimisation})

    def networks() -> tuple[torch.nn.Module, torch.nn.Module]:
        return deepcopy(model.networks["teacher"]), deepcopy(model.networks["decoder"])

    name = f"epoch of the papers' teacher on {rows:,} rows, times faster than the published loop"
    return {
        name: ratio_of_seconds(
            lambda: published_loop.epoch(*networks(), examples, settings),
            lambda: fit_teacher(*networks(), examples, settings, seed=0),
        )
    }


def ratio_of_seconds(theirs: Callable[[], object], ours: Callable[[], object]) -> float:
    """Return their median seconds over ours; both are called in turn."""
    seconds: NDArray[np.float64] = np.array([[_seconds(theirs), _seconds(ours)] for _ in range(TIMES)])
    their_median, our_median = np.median(seconds, axis=0)
    return float(their_median / our_median)


def peak_bytes(work: Callable[[], object]) -> int:
    """Return the most bytes that Python and NumPy held at once for the work."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def peak_mib() -> float:
    """Return the most memory that this process has held, in MiB; not a number on Windows."""
    if sys.platform == "win32":
        return float("nan")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
