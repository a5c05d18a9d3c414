"""Check a machine's GPU: does everything train, sample and audit there as on the CPU, and how fast?

    make gpu-check                                          # within ten minutes; EVENHAND_DATA names the folder of data
    python -m core.benchmarks.gpu_check --rows 200000       # a smaller made-up table
    python -m core.benchmarks.gpu_check --device cpu --small  # the same steps on any machine: CPU against CPU

One training step of teacher and student must agree between GPU and CPU (`core.benchmarks.device_agreement`). A table
and images are trained on both with the same seeds: their headline figures must lie within the spread of the seeds. The
made-up table takes the way of a whole run, on the GPU alone. What does not fit into the time is cut off and fails.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import torch
import typer

from core.benchmarks import gpu_workloads
from core.benchmarks.device_agreement import Agreement, agreements, steps
from core.benchmarks.gpu_check_page import page
from core.benchmarks.gpu_usage import watched
from core.benchmarks.gpu_workloads import CPU, Trial, Workload
from core.data.dataset import Dataset
from core.errors import EvenhandError
from core.events import Event
from core.runs.files import write_json, write_text
from core.synthesis.image.model import ImageModel
from core.synthesis.table.model import TableModel
from core.synthesis.training import choose_device

ROWS, SMALL_ROWS = 2_000_000, 2_000
SECONDS = 600.0
SEEDS = (0, 1, 2)
FLOOR = 0.02
"""A headline figure may differ by this much between devices if it hardly moves between seeds."""
JSON, PAGE = "gpu-check.json", "gpu-check.md"


class OutOfTimeError(Exception):
    """The time of the check is over."""


@dataclass(frozen=True)
class Plan:
    """What is checked.

    Args:
        out: Folder of the results.
        device: The device to compare with the CPU.
        rows: Rows of the made-up table.
        seeds: Seeds of the trainings on both devices.
        small: Whether few rows are trained for a moment.
        seconds: Time after which what is left is cut off.
    """

    out: Path
    device: torch.device
    rows: int = ROWS
    seeds: tuple[int, ...] = SEEDS
    small: bool = False
    seconds: float = SECONDS


@dataclass
class Part:
    """What was measured of one workload.

    Args:
        name: Name of the workload.
        agreements: The compared step of teacher and student.
        updates_per_second: By device (``device`` or ``cpu``) and network.
        seconds: Mean seconds by device and stage.
        headlines: Headline figures by device, one for each seed.
        utilisation: Mean utilisation of the GPU in per cent; ``None``: unknown.
        peak_bytes: Peak memory of the GPU; ``None`` on a CPU.
        problems: What does not agree or was cut off, a sentence each.
    """

    name: str
    agreements: list[Agreement] = field(default_factory=list)
    updates_per_second: dict[str, dict[str, float]] = field(default_factory=dict)
    seconds: dict[str, dict[str, float]] = field(default_factory=dict)
    headlines: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    utilisation: float | None = None
    peak_bytes: int | None = None
    problems: list[str] = field(default_factory=list)


class Budget:
    """A listener that ends the work when the time is over.

    Args:
        seconds: From now on.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.seconds = seconds

    def __call__(self, event: Event) -> None:
        """Raise `OutOfTimeError` if the time is over."""
        self.check(event.stage)

    def check(self, stage: str) -> None:
        """Raise `OutOfTimeError` if the time is over."""
        if time.monotonic() > self._end:
            raise OutOfTimeError(f"The {self.seconds:.0f} seconds of the check were over at the stage {stage}.")


def measure(plan: Plan) -> list[Part]:
    """Train, sample and audit everything; return what was measured of each workload."""
    budget, device_name = Budget(plan.seconds), str(plan.device)
    dataset = gpu_workloads.made_up(plan.rows)
    parts = []
    workloads: list[tuple[str, Callable[[Part], None]]] = [
        ("table", lambda part: _compare(part, gpu_workloads.table(small=plan.small), plan, budget)),
        ("images", lambda part: _compare(part, gpu_workloads.images(small=plan.small), plan, budget)),
        (f"made-up table of {plan.rows:,} rows", lambda part: _run_made_up(part, dataset, plan, budget)),
    ]
    for name, work in workloads:
        parts.append(part := Part(name))
        print(f"{name} on {device_name}", file=sys.stderr)
        try:
            work(part)
        except OutOfTimeError as error:
            part.problems.append(str(error))
        part.problems += [
            f"The {one.network}'s step differs by {one.loss:.1e} in its loss and {one.gradient:.1e} in its gradient."
            for one in part.agreements
            if not one.holds
        ]
        part.problems += differences(part.headlines)
    return parts


def _compare(part: Part, workload: Workload, plan: Plan, budget: Budget) -> None:
    """Train a workload on both devices with every seed."""
    part.name = workload.name
    trials: dict[str, list[Trial]] = {"device": [], "cpu": []}
    for seed in plan.seeds:
        with watched(plan.device) as usage:
            trials["device"].append(workload.trial(plan.device, seed, budget))
        if usage.peak_bytes is not None:
            part.peak_bytes = max(part.peak_bytes or 0, usage.peak_bytes)
        if usage.mean_utilisation is not None:
            part.utilisation = usage.mean_utilisation
        _summarise(part, trials)
        trials["cpu"].append(workload.trial(CPU, seed, budget))
        _summarise(part, trials)
    model = trials["cpu"][0].model
    assert model is not None  # noqa: S101  # a trial of a workload keeps its model
    _compare_steps(part, model, plan)


def _summarise(part: Part, trials: dict[str, list[Trial]]) -> None:
    """Keep what is known so far, so that a check that is cut off shows it."""
    for name, done in trials.items():
        if done:
            part.seconds[name] = {
                stage: sum(one.seconds[stage] for one in done) / len(done) for stage in done[0].seconds
            }
            part.headlines[name] = {key: [one.headlines[key] for one in done] for key in done[0].headlines}


def _compare_steps(part: Part, model: TableModel | ImageModel, plan: Plan) -> None:
    part.agreements = agreements(model, plan.device, CPU)
    seconds = 0.1 if plan.small else 2.0
    for name, device in (("device", plan.device), ("cpu", CPU)):
        part.updates_per_second[name] = {
            network: step.updates_per_second(seconds) for network, step in steps(model, device)
        }


def _run_made_up(part: Part, dataset: Dataset, plan: Plan, budget: Budget) -> None:
    """Compare one step on the made-up table, and run the product on it."""
    _compare_steps(part, gpu_workloads.made_up_model(dataset), plan)
    with watched(plan.device) as usage:
        trial = gpu_workloads.run_made_up(dataset, plan.device, plan.out / "made-up", budget)
    part.peak_bytes, part.utilisation = usage.peak_bytes, usage.mean_utilisation
    _summarise(part, {"device": [trial]})


def differences(headlines: dict[str, dict[str, list[float]]]) -> list[str]:
    """Return a sentence for each figure whose means on the two devices differ by more than the seeds do.

    That is the larger of the two ranges over the seeds, and at least `FLOOR`.

    Args:
        headlines: Figures by device and name, one for each seed.
    """
    if set(headlines) != {"device", "cpu"}:
        return []
    found = []
    for name, there in headlines["device"].items():
        here = headlines["cpu"][name]
        apart = abs(sum(there) / len(there) - sum(here) / len(here))
        spread = max(max(there) - min(there), max(here) - min(here), FLOOR)
        if not apart <= spread:
            found.append(f"{name} differs by {apart:.3f} between the devices, and by {spread:.3f} between seeds.")
    return found


def check(plan: Plan) -> bool:
    """Measure, write the results as JSON and Markdown, print them, and return whether nothing failed."""
    started = time.perf_counter()
    parts = measure(plan)
    seconds = time.perf_counter() - started
    text = page(parts, plan.device, seconds)
    plan.out.mkdir(parents=True, exist_ok=True)
    write_json(
        plan.out / JSON, {"device": str(plan.device), "seconds": seconds, "parts": [asdict(one) for one in parts]}
    )
    write_text(plan.out / PAGE, text)
    print(text)
    return not any(part.problems for part in parts)


def main(
    out: Annotated[Path, typer.Option(help="Folder of the results.")] = Path("runs/gpu-check"),
    rows: Annotated[int | None, typer.Option(min=500, help="Rows of the made-up table; default 2,000,000.")] = None,
    device: Annotated[str, typer.Option(help="cuda, or cpu to compare the CPU with itself.")] = "cuda",
    seconds: Annotated[float, typer.Option(min=1, help="Time after which what is left is cut off.")] = SECONDS,
    *,
    small: Annotated[bool, typer.Option("--small", help="Few rows, trained for a moment.")] = False,
) -> None:
    """Compare training, sampling and audit on a GPU with the CPU."""
    try:
        chosen = choose_device(device)
    except EvenhandError:
        print(f"This machine has no GPU that torch can use as {device!r}, so nothing was checked.", file=sys.stderr)
        raise typer.Exit(2) from None
    count = rows or (SMALL_ROWS if small else ROWS)
    seeds = SEEDS[:2] if small else SEEDS
    if not check(Plan(out, chosen, count, seeds, small=small, seconds=seconds)):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
