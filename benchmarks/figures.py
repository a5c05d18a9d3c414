"""Which figures the tables of the benchmark show, and what the goal of each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import t

LEVEL = 0.95


@dataclass(frozen=True)
class Figure:
    """A column of a table.

    Args:
        title: Its heading.
        protocol: Of the record.
        metric: Of the record.
        by: Whose gap it is: the problem's attribute over large groups, over all groups, or of all rows (``None``).
        negative: Whether the more frequent outcome is the positive one, as in the paper.
    """

    title: str
    protocol: str
    metric: str
    by: Literal["large groups", "all groups"] | None = None
    negative: bool = False


DPR, DPD, EOR = "demographic_parity_ratio", "demographic_parity_difference", "equalized_odds_ratio"
MAIN = (
    Figure("A: ACC", "A", "accuracy"),
    Figure("A: balanced", "A", "balanced_accuracy"),
    Figure("A: AUC", "A", "auc"),
    Figure("A: DPR", "A", DPR, "large groups"),
    Figure("A: DPD", "A", DPD, "large groups"),
    Figure("A: EOR", "A", EOR, "large groups"),
    Figure("A: DPR, all", "A", DPR, "all groups"),
    Figure("its null, p10", "A", f"{DPR}_null_p10", "all groups"),
    Figure("B: ACC", "B", "accuracy"),
    Figure("B: DPR", "B", DPR, "large groups"),
)
LIKENESS = (
    Figure("shapes", "fidelity", "column_shapes"),
    Figure("trends", "fidelity", "pair_trends"),
    Figure("C2ST", "fidelity", "c2st_auc"),
    Figure("coverage", "fidelity", "coverage"),
    Figure("density", "fidelity", "density"),
    Figure("distance share", "privacy", "distance_share"),
    Figure("membership", "privacy", "membership_auc"),
)
PAPER = (
    Figure("D: DPR", "D", DPR, "large groups", negative=True),
    Figure("D: EOR", "D", EOR, "large groups", negative=True),
    Figure("D: ACC", "D", "accuracy", negative=True),
    Figure("D: recall", "D", "recall", negative=True),
    Figure("D: F1", "D", "f1", negative=True),
    Figure("D: balanced", "D", "balanced_accuracy", negative=True),
    Figure("D: AUC", "D", "auc", negative=True),
)
MAKING = (
    Figure("learn, s", "generation", "seconds_learning"),
    Figure("generate, s", "generation", "seconds_generating"),
    Figure("labels changed", "generation", "labels_changed"),
    Figure("student / teacher", "generation", "parameters_ratio"),
)

Goal = tuple[str, float]
GOALS: dict[str, dict[str, Goal]] = {
    "adult-sex": {
        "A: ACC": (">=", 0.845),
        "A: DPR": (">=", 0.95),
        "A: AUC": (">=", 0.86),
        "B: ACC": (">=", 0.84),
        "B: DPR": (">=", 0.95),
        "shapes": (">=", 0.99),
        "trends": (">=", 0.98),
        "C2ST": ("<=", 0.56),
        "coverage": (">=", 0.965),
        "distance share": ("<=", 0.515),
        "membership": ("<=", 0.52),
        "D: DPR": (">=", 0.98),
        "D: EOR": (">=", 0.95),
        "D: ACC": (">=", 0.84),
        "D: recall": (">=", 0.93),
        "D: F1": (">=", 0.90),
    },
    "adult-race": {
        "A: ACC": (">=", 0.85),
        "A: DPR": (">=", 0.90),
        "A: AUC": (">=", 0.87),
        "B: ACC": (">=", 0.85),
        "B: DPR": (">=", 0.90),
        "shapes": (">=", 0.99),
        "trends": (">=", 0.98),
        "C2ST": ("<=", 0.57),
        "coverage": (">=", 0.96),
        "distance share": ("<=", 0.52),
    },
    "compas-race": {
        "A: ACC": (">=", 0.65),
        "A: DPD": ("<=", 0.05),
        "shapes": (">=", 0.98),
        "trends": (">=", 0.96),
        "C2ST": ("<=", 0.57),
        "coverage": (">=", 0.92),
        "distance share": ("<=", 0.52),
    },
}


def values(table: pd.DataFrame, figure: Figure, attribute: str, positive: str) -> pd.Series:
    """The figure of each generator seed of one system and source; NaN where it is undefined.

    Args:
        table: Tidy records of one problem, system and source.
        figure: Which.
        attribute: Name of the problem's attribute, crossed if several.
        positive: Name of the positive outcome.
    """
    mine = table[(table["protocol"] == figure.protocol) & (table["metric"] == figure.metric) & table["group"].isna()]
    if figure.by is not None:
        name = attribute if figure.by == "large groups" else f"{attribute}, {figure.by}"
        mine = mine[mine["sensitive"] == name]
    if figure.protocol in ("A", "B", "D"):
        mine = mine[(mine["positive"] != positive) if figure.negative else (mine["positive"] == positive)]
    if figure.protocol == "privacy":
        mine = mine[mine["sensitive"].isna()]
    return mine["value"].astype(float)


def spread(found: pd.Series) -> tuple[float, float, float]:
    """Mean, standard deviation and half the width of the 95 % interval of the mean (Student's t over seeds)."""
    known = found.dropna().to_numpy()
    if not len(known):
        return float("nan"), float("nan"), float("nan")
    if len(known) == 1:
        return float(known[0]), float("nan"), float("nan")
    deviation = float(np.std(known, ddof=1))
    return float(known.mean()), deviation, float(t.ppf(0.5 + LEVEL / 2, len(known) - 1) * deviation / len(known) ** 0.5)


def verdict(value: float, goal: Goal) -> str:
    """Whether a mean meets its goal, and by how much it falls short."""
    sign, wanted = goal
    short = wanted - value if sign == ">=" else value - wanted
    return "met" if short <= 0 else f"short by {short:.3f}"
