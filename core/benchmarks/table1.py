"""The paper's Table 1: every system on the paper's rows, in its mixed protocol and in A, C and D.

    evenhand benchmark table1                            # Adult by sex and race, COMPAS by race and sex; hours
    evenhand benchmark table1 --problem paper-adult-sex  # a part of it
    evenhand benchmark table1 --quick                    # the demo with fast presets; prints steps and seconds a row

Beside the systems: the lambda sweep of the paper's supplement and the beta sweep of FairDisCo, on the first problem.
Finished experiments are saved and not repeated (see `core.benchmarks.experiments`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from core.audit.records import Record
from core.benchmarks.comparators import Teachers, score_method, score_originals
from core.benchmarks.markdown_page import README, replace_between
from core.benchmarks.paper_times import score_paper_times
from core.benchmarks.problems import PROBLEMS
from core.benchmarks.runner import run_experiments
from core.benchmarks.scoring import ORIGINAL
from core.benchmarks.sweeps import BETAS, LAMBDAS, beta_name, lambda_name, score_beta, with_beta, with_lambda
from core.benchmarks.systems import ProblemContext, Task
from core.benchmarks.table1_page import TIMES, steps_table, table1_page
from core.choices import TestedRows
from core.data.io.table_writer import write_parquet
from core.errors import ConfigError
from core.events import Listener, ignore
from core.runs.files import write_text
from core.synthesis.methods.catalog import METHODS
from core.synthesis.methods.method_info import method_settings
from core.synthesis.methods.settings import FairDisCoSettings
from core.synthesis.settings import Settings

MAIN_PROBLEMS = ("paper-adult-sex", "paper-adult-race", "paper-compas-race", "paper-compas-sex")
VARIANTS: dict[str, dict[str, dict[str, Any]]] = {"decaf": {"DECAF, nothing cut": {"cut": "none"}}}
"""By method: further rows with other hyperparameters, with the first seed.

The paper prints the rows of FairX, which passes no edges to cut to DECAF.
"""
FURTHER = ("core/benchmarks/comparators.py", "core/benchmarks/sweeps.py", "core/synthesis/methods/*.py")
"""Further files that the records of compared systems depend on."""
__all__ = ["QUICK", "Plan", "measure", "steps_table", "write_tables"]


@dataclass(frozen=True)
class Plan:
    """The experiments of a benchmark.

    Args:
        out: Folder of the experiments and tables.
        problems: Names of problems.
        systems: Names of methods; by default the whole catalogue.
        preset: Preset of every system.
        seeds: Generator seeds: each system is fitted once for each.
        evaluations: Evaluations of each fit; times the seeds, ten in all.
        sweeps: Whether lambda and beta are swept too, on the first problem with the first seed, and all
            systems timed with their authors' settings.
        split: Which rows are tested on.
        command: Command that repeats the benchmark.
    """

    out: Path
    problems: tuple[str, ...] = MAIN_PROBLEMS
    systems: tuple[str, ...] = tuple(METHODS)
    preset: str = "default"
    seeds: tuple[int, ...] = (0, 1)
    evaluations: int = 5
    sweeps: bool = True
    split: TestedRows = "test"
    command: str = "evenhand benchmark table1"


QUICK: dict[str, Any] = {
    "problems": ("demo",),
    "preset": "fast",
    "seeds": (0,),
    "evaluations": 2,
    "sweeps": False,
}
"""The plan of ``--quick``."""


def measure(plan: Plan, listener: Listener = ignore) -> pd.DataFrame:
    """Run the experiments that are not saved yet; return all records with problem, system and seed.

    Raises:
        ConfigError: A problem or a system is unknown.
    """
    if not plan.seeds:
        raise ConfigError("The benchmark needs at least one generator seed.")
    for kind, names, known in (("problem", plan.problems, PROBLEMS), ("method", plan.systems, METHODS)):
        for name in names:
            if name not in known:
                raise ConfigError(f"There is no {kind} {name!r}; choose from: {', '.join(known)}.")
    table = run_experiments(list(_work(plan, listener)), plan.out, listener)
    write_parquet(table, plan.out / "table1.parquet")
    return table


def _work(plan: Plan, listener: Listener) -> Iterator[Task]:
    """Yield the experiments seed by seed, so that an interrupted benchmark has every system."""
    teachers = Teachers()
    contexts = {name: ProblemContext(PROBLEMS[name], plan.split, plan.out) for name in plan.problems}
    for seed in plan.seeds:
        for context in contexts.values():
            if seed == plan.seeds[0]:
                yield _original(context, plan.evaluations * len(plan.seeds))
            for title, name, settings in _rows(plan, seed):
                yield _system(context, title, name, settings, seed, plan, teachers, listener)
        if plan.sweeps and seed == plan.seeds[0]:
            yield from _sweeps(contexts[plan.problems[0]], seed, plan, teachers, listener)
            yield _times(contexts[plan.problems[0]], listener)


def _rows(plan: Plan, seed: int) -> Iterator[tuple[str, str, Settings]]:
    """Yield name of the row, method and settings for one generator seed."""
    for name in plan.systems:
        yield name, name, METHODS[name].presets[plan.preset]
        for title, changes in (VARIANTS.get(name, {}) if seed == plan.seeds[0] else {}).items():
            yield title, name, method_settings(name, plan.preset, changes)


def _original(context: ProblemContext, evaluations: int) -> Task:
    return context.experiment(ORIGINAL, None, extra_files=FURTHER, evaluations=evaluations), lambda: score_originals(
        context.scorer, evaluations
    )


def _system(
    context: ProblemContext,
    system: str,
    method: str,
    settings: Settings,
    seed: int,
    plan: Plan,
    teachers: Teachers,
    listener: Listener,
) -> Task:
    compute = partial(
        score_method,
        problem=context.problem.name,
        name=method,
        settings=settings,
        generator_seed=seed,
        evaluations=plan.evaluations,
        teachers=teachers,
        listener=listener,
    )
    depends = {"method": method, "evaluations": plan.evaluations, **settings.model_dump(mode="json")}
    return context.experiment(system, seed, synthesizes=True, extra_files=FURTHER, **depends), lambda: compute(
        context.scorer
    )


def _times(context: ProblemContext, listener: Listener) -> Task:
    presets = {name: info.presets["paper"].model_dump(mode="json") for name, info in METHODS.items()}
    experiment = context.experiment(
        TIMES, None, synthesizes=True, extra_files=(*FURTHER, "core/benchmarks/paper_times.py"), **presets
    )
    return experiment, lambda: score_paper_times(context.scorer, listener)


def _sweeps(context: ProblemContext, seed: int, plan: Plan, teachers: Teachers, listener: Listener) -> Iterator[Task]:
    for value in LAMBDAS:
        settings = with_lambda(plan.preset, value)
        yield _system(context, lambda_name(value), "distillation-l1", settings, seed, plan, teachers, listener)
    for exponent in BETAS:
        beta_settings = with_beta(plan.preset, exponent)
        experiment = context.experiment(
            beta_name(exponent), seed, synthesizes=True, extra_files=FURTHER, **beta_settings.model_dump(mode="json")
        )
        yield experiment, partial(_beta, context, beta_settings, seed, listener)


def _beta(context: ProblemContext, settings: FairDisCoSettings, seed: int, listener: Listener) -> list[Record]:
    return score_beta(context.scorer, settings, seed, listener)


def write_tables(table: pd.DataFrame, plan: Plan, *, readme: bool) -> Path:
    """Write the page into the plan's folder; with ``readme`` also into the docs, with the main tables in the README."""
    text = table1_page(table, plan.problems, plan.command)
    write_text(plan.out / "table1.md", text + "\n")
    if readme:
        write_text(README.with_name("table1.md"), f"# Every system of the paper: all tables\n\n## Tables\n\n{text}\n")
        replace_between("table1", table1_page(table, plan.problems, plan.command, whole=False))
    return plan.out / "table1.md"
