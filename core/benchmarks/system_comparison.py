"""Comparison of systems: fairness, utility, fidelity and time on the same rows, over several seeds.

    evenhand benchmark systems                                # all problems, 5 seeds, the test rows; an hour or two
    evenhand benchmark systems --problem adult-sex --seeds 2  # a part of it
    evenhand benchmark systems --split validation             # rows for choosing settings
    evenhand benchmark ablations                              # the effect of each part, on validation rows
    evenhand benchmark systems --quick                        # the demo, minutes

Finished experiments are saved in the folder. They are repeated only if a setting, a file or the code that they depend
on changes. `figures.parquet` has all records, one per line; `--readme` writes the tables into `docs/benchmarks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.benchmarks import systems
from core.benchmarks.ablations import VARIANTS, variant
from core.benchmarks.anchors.catalog import ANCHORS
from core.benchmarks.derived_metrics import with_derived_metrics
from core.benchmarks.markdown_page import ablations_page, replace_between, systems_page
from core.benchmarks.problems import PROBLEMS
from core.benchmarks.runner import run_experiments
from core.benchmarks.systems import External, ProblemContext, Task
from core.choices import TestedRows
from core.cluster import LocalListener
from core.data.io.table_writer import write_parquet
from core.errors import ConfigError
from core.events import Listener, ignore
from core.runs.files import write_text

FIGURES = "figures.parquet"
"""File of all records, in the folder of the benchmark."""
MAIN_PROBLEMS = ("adult-sex", "adult-race", "adult-sex-race", "compas-race")


@dataclass(frozen=True)
class Plan:
    """The experiments of a benchmark.

    Args:
        out: Folder of the experiments and tables.
        problems: Names of problems.
        presets: Presets; may be empty.
        variants: Names of `VARIANTS`; may be empty. Only their synthetic rows are scored.
        seeds: Generator seeds.
        split: Which rows are tested on.
        external: Synthetic files, if there is one problem.
        anchor_seeds: Seeds of each anchor whose environment is installed.
        preset_of_variants: Preset that variants differ from.
        command: Command that repeats the benchmark.
        cluster: Address of a Ray cluster that computes Evenhand's own experiments; see `core.cluster`.
    """

    out: Path
    problems: tuple[str, ...] = MAIN_PROBLEMS
    presets: tuple[str, ...] = ("default",)
    variants: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    split: TestedRows = "test"
    external: tuple[External, ...] = ()
    anchor_seeds: tuple[int, ...] = (0,)
    preset_of_variants: str = "default"
    command: str = "evenhand benchmark systems"
    cluster: str | None = None


def measure(plan: Plan, listener: Listener = ignore) -> pd.DataFrame:
    """Run the experiments that are not saved yet; return all records with problem, system and seed.

    Args:
        plan: The experiments.
        listener: Receives an event of the stage ``benchmark`` before each experiment, and the events of training.

    Raises:
        ConfigError: A name is unknown.
        DataError: An external file does not exist or does not fit.
    """
    _check(plan)
    tasks = list(_work(plan, LocalListener(listener)))
    for name in {experiment.problem for experiment, _ in tasks if not experiment.exists(plan.out)}:
        systems.save_train_rows(PROBLEMS[name], plan.split, plan.out)
    anchors, files = {one.name for one in ANCHORS}, {one.name for one in plan.external}
    table = with_derived_metrics(
        run_experiments(tasks, plan.out, listener, anchors, local=anchors | files, cluster=plan.cluster)
    )
    write_parquet(table, plan.out / FIGURES)
    return table


def _check(plan: Plan) -> None:
    for kind, names, known in (("problem", plan.problems, PROBLEMS), ("variant", plan.variants, VARIANTS)):
        for name in names:
            if name not in known:
                raise ConfigError(f"There is no {kind} {name!r}; choose from: {', '.join(known)}.")
    if plan.external and len(plan.problems) != 1:
        raise ConfigError("An external file belongs to one problem; give --problem once.")
    own = {systems.REAL, *(one.name for one in ANCHORS), *plan.presets, *plan.variants}
    for file in plan.external:
        if file.name in own:
            raise ConfigError(f"An external file cannot be named {file.name!r}; another system has that name.")
    if not plan.seeds:
        raise ConfigError("The benchmark needs at least one generator seed.")


def _work(plan: Plan, listener: Listener) -> Iterator[Task]:
    ours = {name: (variant({}, name), False) for name in plan.presets}
    ours |= {name: (variant(VARIANTS[name], plan.preset_of_variants), True) for name in plan.variants}
    for name in plan.problems:
        context = ProblemContext(PROBLEMS[name], plan.split, plan.out)
        if not plan.variants:
            yield systems.real(context)
            repair = variant({}, plan.presets[0]) if plan.presets else None
            for generator in ANCHORS:
                if generator.installed:
                    yield from systems.anchor(context, generator, plan.anchor_seeds, repair, listener)
        for file in plan.external:
            yield systems.external(context, file)
        for system, (settings, brief) in ours.items():
            yield from systems.models(context, system, settings, plan.seeds, listener, brief=brief)


def tables(table: pd.DataFrame, plan: Plan) -> str:
    """Return the page: machine, command and the tables of every problem."""
    if plan.variants:
        return ablations_page(table, plan.problems, plan.command)
    return systems_page(table, plan.problems, plan.command)


def write_tables(table: pd.DataFrame, plan: Plan, *, readme: bool) -> Path:
    """Write the page into the plan's folder, and into `docs/benchmarks/README.md` with ``readme``."""
    text = tables(table, plan)
    write_text(plan.out / "tables.md", text + "\n")
    if readme:
        replace_between("ablations" if plan.variants else "systems", text)
    return plan.out / "tables.md"
