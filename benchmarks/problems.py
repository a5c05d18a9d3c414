"""The problems of the benchmark: which table, which sensitive columns, which rows are learned from and tested on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.data.dataset import Dataset
from core.data.schema import Schema
from core.data.sources.catalog import load
from core.data.split import split, validation_split

Split = Literal["test", "validation"]
VALIDATION_SHARE = 0.25
SPLIT_SEED = 0


@dataclass(frozen=True)
class Problem:
    """A table and what is asked of it.

    Args:
        name: How tables call it.
        dataset: Built-in table.
        sensitive: Its sensitive columns; several are crossed.
        least: Test rows that a group needs to take part in DPR and DPD.
        holdout: Share of rows held out, where the table has no official test file.
    """

    name: str
    dataset: str
    sensitive: tuple[str, ...]
    least: int
    holdout: float = 0.3

    def dataset_now(self) -> Dataset:
        """The table with this problem's sensitive columns."""
        return load(self.dataset, sensitive=list(self.sensitive), seed=SPLIT_SEED)


PROBLEMS: dict[str, Problem] = {
    problem.name: problem
    for problem in (
        Problem("demo", "demo", ("origin",), least=30),
        Problem("adult-sex", "adult", ("sex",), least=1000),
        Problem("adult-race", "adult", ("race",), least=1000),
        Problem("adult-sex-race", "adult", ("sex", "race"), least=500),
        Problem("compas-race", "compas", ("race",), least=500),
    )
}


@dataclass(frozen=True)
class Rows:
    """The rows of one problem: learned from, and tested on by every system alike."""

    schema: Schema
    train: pd.DataFrame
    tested: pd.DataFrame


def rows_of(problem: Problem, kind: Split) -> Rows:
    """Train and tested rows; the same ones whatever the system and the generator seed.

    Args:
        problem: Which.
        kind: ``test``: the official test file, or rows held out from all others. ``validation``: a quarter of the
            train rows takes their place, and the test rows are not given to anyone.
    """
    dataset = problem.dataset_now()
    parts = split(dataset, fraction=problem.holdout, seed=SPLIT_SEED)
    if kind == "test":
        return Rows(dataset.schema, parts.train, parts.holdout)
    return Rows(dataset.schema, *validation_split(parts.train, dataset.schema, VALIDATION_SHARE, SPLIT_SEED))


def least_of(problem: Problem, rows: Rows, kind: Split) -> int:
    """Rows that a group needs among the tested ones: on validation rows as many fewer as there are fewer of them."""
    if kind == "test":
        return problem.least
    whole = len(rows_of(problem, "test").tested)
    return max(30, round(problem.least * len(rows.tested) / whole))
