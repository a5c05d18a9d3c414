"""Planted bias: classifiers that learn from biased rows, tested on rows whose outcomes were left as they are.

    python -m core.benchmarks.planted_bias

What is planted and what learns from it: `core.benchmarks.biased_rows`. The command writes the tables of
``docs/benchmarks/planted-bias.md``: means over the seeds, with Student's t interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from core.benchmarks import planted_bias_page
from core.benchmarks.biased_rows import BIASES, CEILING, NONE, PROBLEMS, SYSTEMS, Bias, BiasProblem, problem_name, score
from core.benchmarks.experiments import Experiment, code_hash
from core.benchmarks.markdown_page import replace_between
from core.benchmarks.runner import run_experiments
from core.benchmarks.systems import Task
from core.data.io.table_writer import write_parquet
from core.events import Event, Listener, ignore

SEEDS = (0, 1, 2, 3, 4)
CODE = ("core/benchmarks/biased_rows.py", "core/synthesis/methods/*.py", "core/downstream_classifiers/*.py")
OUT = Path("runs") / "planted-bias"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks" / "planted-bias.md"
FIGURES = "figures.parquet"


@dataclass(frozen=True)
class Plan:
    """The experiments of a benchmark.

    Args:
        out: Folder of the experiments.
        problems: Tables and disadvantaged groups.
        biases: The biases that are planted.
        seeds: Seeds of everything that is drawn.
    """

    out: Path
    problems: tuple[BiasProblem, ...] = PROBLEMS
    biases: tuple[Bias, ...] = BIASES
    seeds: tuple[int, ...] = SEEDS


def measure(plan: Plan, listener: Listener = ignore) -> pd.DataFrame:
    """Run the experiments that are not saved yet under ``plan.out``; return all records."""
    table = run_experiments(list(_tasks(plan, listener)), plan.out, listener)
    write_parquet(table, plan.out / FIGURES)
    return table


def _tasks(plan: Plan, listener: Listener) -> Iterator[Task]:
    library = code_hash(synthesizes=True, extra_files=CODE)
    for seed in plan.seeds:
        for one in plan.problems:
            for bias in (NONE, *plan.biases):
                for name in (CEILING,) if bias is NONE else SYSTEMS:
                    experiment = Experiment(
                        problem_name(one, bias), name, seed, "test", {"library": library, "group": one.disadvantaged}
                    )
                    yield experiment, partial(score, one, bias, name, seed, listener)


def main() -> None:
    """Run all experiments and write the page."""

    def progress(event: Event) -> None:
        if event.stage == "benchmark":
            print(f"{event.step} of {event.total}: {event.message}", flush=True)

    replace_between("planted-bias", planted_bias_page.page_of(measure(Plan(OUT), progress)), PAGE)


if __name__ == "__main__":
    main()
