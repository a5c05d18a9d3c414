"""The problems of the benchmark: table, sensitive columns, train rows and tested rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import pandas as pd

from core.choices import TestedRows
from core.data.dataset import Dataset
from core.data.holdout_split import split, validation_split
from core.data.schema import Schema
from core.data.sources.load import load

VALIDATION_SHARE = 0.25
SPLIT_SEED = 0


@dataclass(frozen=True)
class Problem:
    """A table with its sensitive columns and its split.

    Args:
        name: Name in the tables.
        dataset: Name of the built-in table.
        sensitive: Sensitive columns; several form intersections.
        min_group_size: Minimum number of test rows of a group for DPR and DPD.
        test_rows: Number of test rows. If fewer rows are tested, the minimum group size is scaled in proportion.
        holdout: Share of hold-out rows, if the table has no official test file.
        recoded: A sensitive column and the value that is compared with the rest, as in some papers.
        pooled: Whether an official test file is merged with the other rows before the split.
    """

    name: str
    dataset: str
    sensitive: tuple[str, ...]
    min_group_size: int
    test_rows: int
    holdout: float = 0.3
    recoded: tuple[str, str] | None = None
    pooled: bool = False

    def load_dataset(self) -> Dataset:
        """Load the table with the sensitive columns of this problem."""
        dataset = load(self.dataset, sensitive=list(self.sensitive), seed=SPLIT_SEED)
        if self.pooled and dataset.holdout is not None:
            dataset = replace(
                dataset, frame=pd.concat([dataset.frame, dataset.holdout], ignore_index=True), holdout=None
            )
        return dataset if self.recoded is None else replace(dataset, frame=_against_rest(dataset.frame, *self.recoded))


def _against_rest(frame: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """Recode the column to two values: this value, and all others."""
    return frame.assign(**{column: frame[column].where(frame[column] == value, f"not {value}")})


PROBLEMS: dict[str, Problem] = {
    problem.name: problem
    for problem in (
        Problem("demo", "demo", ("origin",), min_group_size=30, test_rows=3600),
        Problem("adult-sex", "adult", ("sex",), min_group_size=1000, test_rows=16281),
        Problem("adult-race", "adult", ("race",), min_group_size=1000, test_rows=16281),
        Problem("adult-sex-race", "adult", ("sex", "race"), min_group_size=500, test_rows=16281),
        Problem("compas-race", "compas", ("race",), min_group_size=500, test_rows=1852),
        # As in the paper: all rows of Adult, COMPAS without ProPublica's filter, two groups of race, 80/20.
        Problem("paper-adult-sex", "adult", ("sex",), min_group_size=500, test_rows=9769, holdout=0.2, pooled=True),
        Problem(
            "paper-adult-race",
            "adult",
            ("race",),
            min_group_size=500,
            test_rows=9769,
            holdout=0.2,
            recoded=("race", "Black"),
            pooled=True,
        ),
        Problem("paper-compas-sex", "compas-unfiltered", ("sex",), min_group_size=200, test_rows=1443, holdout=0.2),
        Problem(
            "paper-compas-race",
            "compas-unfiltered",
            ("race",),
            min_group_size=200,
            test_rows=1443,
            holdout=0.2,
            recoded=("race", "African-American"),
        ),
    )
}


@dataclass(frozen=True)
class ProblemRows:
    """The rows of one problem, the same for every system.

    Args:
        schema: Roles and groups.
        train: Typed train rows.
        tested: Typed tested rows.
        large_group_share: Minimum share of the tested rows of a group for DPR and DPD.
    """

    schema: Schema
    train: pd.DataFrame
    tested: pd.DataFrame
    large_group_share: float

    def large_groups(self, tested: int) -> Schema:
        """Return a schema that leaves groups that are small among so many tested rows out of DPR and DPD."""
        min_group_size = ceil(self.large_group_share * tested - 1e-6)  # 1,000 / 16,281 times 16,281 is not quite 1,000
        return self.schema.replaced(min_group_size=max(min_group_size, self.schema.min_group_size))


def problem_rows(problem: Problem, kind: TestedRows) -> ProblemRows:
    """Return train and tested rows; they do not depend on the system or the generator seed.

    Args:
        problem: The problem.
        kind: ``test``: the official test file, or hold-out rows. ``validation``: a quarter of the train rows; the test
            rows are not used.
    """
    dataset = problem.load_dataset()
    large_group_share = problem.min_group_size / problem.test_rows
    if kind == "validation" and dataset.holdout is not None:
        train = dataset.frame
    else:
        parts = split(dataset, fraction=problem.holdout, seed=SPLIT_SEED)
        if kind == "test":
            return ProblemRows(dataset.schema, parts.train, parts.holdout, large_group_share)
        train = parts.train
    return ProblemRows(
        dataset.schema, *validation_split(train, dataset.schema, VALIDATION_SHARE, SPLIT_SEED), large_group_share
    )
