"""The systems of the benchmark: real rows, Evenhand's presets and variants, other generators, and external files.

Each experiment names everything that its records depend on, so that it is repeated when that changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import pandas as pd
import torch

from core.audit.estimate import sentence
from core.audit.records import Record
from core.audit.run import UNPROVEN
from core.benchmarks.anchors.anchor import Anchor
from core.benchmarks.experiments import Experiment, code_hash
from core.benchmarks.problems import Problem, ProblemRows, problem_rows
from core.benchmarks.scoring import SystemScorer, repair_train_labels, score_settings
from core.choices import TestedRows
from core.data.external import read_external
from core.data.io.table_writer import write_parquet
from core.data.readiness import drop_missing_target
from core.errors import DataError
from core.events import Listener
from core.runs.files import sha256
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table.fitting import fit_table

REAL, REPAIRED = "real", "its rows, Evenhand's label repair"
Task = tuple[Experiment, Callable[[], list[Record]]]
"""An experiment, and the function that computes its records."""


@dataclass(frozen=True)
class External:
    """A synthetic file that another generator made from a problem's train rows.

    Args:
        name: Name in the tables.
        file: CSV, Parquet or Excel file.
        seconds: Generation time in seconds, if the user gives it.
        independent: Whether the user knows that the generator did not see the tested rows.
    """

    name: str
    file: Path
    seconds: float | None = None
    independent: bool = False


@dataclass
class ProblemContext:
    """A problem and its rows, which are loaded for the first experiment.

    Args:
        problem: The problem.
        split: Which rows are tested on.
        out: Folder of the benchmark.
    """

    problem: Problem
    split: TestedRows
    out: Path

    @cached_property
    def rows(self) -> ProblemRows:
        """The train and tested rows."""
        return problem_rows(self.problem, self.split)

    @cached_property
    def scorer(self) -> SystemScorer:
        """The scorer of all systems on this problem."""
        return SystemScorer(self.rows)

    def experiment(
        self,
        system: str,
        seed: int | None,
        *,
        synthesizes: bool = False,
        extra_files: tuple[str, ...] = (),
        **depends: object,
    ) -> Experiment:
        """Return an experiment whose records depend on the code, the problem and the arguments."""
        problem = self.problem
        identity: dict[str, object] = {
            "sensitive": list(problem.sensitive),
            "min_group_size": problem.min_group_size,
            "holdout": problem.holdout,
        }
        return Experiment(
            problem.name,
            system,
            seed,
            self.split,
            {**identity, "library": code_hash(synthesizes=synthesizes, extra_files=extra_files), **depends},
        )


def save_train_rows(problem: Problem, split: TestedRows, out: Path) -> None:
    """Write a problem's train rows into the folder of the benchmark, for other generators."""
    folder = out / "train"
    folder.mkdir(parents=True, exist_ok=True)
    write_parquet(problem_rows(problem, split).train, folder / f"{problem.name}-{split}.parquet")


def real(context: ProblemContext) -> Task:
    """Score the real train rows and the constant predictor."""

    def compute() -> list[Record]:
        return context.scorer.real()

    return context.experiment(REAL, None), compute


def models(
    context: ProblemContext,
    name: str,
    settings: SynthesisSettings,
    seeds: tuple[int, ...],
    listener: Listener,
    *,
    brief: bool,
) -> Iterator[Task]:
    """Score Evenhand's synthesizer with these settings, once per seed.

    Args:
        context: The problem.
        name: Preset or variant.
        settings: All hyperparameters.
        seeds: Generator seeds.
        listener: Receives the events of training.
        brief: Whether to score the synthetic rows alone, under A and B.
    """

    def compute(seed: int) -> list[Record]:
        return score_settings(context.scorer, settings, seed, brief=brief, listener=listener)

    for seed in seeds:
        depends = {"brief": brief, **settings.model_dump(mode="json")}
        yield context.experiment(name, seed, synthesizes=True, **depends), partial(compute, seed)


def anchor(
    context: ProblemContext,
    generator: Anchor,
    seeds: tuple[int, ...],
    settings: SynthesisSettings | None,
    listener: Listener,
) -> Iterator[Task]:
    """Score an anchor's rows, once per seed.

    The rows of an anchor without a fairness option are also scored with their labels repaired by Evenhand, which learns
    the repair from these rows alone.

    Args:
        context: The problem.
        generator: The anchor.
        seeds: Seeds of its engine.
        settings: Hyperparameters of the label repair; ``None`` for none.
        listener: Receives the events of training.
    """
    repair = None if generator.fair else settings

    def compute(seed: int) -> list[Record]:
        folder = context.out / "anchors" / generator.environment / f"{context.problem.name}-{context.split}-{seed}"
        path, seconds_by_stage = generator.make(context.rows, folder, seed)
        frame = _external_frame(context, path)
        records = _score_frame(context, generator.name, frame)
        records += [_seconds_record(generator.name, stage, seconds) for stage, seconds in seconds_by_stage.items()]
        if repair is not None:
            records += _score_frame(context, REPAIRED, _repaired(context, frame, repair, seed, listener))
        return records

    for seed in seeds:
        depends = None if repair is None else repair.model_dump(mode="json")
        experiment = context.experiment(
            generator.name, seed, synthesizes=repair is not None, engine=generator.identity(), repair=depends
        )
        yield experiment, partial(compute, seed)


def _repaired(
    context: ProblemContext, frame: pd.DataFrame, settings: SynthesisSettings, seed: int, listener: Listener
) -> pd.DataFrame:
    device = torch.device("cpu")
    model = fit_table(frame, context.rows.schema, settings, seed=seed, device=device, listener=listener)
    return repair_train_labels(model, frame, seed)


def external(context: ProblemContext, source: External) -> Task:
    """Score an external synthetic file.

    Raises:
        DataError: There is no such file.
    """
    if not source.file.is_file():
        raise DataError(f"There is no file {str(source.file)!r} to score as {source.name!r}.")

    def compute() -> list[Record]:
        records = _score_frame(context, source.name, _external_frame(context, source.file))
        if source.seconds is not None:
            records.append(_seconds_record(source.name, "total", source.seconds))
        return records if source.independent else [_with_warning(record) for record in records]

    experiment = context.experiment(
        source.name, 0, file=sha256(source.file), seconds=source.seconds, independent=source.independent
    )
    return experiment, compute


def _external_frame(context: ProblemContext, path: Path) -> pd.DataFrame:
    frame, _ = read_external(path, context.rows.schema)
    frame, _ = drop_missing_target(frame, context.rows.schema)
    return frame


def _score_frame(context: ProblemContext, name: str, frame: pd.DataFrame) -> list[Record]:
    return [*context.scorer.classify(name, frame, "ABD"), *context.scorer.quality_records(name, frame)]


def _with_warning(record: Record) -> Record:
    """Add the audit's warning to a record of tested rows that the generator may have seen."""
    if record.split != "holdout":
        return record
    return record.model_copy(update={"note": sentence(record.note, UNPROVEN)})


def _seconds_record(source: str, stage: str, seconds: float) -> Record:
    return Record(source=source, protocol="generation", metric=f"seconds_{stage}", split="train", value=seconds)
