"""The frontier: fairness, utility, likeness and time of every system, on the same rows, over several seeds.

    evenhand benchmark frontier --out runs/frontier            # all problems, 5 seeds, the test rows; an hour or two
    evenhand benchmark frontier --problem adult-sex --seeds 2  # a part of it
    evenhand benchmark variants --out runs/variants            # what each part buys, on validation rows
    evenhand benchmark frontier --quick                        # the demo, minutes

What is finished is kept in the folder and not measured again, until a setting of it changes. `frontier.parquet` has
every figure, one record a line; `--readme` writes the tables into this folder's README.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

import pandas as pd

from benchmarks import mostly
from benchmarks.cells import Cell
from benchmarks.page import machine, problem_tables, replace_between, variants_table
from benchmarks.problems import PROBLEMS, Problem, Rows, Split, least_of, rows_of
from benchmarks.scoring import Bench, score_settings
from benchmarks.variants import VARIANTS, variant
from core.audit.records import Record
from core.data.foreign import read_like
from core.data.writing import write_parquet
from core.errors import ConfigError
from core.events import Event, Listener, ignore
from core.runs.files import write_text
from core.synthesis.settings import SynthesisSettings

REVISION = 1
"""Raise it when what is measured changes, so that kept cells are measured anew."""


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Args:
        out: Folder of the cells and tables.
        problems: Names of problems.
        presets: Presets, or none.
        variants: Names of `VARIANTS`, or none; of these the synthetic rows alone are scored.
        seeds: Generator seeds.
        split: Which rows are tested on.
        external: Synthetic files of one problem by name of the system.
        with_mostly: Whether MOSTLY AI's engine is run beside, if its environment is there.
        preset_of_variants: Preset that variants differ from.
    """

    out: Path
    problems: tuple[str, ...] = ("adult-sex", "adult-race", "adult-sex-race", "compas-race")
    presets: tuple[str, ...] = ("default",)
    variants: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    split: Split = "test"
    external: Mapping[str, Path] = field(default_factory=dict)
    with_mostly: bool = True
    preset_of_variants: str = "default"


class _Place:
    """One problem's rows, read when the first cell needs them."""

    def __init__(self, problem: Problem, kind: Split) -> None:
        self.problem, self.kind = problem, kind

    @cached_property
    def rows(self) -> Rows:
        return rows_of(self.problem, self.kind)

    @cached_property
    def bench(self) -> Bench:
        return Bench(self.rows, least_of(self.problem, self.rows, self.kind))


def measure(plan: Plan, listener: Listener = ignore) -> pd.DataFrame:
    """Measure what is not on disk yet; every record of every cell, and which problem, system and seed it is of.

    Raises:
        ConfigError: A name is unknown.
        DataError: An external file does not fit.
    """
    _check(plan)
    work = list(_cells(plan, listener))
    found = []
    for done, (cell, score) in enumerate(work):
        listener(Event("benchmark", done, len(work), message=f"{cell.problem}: {cell.system}, {cell.generator_seed}"))
        found.append(cell.records(plan.out, score))
    listener(Event("benchmark", len(work), len(work), message="Measured."))
    table = pd.concat(found, ignore_index=True)
    write_parquet(table, plan.out / "frontier.parquet")
    return table


def _check(plan: Plan) -> None:
    for kind, asked, known in (("problem", plan.problems, PROBLEMS), ("variant", plan.variants, VARIANTS)):
        for name in asked:
            if name not in known:
                raise ConfigError(f"There is no {kind} {name!r}; there are: {', '.join(known)}.")
    if plan.external and len(plan.problems) != 1:
        raise ConfigError("An external file is of one problem; give --problem once.")


def _cells(plan: Plan, listener: Listener) -> Iterator[tuple[Cell, partial[list[Record]]]]:
    systems = {name: (variant({}, name), False) for name in plan.presets}
    systems |= {name: (variant(VARIANTS[name], plan.preset_of_variants), True) for name in plan.variants}
    for name in plan.problems:
        place = _Place(PROBLEMS[name], plan.split)
        about = {"revision": REVISION, "sensitive": list(place.problem.sensitive), "least": place.problem.least}
        if not plan.variants:
            yield Cell(name, "real", None, plan.split, about), partial(_real, place)
        if plan.with_mostly and plan.split == "test" and mostly.installed():
            folder = plan.out / "mostly" / name
            yield Cell(name, "MOSTLY AI", 0, plan.split, about), partial(_mostly, place, folder)
        for system, path in plan.external.items():
            yield (
                Cell(name, system, 0, plan.split, {**about, "file": str(path)}),
                partial(_external, place, system, path),
            )
        for system, (settings, brief) in systems.items():
            for seed in plan.seeds:
                asked = {**about, "brief": brief, **settings.model_dump(mode="json")}
                cell = Cell(name, system, seed, plan.split, asked)
                yield cell, partial(_model, place, settings, seed, listener, brief=brief)


def _real(place: _Place) -> list[Record]:
    return place.bench.real()


def _model(place: _Place, settings: SynthesisSettings, seed: int, listener: Listener, *, brief: bool) -> list[Record]:
    return score_settings(place.bench, settings, seed, brief=brief, listener=listener)


def _external(place: _Place, system: str, path: Path) -> list[Record]:
    frame, _ = read_like(path, place.rows.schema)
    return [*place.bench.classify(system, frame, "ABD"), *place.bench.likeness(system, frame)]


def _mostly(place: _Place, folder: Path) -> list[Record]:
    path, seconds = mostly.make(place.rows, folder)
    timed = [
        Record(source="MOSTLY AI", protocol="generation", metric=f"seconds_{stage}", split="train", value=spent)
        for stage, spent in seconds.items()
    ]
    return [*_external(place, "MOSTLY AI", path), *timed]


def tables(table: pd.DataFrame, plan: Plan) -> str:
    """The page: machine, and the tables of every problem."""
    if plan.variants:
        parts = [f"### {name}\n\n{variants_table(table, name)}" for name in plan.problems]
    else:
        parts = [problem_tables(table, name) for name in plan.problems]
    return "\n\n".join([machine(), *parts])


def write_tables(table: pd.DataFrame, plan: Plan, *, readme: bool) -> Path:
    """Leave the page in the plan's folder, and in `benchmarks/README.md` if asked."""
    text = tables(table, plan)
    write_text(plan.out / "tables.md", text + "\n")
    if readme:
        replace_between("variants" if plan.variants else "frontier", text)
    return plan.out / "tables.md"
