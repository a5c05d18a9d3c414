"""The problems of the benchmark: which table, which sensitive columns, which rows are learned from and tested on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
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
        tests: How many test rows there are: of fewer rows, a group needs fewer in proportion.
        holdout: Share of rows held out, where the table has no official test file.
        coded: A sensitive column and the one value of it that stands against the rest, as some papers code it.
        pooled: Whether an official test file is put to the other rows, and rows are held out from all.
    """

    name: str
    dataset: str
    sensitive: tuple[str, ...]
    least: int
    tests: int
    holdout: float = 0.3
    coded: tuple[str, str] | None = None
    pooled: bool = False

    def dataset_now(self) -> Dataset:
        """The table with this problem's sensitive columns."""
        found = load(self.dataset, sensitive=list(self.sensitive), seed=SPLIT_SEED)
        if self.pooled and found.holdout is not None:
            found = replace(found, frame=pd.concat([found.frame, found.holdout], ignore_index=True), holdout=None)
        return found if self.coded is None else replace(found, frame=_against_rest(found.frame, *self.coded))


def _against_rest(frame: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """The column with two values: this one, and all others."""
    return frame.assign(**{column: frame[column].where(frame[column] == value, f"not {value}")})


PROBLEMS: dict[str, Problem] = {
    problem.name: problem
    for problem in (
        Problem("demo", "demo", ("origin",), least=30, tests=3600),
        Problem("adult-sex", "adult", ("sex",), least=1000, tests=16281),
        Problem("adult-race", "adult", ("race",), least=1000, tests=16281),
        Problem("adult-sex-race", "adult", ("sex", "race"), least=500, tests=16281),
        Problem("compas-race", "compas", ("race",), least=500, tests=1852),
        # As in the paper: all rows of Adult, COMPAS without ProPublica's filter, two groups of race, 80/20.
        Problem("paper-adult-sex", "adult", ("sex",), least=500, tests=9769, holdout=0.2, pooled=True),
        Problem(
            "paper-adult-race",
            "adult",
            ("race",),
            least=500,
            tests=9769,
            holdout=0.2,
            coded=("race", "Black"),
            pooled=True,
        ),
        Problem("paper-compas-sex", "compas-unfiltered", ("sex",), least=200, tests=1443, holdout=0.2),
        Problem(
            "paper-compas-race",
            "compas-unfiltered",
            ("race",),
            least=200,
            tests=1443,
            holdout=0.2,
            coded=("race", "African-American"),
        ),
    )
}


@dataclass(frozen=True)
class Rows:
    """The rows of one problem: learned from, and tested on by every system alike.

    Args:
        schema: Roles and groups.
        train: Typed rows.
        tested: Typed rows.
        large: Share of tested rows that makes a group large enough for DPR and DPD.
    """

    schema: Schema
    train: pd.DataFrame
    tested: pd.DataFrame
    large: float

    def large_groups(self, tested: int) -> Schema:
        """The schema in which groups that are small among so many tested rows take no part in DPR and DPD."""
        least = ceil(self.large * tested - 1e-6)  # 1,000 / 16,281 times 16,281 is not quite 1,000
        return self.schema.replaced(min_group_size=max(least, self.schema.min_group_size))


def rows_of(problem: Problem, kind: Split) -> Rows:
    """Train and tested rows; the same ones whatever the system and the generator seed.

    Args:
        problem: Which.
        kind: ``test``: the official test file, or rows held out from all others. ``validation``: a quarter of the
            train rows takes their place, and no test row is looked at.
    """
    dataset = problem.dataset_now()
    large = problem.least / problem.tests
    if kind == "validation" and dataset.holdout is not None:
        train = dataset.frame
    else:
        parts = split(dataset, fraction=problem.holdout, seed=SPLIT_SEED)
        if kind == "test":
            return Rows(dataset.schema, parts.train, parts.holdout, large)
        train = parts.train
    return Rows(dataset.schema, *validation_split(train, dataset.schema, VALIDATION_SHARE, SPLIT_SEED), large)
