"""Whose rows are measured: the real ones, our presets and variants, MOSTLY AI's engine, and anyone's synthetic file.

Each says what its figures depend on, so that a cell is measured anew when that changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from core.audit.estimate import sentence
from core.audit.records import Record
from core.audit.run import UNPROVEN
from core.benchmarks import mostly_ai
from core.benchmarks.cells import Cell, library
from core.benchmarks.problems import Problem, Rows, Split, rows_of
from core.benchmarks.scoring import SystemScorer, score_settings
from core.data.external import read_external
from core.data.io.table_writer import write_parquet
from core.data.readiness import drop_missing_target
from core.errors import DataError
from core.events import Listener
from core.runs.files import sha256
from core.synthesis.settings import SynthesisSettings

REAL, MOSTLY = "real", "MOSTLY AI"
Work = tuple[Cell, Callable[[], list[Record]]]
"""A cell, and what makes its records."""


@dataclass(frozen=True)
class External:
    """A synthetic file that some generator made of a problem's train rows.

    Args:
        name: How tables call it.
        file: CSV, Parquet or Excel.
        seconds: What making it took, if its user says so.
        independent: Whether its user knows that the generator did not see the tested rows.
    """

    name: str
    file: Path
    seconds: float | None = None
    independent: bool = False


@dataclass
class Place:
    """One problem's rows, read when the first cell needs them.

    Args:
        problem: Which.
        split: Which rows are tested on.
        out: Folder of the benchmark; the train rows are left in it for other generators.
    """

    problem: Problem
    split: Split
    out: Path

    @cached_property
    def rows(self) -> Rows:
        """Train and tested rows."""
        found = rows_of(self.problem, self.split)
        folder = self.out / "train"
        folder.mkdir(parents=True, exist_ok=True)
        write_parquet(found.train, folder / f"{self.problem.name}-{self.split}.parquet")
        return found

    @cached_property
    def scorer(self) -> SystemScorer:
        """What every system is tested on."""
        return SystemScorer(self.rows)

    def cell(
        self,
        system: str,
        seed: int | None,
        *,
        learns: bool = False,
        further: tuple[str, ...] = (),
        **depends: object,
    ) -> Cell:
        """A cell of this problem, whose figures depend on the code, on the problem, and on what is named here."""
        problem = self.problem
        about: dict[str, object] = {
            "sensitive": list(problem.sensitive),
            "least": problem.least,
            "holdout": problem.holdout,
        }
        return Cell(
            problem.name,
            system,
            seed,
            self.split,
            {**about, "library": library(learns=learns, further=further), **depends},
        )


def real(place: Place) -> Work:
    """The real train rows, and the constant predictor."""

    def work() -> list[Record]:
        return place.scorer.real()

    return place.cell(REAL, None), work


def models(
    place: Place, name: str, settings: SynthesisSettings, seeds: tuple[int, ...], listener: Listener, *, brief: bool
) -> Iterator[Work]:
    """Our own synthesizer with these settings, once a seed.

    Args:
        place: Where.
        name: Preset or variant.
        settings: All dials.
        seeds: Generator seeds.
        listener: Receives the events of learning.
        brief: The synthetic rows alone, under A and B.
    """

    def work(seed: int) -> list[Record]:
        return score_settings(place.scorer, settings, seed, brief=brief, listener=listener)

    for seed in seeds:
        depends = {"brief": brief, **settings.model_dump(mode="json")}
        yield place.cell(name, seed, learns=True, **depends), partial(work, seed)


def mostly_rows(place: Place, seeds: tuple[int, ...]) -> Iterator[Work]:
    """MOSTLY AI's engine with its fairness option, once a seed, in this run, so that times compare."""

    def work(seed: int) -> list[Record]:
        folder = place.out / "mostly" / f"{place.problem.name}-{place.split}-{seed}"
        path, seconds = mostly_ai.make(place.rows, folder, seed)
        return [*_scored(place, MOSTLY, path), *(_seconds(MOSTLY, stage, spent) for stage, spent in seconds.items())]

    for seed in seeds:
        yield place.cell(MOSTLY, seed, engine=mostly_ai.identity()), partial(work, seed)


def external(place: Place, given: External) -> Work:
    """Anyone's synthetic file.

    Raises:
        DataError: There is no such file.
    """
    if not given.file.is_file():
        raise DataError(f"There is no file {str(given.file)!r} to score as {given.name!r}.")

    def work() -> list[Record]:
        found = _scored(place, given.name, given.file)
        if given.seconds is not None:
            found.append(_seconds(given.name, "total", given.seconds))
        return found if given.independent else [_unproven(record) for record in found]

    cell = place.cell(given.name, 0, file=sha256(given.file), seconds=given.seconds, independent=given.independent)
    return cell, work


def _scored(place: Place, name: str, path: Path) -> list[Record]:
    frame, _ = read_external(path, place.rows.schema)
    frame, _ = drop_missing_target(frame, place.rows.schema)
    return [*place.scorer.classify(name, frame, "ABD"), *place.scorer.likeness(name, frame)]


def _unproven(record: Record) -> Record:
    """The record with the audit's warning, where it rests on tested rows that the file's maker may have seen."""
    if record.split != "holdout":
        return record
    return record.model_copy(update={"note": sentence(record.note, UNPROVEN)})


def _seconds(source: str, stage: str, spent: float) -> Record:
    return Record(source=source, protocol="generation", metric=f"seconds_{stage}", split="train", value=spent)
