"""Rows with planted bias, and what learns from them: real rows, synthetic rows, and methods of fairlearn.

Label bias and under-representation are those of Blum and Stangl ("Recovering from biased data: can fairness constraints
improve accuracy?", FORC 2020): in the train rows each favourable outcome of the disadvantaged group becomes the
unfavourable one with the stated probability, or its row is left out. The recorded outcomes count as true. A seed draws
the train rows, the bias, the networks and the classifier. The classifier is the audit's and sees the group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
import torch

from core.audit.estimate import Tag
from core.audit.metrics.conditional import favourable
from core.audit.protocols import tabular
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.records import Record
from core.benchmarks.problems import Problem
from core.choices import Criterion
from core.data import groups
from core.data.groups import GroupedFrame
from core.data.holdout_split import split
from core.data.schema import Schema
from core.events import Listener
from core.synthesis.base import Observations
from core.synthesis.methods.method_info import method_info
from core.synthesis.methods.settings import ThresholdOptimizerSettings
from core.synthesis.settings import PRESETS
from core.synthesis.table.fitting import fit_table

MAX_TRAIN_ROWS = 10_000
"""Train rows of one experiment, drawn by the seed; with them five seeds take about half an hour on two cores."""
ACCURACY, SELECTION_RATE, TPR = "accuracy", "selection_rate", "tpr"
CPU = torch.device("cpu")


@dataclass(frozen=True)
class BiasProblem:
    """A table, and the group against which bias is planted.

    Args:
        problem: The table with one sensitive column of two groups.
        disadvantaged: The group.
    """

    problem: Problem
    disadvantaged: str

    @property
    def name(self) -> str:
        """Name in the tables."""
        return self.problem.name


PROBLEMS = (
    BiasProblem(Problem("adult-sex", "adult", ("sex",), min_group_size=30, test_rows=16281), "Female"),
    BiasProblem(
        Problem(
            "compas-race",
            "compas",
            ("race",),
            min_group_size=30,
            test_rows=1852,
            recoded=("race", "African-American"),
        ),
        "African-American",
    ),
)


@dataclass(frozen=True)
class Bias:
    """What is done to favourable outcomes of the disadvantaged group in the train rows.

    Args:
        kind: ``labels``: they become unfavourable; ``rows``: the rows are left out; ``none``: nothing is done.
        probability: For each of these rows.
    """

    kind: str
    probability: float

    @property
    def name(self) -> str:
        """Name in the tables."""
        return self.kind if self.kind == "none" else f"{self.kind}, {self.probability:g}"

    def plant(self, frame: pd.DataFrame, schema: Schema, group: str, rng: np.random.Generator) -> pd.DataFrame:
        """Return the biased rows; with ``labels`` in the same order.

        Args:
            frame: Typed rows with an outcome of two values, shape (n, ...).
            schema: One sensitive column.
            group: The disadvantaged group.
            rng: Draws which rows are concerned.
        """
        rows = GroupedFrame(frame, schema)
        good = favourable(rows.labels, schema).astype(bool)
        concerned = good & rows.groupings[schema.sensitive[0]].mask(group) & (rng.random(len(frame)) < self.probability)
        if self.kind == "rows":
            return frame[~concerned].reset_index(drop=True)
        other = frame[schema.target][~good].iloc[0]
        return frame.assign(**{schema.target: frame[schema.target].mask(concerned, other)})


def problem_name(one: BiasProblem, bias: Bias) -> str:
    """Return the name of a problem with a bias in the records of the benchmark."""
    return f"{one.name}, {bias.name}"


NONE = Bias("none", 0.0)
BIASES = (*(Bias("labels", one) for one in (0.1, 0.3, 0.5)), Bias("rows", 0.5))


@dataclass(frozen=True)
class Trial:
    """The rows of one experiment.

    Args:
        schema: Roles and groups.
        train: Biased train rows.
        tested: Test rows with the recorded outcomes.
        seed: Of networks and classifier.
    """

    schema: Schema
    train: pd.DataFrame
    tested: pd.DataFrame
    seed: int
    evaluator: HoldoutEvaluator = field(init=False)

    def __post_init__(self) -> None:
        """Read the outcomes of the test rows."""
        outcomes = groups.positive_name(self.schema), groups.negative_name(self.schema, self.tested)
        object.__setattr__(self, "evaluator", HoldoutEvaluator(self.tested, self.schema, outcomes))

    def learned_from(self, frame: pd.DataFrame, name: str) -> list[Record]:
        """Return the figures of the classifier that learned from these rows."""
        fit = tabular.on_rows(self.schema, name, frame, self.train, self.tested, with_sensitive=True)
        return tabular.measure(fit, self.evaluator, self.seed).records


def trial(one: BiasProblem, bias: Bias, seed: int) -> Trial:
    """Return the rows of an experiment. The same seed draws the same train rows and test rows for every bias."""
    dataset = one.problem.load_dataset()
    parts = split(dataset, fraction=one.problem.holdout, seed=seed)
    train = parts.train
    if len(train) > MAX_TRAIN_ROWS:
        train = train.sample(MAX_TRAIN_ROWS, random_state=seed).reset_index(drop=True)
    rng = np.random.default_rng([seed, 17])
    return Trial(dataset.schema, bias.plant(train, dataset.schema, one.disadvantaged, rng), parts.holdout, seed)


def _real(rows: Trial, name: str, listener: Listener) -> list[Record]:  # noqa: ARG001 the form of all systems
    return rows.learned_from(rows.train, name)


def _synthetic(rows: Trial, name: str, listener: Listener, criterion: Criterion) -> list[Record]:
    settings = PRESETS["default"]
    settings = settings.model_copy(update={"labels": settings.labels.model_copy(update={"criterion": criterion})})
    model = fit_table(rows.train, rows.schema, settings, seed=rows.seed, device=CPU, listener=listener)
    return rows.learned_from(model.sample(len(rows.train), seed=rows.seed).frame, name)


def _correlation_remover(rows: Trial, name: str, listener: Listener) -> list[Record]:
    info = method_info("correlation-remover")
    method = info.build(info.presets["default"])
    method.fit(Observations(rows.train), rows.schema, seed=rows.seed, device=CPU, listener=listener)
    encoded = method.encode(rows.train), method.encode(rows.tested)  # type: ignore[attr-defined] # it is one that encodes
    fit = tabular.on_latents(rows.schema, name, encoded, rows.train, rows.tested)
    return tabular.measure(fit, rows.evaluator, rows.seed).records


def _thresholds(rows: Trial, name: str, listener: Listener, criterion: Criterion) -> list[Record]:
    method = method_info("threshold-optimizer").build(ThresholdOptimizerSettings(constraint=criterion))
    method.fit(Observations(rows.train), rows.schema, seed=rows.seed, device=CPU, listener=listener)
    decided = method.decide(rows.tested)  # type: ignore[attr-defined] # it is one that decides
    return rows.evaluator.records(decided.scores, decided.selected, Tag(name, "A", seed=rows.seed))


BIASED, CEILING = "biased real rows", "real rows without planted bias"
SYSTEMS: dict[str, Callable[[Trial, str, Listener], list[Record]]] = {
    BIASED: _real,
    "synthetic rows, equal selection rates": partial(_synthetic, criterion="demographic_parity"),
    "synthetic rows, equal error rates": partial(_synthetic, criterion="equalized_odds"),
    "Correlation Remover": _correlation_remover,
    "Threshold Optimizer, equal selection rates": partial(_thresholds, criterion="demographic_parity"),
    "Threshold Optimizer, equal error rates": partial(_thresholds, criterion="equalized_odds"),
}
"""What learns from the biased rows, by its name in the tables."""


def score(one: BiasProblem, bias: Bias, name: str, seed: int, listener: Listener) -> list[Record]:
    """Return accuracy, and selection rate and true positive rate of both groups, of the favourable outcome."""
    rows = trial(one, bias, seed)
    found = SYSTEMS.get(name, _real)(rows, name, listener)
    outcome = groups.favorable_name(rows.schema, rows.tested)
    wanted = {(ACCURACY, False), (SELECTION_RATE, True), (TPR, True)}  # of the rows or of a group
    return [one for one in found if one.positive == outcome and (one.metric, one.group is not None) in wanted]
