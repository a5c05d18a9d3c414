"""Which figures the tables of the benchmark show, and what the goal of each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import t

from core.benchmarks.scoring import SYNTHETIC

LEVEL = 0.95
STUDENT = "student"


Over = Literal["large groups", "all groups"] | None


@dataclass(frozen=True)
class MetricColumn:
    """A column of a table.

    Args:
        title: Its heading.
        protocol: Of the record.
        metric: Of the record.
        by: Whose gap it is: the problem's attribute over large groups, over all groups, or of all rows (``None``).
        negative: Whether the more frequent outcome is the positive one, as in the paper.
        source: Whose figure it is, where one system's goals are listed.
    """

    title: str
    protocol: str
    metric: str
    by: Over = None
    negative: bool = False
    source: str = SYNTHETIC


@dataclass(frozen=True)
class Goal:
    """What the mean of a figure was to be.

    Args:
        figure: Which.
        sign: ``>=`` or ``<=``.
        wanted: The bound.
    """

    figure: MetricColumn
    sign: Literal[">=", "<="]
    wanted: float

    def short(self, value: float) -> float:
        """By how much the figure falls short; 0 or less if it does not."""
        return self.wanted - value if self.sign == ">=" else value - self.wanted

    def verdict(self, value: float) -> str:
        """Whether the goal is met, and by how much the figure falls short."""
        if np.isnan(value):
            return "not measured"
        return "met" if self.short(value) <= 0 else f"short by {self.short(value):.3f}"


DPR, DPD, EOR = "demographic_parity_ratio", "demographic_parity_difference", "equalized_odds_ratio"
MAIN = (
    MetricColumn("A: ACC", "A", "accuracy"),
    MetricColumn("A: balanced", "A", "balanced_accuracy"),
    MetricColumn("A: AUC", "A", "auc"),
    MetricColumn("A: DPR", "A", DPR, "large groups"),
    MetricColumn("A: DPD", "A", DPD, "large groups"),
    MetricColumn("A: EOR", "A", EOR, "large groups"),
    MetricColumn("A: DPR, all", "A", DPR, "all groups"),
    MetricColumn("its null, p10", "A", f"{DPR}_null_p10", "all groups"),
    MetricColumn("B: ACC", "B", "accuracy"),
    MetricColumn("B: DPR", "B", DPR, "large groups"),
)
LIKENESS = (
    MetricColumn("shapes", "fidelity", "column_shapes"),
    MetricColumn("trends", "fidelity", "pair_trends"),
    MetricColumn("C2ST", "fidelity", "c2st_auc"),
    MetricColumn("coverage", "fidelity", "coverage"),
    MetricColumn("density", "fidelity", "density"),
    MetricColumn("distance share", "privacy", "distance_share"),
    MetricColumn("membership", "privacy", "membership_auc"),
)
PAPER = (
    MetricColumn("D: DPR", "D", DPR, "large groups", negative=True),
    MetricColumn("D: EOR", "D", EOR, "large groups", negative=True),
    MetricColumn("D: ACC", "D", "accuracy", negative=True),
    MetricColumn("D: recall", "D", "recall", negative=True),
    MetricColumn("D: F1", "D", "f1", negative=True),
    MetricColumn("D: balanced", "D", "balanced_accuracy", negative=True),
    MetricColumn("D: AUC", "D", "auc", negative=True),
)
PAPER_A = tuple(MetricColumn(f"A: {f.title.removeprefix('D: ')}", "A", f.metric, f.by, negative=True) for f in PAPER)
COPIES = (
    MetricColumn("copies of train rows", "privacy", "exact_copies_all"),
    MetricColumn("NNDR", "privacy", "nndr_median"),
)
COSTS_AND_CHANGES = (
    MetricColumn("learn, s", "generation", "seconds_learning"),
    MetricColumn("generate, s", "generation", "seconds_generating"),
    MetricColumn("labels changed", "generation", "labels_changed"),
    MetricColumn("parameters, student over teacher", "generation", "parameters_ratio"),
    MetricColumn("time over MOSTLY AI's learning", "comparison", "seconds_ratio"),
)
BESIDE = (
    MetricColumn(
        "leakage, student − teacher", "distillation", "adversary_auc_difference", "large groups", source=STUDENT
    ),
    MetricColumn("A: ACC, student − teacher", "comparison", "accuracy_difference", source=STUDENT),
    MetricColumn("A: balanced, student − teacher", "comparison", "balanced_accuracy_difference", source=STUDENT),
)
CHANCE = (MetricColumn("A: DPR − its null's p10, all", "comparison", f"{DPR}_above_chance", "all groups"),)

_KNOWN = {figure.title: figure for figure in (*MAIN, *LIKENESS, *PAPER, *COSTS_AND_CHANGES, *BESIDE, *CHANCE)}


def _goals(at_least: dict[str, float], at_most: dict[str, float]) -> tuple[Goal, ...]:
    up = [Goal(_KNOWN[title], ">=", wanted) for title, wanted in at_least.items()]
    return (*up, *(Goal(_KNOWN[title], "<=", wanted) for title, wanted in at_most.items()))


TEACHER_GOALS = _goals(
    {"A: ACC, student − teacher": -0.005, "A: balanced, student − teacher": -0.01},
    {"leakage, student − teacher": 0.0, "parameters, student over teacher": 0.5},
)
GOALS: dict[str, tuple[Goal, ...]] = {
    "adult-sex": (
        *_goals(
            {"A: ACC": 0.845, "A: DPR": 0.95, "A: AUC": 0.86, "B: ACC": 0.84, "B: DPR": 0.95},
            {},
        ),
        *_goals(
            {"shapes": 0.99, "trends": 0.98, "coverage": 0.965, "density": 0.95},
            {"density": 1.06, "C2ST": 0.56, "distance share": 0.515, "membership": 0.52},
        ),
        *_goals({}, {"time over MOSTLY AI's learning": 0.4}),
        *_goals(
            {"D: DPR": 0.98, "D: EOR": 0.95, "D: ACC": 0.84, "D: recall": 0.93, "D: F1": 0.90},
            {},
        ),
        *TEACHER_GOALS,
    ),
    "adult-race": (
        *_goals(
            {"A: ACC": 0.85, "A: DPR": 0.90, "A: AUC": 0.87, "B: ACC": 0.85, "B: DPR": 0.90},
            {},
        ),
        *_goals(
            {"shapes": 0.99, "trends": 0.98, "coverage": 0.96},
            {"C2ST": 0.57, "distance share": 0.52, "membership": 0.52},
        ),
        *_goals({"A: DPR − its null's p10, all": 0.0}, {}),
        *TEACHER_GOALS,
    ),
    "adult-sex-race": (*_goals({}, {"membership": 0.52}), *TEACHER_GOALS),
    "compas-race": (
        *_goals({"A: ACC": 0.65}, {"A: DPD": 0.05}),
        *_goals(
            {"shapes": 0.98, "trends": 0.96, "coverage": 0.92},
            {"C2ST": 0.57, "distance share": 0.52},
        ),
        *_goals({"A: DPR − its null's p10, all": 0.0}, {}),
        *TEACHER_GOALS,
    ),
}


def rows(table: pd.DataFrame, figure: MetricColumn, attribute: str, positive: str) -> pd.DataFrame:
    """The records of a figure, one for each generator seed of one system and source.

    Args:
        table: Tidy records of one problem, system and source.
        figure: Which.
        attribute: Name of the problem's attribute, crossed if several.
        positive: Name of the positive outcome.
    """
    mine = table[(table["protocol"] == figure.protocol) & (table["metric"] == figure.metric) & table["group"].isna()]
    name = {None: None, "large groups": attribute}.get(figure.by, f"{attribute}, {figure.by}")
    mine = mine[mine["sensitive"].isna() if name is None else mine["sensitive"] == name]
    same = mine["positive"] == positive
    return mine[mine["positive"].isna() | (~same if figure.negative else same)]


SHARES = ("A", "B", "D", "fidelity", "privacy", "independence")
"""Protocols whose figures lie between 0 and 1, but for density."""


@dataclass(frozen=True)
class Spread:
    """A figure over generator seeds; NaN for what the seeds do not give.

    Args:
        mean: Of the seeds in which it is defined.
        deviation: Standard deviation.
        low: Lower bound of the 95 % interval of the mean (Student's t), cut to the range of the figure.
        high: Upper bound.
    """

    mean: float
    deviation: float
    low: float
    high: float


def spread(found: pd.DataFrame) -> Spread:
    """Mean, deviation and interval over seeds of one figure's records."""
    known = found["value"].dropna().to_numpy(dtype=float)
    nan = float("nan")
    if len(known) < 2:
        return Spread(float(known[0]) if len(known) else nan, nan, nan, nan)
    mean, deviation = float(known.mean()), float(np.std(known, ddof=1))
    half = float(t.ppf(0.5 + LEVEL / 2, len(known) - 1) * deviation / len(known) ** 0.5)
    low, high = mean - half, mean + half
    if found["protocol"].isin(SHARES).all() and not (found["metric"] == "density").any():
        low, high = max(low, 0.0), min(high, 1.0)
    return Spread(mean, deviation, low, high)
