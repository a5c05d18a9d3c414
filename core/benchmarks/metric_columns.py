"""The metrics in the tables of the benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import t

from core.audit.glossary import with_classifier
from core.audit.inputs import MEANS
from core.audit.metrics import leakage
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import CHANCE_LIMIT, ODDS_RATIO, PARITY_DIFFERENCE, PARITY_RATIO
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE
from core.benchmarks.scoring import SYNTHETIC
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, TITLES

STUDENT = "student"

Groups = Literal["large groups", "all groups"] | None


@dataclass(frozen=True)
class MetricColumn:
    """A column of a table.

    Args:
        title: Heading.
        protocol: Protocol of the record.
        metric: Metric of the record.
        groups: Groups of a gap metric: large groups or all groups; ``None`` for metrics of all rows.
        negative: Whether the more frequent outcome is the positive one, as in the paper.
        source: Source of the metric in the list of goals.
    """

    title: str
    protocol: str
    metric: str
    groups: Groups = None
    negative: bool = False
    source: str = SYNTHETIC


def _learners(letter: str) -> Iterator[tuple[str, str]]:
    """Yield the names of the downstream classifiers with the protocols of their records."""
    for name in TITLES:
        yield name, letter if name == DEFAULT_CLASSIFIER else with_classifier(letter, name)


DPR, DPD, EOR = PARITY_RATIO, PARITY_DIFFERENCE, ODDS_RATIO
MAIN = (
    MetricColumn("A: ACC", "A", "accuracy"),
    MetricColumn("A: balanced", "A", "balanced_accuracy"),
    MetricColumn("A: AUC", "A", "auc"),
    MetricColumn("A: DPR", "A", DPR, "large groups"),
    MetricColumn("A: DPD", "A", DPD, "large groups"),
    MetricColumn("A: EOR", "A", EOR, "large groups"),
    MetricColumn("A: DPR, all", "A", DPR, "all groups"),
    MetricColumn("its null, p10", "A", CHANCE_LIMIT, "all groups"),
    MetricColumn("B: ACC", "B", "accuracy"),
    MetricColumn("B: DPR", "B", DPR, "large groups"),
    MetricColumn("B: DPD", "B", DPD, "large groups"),
)
LEARNERS = tuple(
    column
    for letter in "AB"
    for title, protocol in _learners(letter)
    for column in (
        MetricColumn(f"{letter}, {title}: ACC", protocol, "accuracy"),
        MetricColumn(f"{letter}, {title}: DPR", protocol, DPR, "large groups"),
    )
)
"""Accuracy and parity with each downstream classifier, under A and B."""
FIDELITY_AND_PRIVACY = (
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
PAPER_A = tuple(
    MetricColumn(f"A: {f.title.removeprefix('D: ')}", "A", f.metric, f.groups, negative=True) for f in PAPER
)
COPIES = (
    MetricColumn("copies of train rows", "privacy", "exact_copies_all"),
    MetricColumn("NNDR", "privacy", "nndr_median"),
)
COSTS = (
    MetricColumn("learn, s", "generation", "seconds_learning"),
    MetricColumn("generate, s", "generation", "seconds_generating"),
    MetricColumn("labels changed", "generation", "labels_changed"),
    MetricColumn("positive outcomes", "data", "base_rate"),
    MetricColumn("parameters, student over teacher", "generation", "parameters_ratio"),
    MetricColumn("time over MOSTLY AI's learning", "comparison", "seconds_ratio"),
)
STUDENT_MINUS_TEACHER = (
    MetricColumn(
        "boosting on latents, student − teacher",
        "distillation",
        "adversary_auc_difference",
        "large groups",
        source=STUDENT,
    ),
    MetricColumn("A: ACC, student − teacher", "comparison", "accuracy_difference", source=STUDENT),
    MetricColumn("A: balanced, student − teacher", "comparison", "balanced_accuracy_difference", source=STUDENT),
)
ABOVE_CHANCE = (MetricColumn("A: DPR − its null's p10, all", "comparison", f"{DPR}_above_chance", "all groups"),)

STRONGEST_ADVERSARY = MetricColumn(
    "strongest adversary, AUC", leakage.PROTOCOL, f"{leakage.AUC}_{MEANS}", "large groups", source=STUDENT
)


def select_records(table: pd.DataFrame, column: MetricColumn, attribute: str, positive: str) -> pd.DataFrame:
    """Return the records of a metric, one per generator seed of one system and source.

    Args:
        table: Tidy records of one problem, system and source.
        column: The metric.
        attribute: Name of the sensitive attribute of the problem.
        positive: Name of the positive outcome.
    """
    records = table[(table["protocol"] == column.protocol) & (table["metric"] == column.metric) & table["group"].isna()]
    name = {None: None, "large groups": attribute}.get(column.groups, f"{attribute}, {column.groups}")
    records = records[records["sensitive"].isna() if name is None else records["sensitive"] == name]
    is_positive = records["positive"] == positive
    return records[records["positive"].isna() | (~is_positive if column.negative else is_positive)]


@dataclass(frozen=True)
class Spread:
    """A metric over generator seeds; NaN where it is undefined.

    Args:
        mean: Mean over the seeds in which the metric is defined.
        deviation: Standard deviation.
        low: Lower bound of the interval of the mean (Student's t, `DEFAULT_CONFIDENCE`), clipped to the metric's range.
        high: Upper bound.
    """

    mean: float
    deviation: float
    low: float
    high: float


def spread(records: pd.DataFrame) -> Spread:
    """Return mean, deviation and interval over seeds of the records of one metric."""
    values = records["value"].dropna().to_numpy(dtype=float)
    nan = float("nan")
    if len(values) < 2:
        return Spread(float(values[0]) if len(values) else nan, nan, nan, nan)
    mean, deviation = float(values.mean()), float(np.std(values, ddof=1))
    half_width = float(t.ppf(0.5 + DEFAULT_CONFIDENCE / 2, len(values) - 1) * deviation / len(values) ** 0.5)
    low, high = mean - half_width, mean + half_width
    (metric,) = (describe(name) for name in records["metric"].unique())
    return Spread(mean, deviation, metric.clipped(low), metric.clipped(high))
