"""Coverage of intervals where people are drawn in clusters: with the weights alone, and with replicate weights.

    python -m core.benchmarks.cluster_coverage            # a table as Markdown, a minute

A survey draws households, schools or blocks, and people of one cluster are alike: a cluster shifts the log-odds of the
outcome and the scores of all its people. Clusters have log-normal weights. Replicates are those of a jackknife that
leaves out one of at most 80 random groups of clusters at a time. Two groups of people occur in every cluster, and their
odds differ. The truth of each figure is its value in a population of a hundred thousand clusters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag
from core.audit.metrics import conditional, impact_ratios
from core.audit.metrics.catalog import GAPS
from core.audit.metrics.conditional import Strata
from core.audit.metrics.names import PARITY_DIFFERENCE
from core.audit.statistics.confusion import count
from core.benchmarks.decision_coverage import DRAWS, THRESHOLD, Coverage, measured, table
from core.data.column import Column, Kind, Role
from core.data.compared_groups import compared_in_rows
from core.data.groups import GroupedFrame, Grouping
from core.data.replicates import Replicates
from core.data.schema import Schema
from core.data.weights import Weights

CLUSTERS: Final = (20, 80, 320)
PEOPLE: Final = 15
_POPULATION: Final = 100_000
_MOST_REPLICATES: Final = 80
_ALIKE: Final = 0.8  # standard deviation of the log-odds between clusters
_UNEQUAL: Final = 0.5  # of the logarithm of the weights
_CENTRE, _SPREAD, _GROUP, _NOISE = -0.6, 1.0, 0.5, 0.7
_STRATA: Final = ("x", "y", "z")
_SCHEMA: Final = Schema(
    columns=(
        Column(name="group", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="y", kind=Kind.INTEGER, role=Role.TARGET),
        Column(name="stratum", kind=Kind.CATEGORICAL),
    ),
    positive="1",
    strata=("stratum",),
)
_FIGURES: Final = ("selection_rate", "tpr", "precision", "auc", "brier", "calibration_in_the_large")


@dataclass(frozen=True)
class Sample:
    """Drawn people: outcomes and scores, shape (n,), their groups, and their weights with replicates."""

    outcome: NDArray[np.int8]
    score: NDArray[np.float64]
    grouping: Grouping
    weights: Weights


def clustered(clusters: int, rng: np.random.Generator) -> Sample:
    """Return the people of drawn clusters; without replicates if there are more than a sample has."""
    n = clusters * PEOPLE
    cluster = np.repeat(np.arange(clusters), PEOPLE)
    group = rng.integers(0, 2, n)
    shift, weight = rng.normal(0, _ALIKE, clusters)[cluster], np.exp(rng.normal(0, _UNEQUAL, clusters))[cluster]
    odds = _CENTRE + _GROUP * group + shift + rng.normal(0, _SPREAD, n)
    outcome = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(np.int8)
    score = 1 / (1 + np.exp(-(odds + rng.normal(0, _NOISE, n))))
    weights = Weights.of(weight)
    if clusters <= max(CLUSTERS):
        weights = replace(weights, replicates=jackknife(weights.per_row, cluster, rng))
    return Sample(outcome, score, Grouping(("group",), ("a", "b"), group, weights), weights)


def jackknife(weights: NDArray[np.float64], cluster: NDArray[np.intp], rng: np.random.Generator) -> Replicates:
    """Return the replicates that leave out one random group of clusters at a time, at most 80.

    Args:
        weights: Shape (n,).
        cluster: The cluster of each row, from 0, shape (n,).
        rng: Random numbers.
    """
    clusters = int(cluster.max()) + 1
    r = min(clusters, _MOST_REPLICATES)
    part = rng.permutation(clusters)[cluster] % r
    kept = (part[:, None] != np.arange(r)) * r / (r - 1)
    return Replicates(weights[:, None] * kept, (r - 1) / r)


def figures(sample: Sample, weights: Weights) -> dict[str, Estimate]:
    """Return the figures of all people, and gap, ratio and difference within strata between the two groups."""
    found = measured(sample.outcome, sample.score, weights)
    selected = (sample.score >= THRESHOLD).astype(np.int8)
    grouping = replace(sample.grouping, weights=weights)
    gap = GAPS[PARITY_DIFFERENCE].over_groups(count(sample.outcome, selected, grouping))
    lowest = impact_ratios.impact_ratios(impact_ratios.categories(grouping, selected, 1))[0]
    between = {PARITY_DIFFERENCE: gap, "impact_ratio": lowest, conditional.WITHIN: _within(sample, selected, weights)}
    return {name: found[name] for name in _FIGURES} | between


def _within(sample: Sample, selected: NDArray[np.int8], weights: Weights) -> Estimate:
    """Return the difference between the groups within strata that every cluster has."""
    names = np.asarray(sample.grouping.names, dtype=object)
    stratum = np.arange(len(selected)) % len(_STRATA)
    frame = pd.DataFrame({"group": pd.Series(names[sample.grouping.codes], dtype="str"), "y": sample.outcome})
    frame["stratum"] = pd.Series(np.asarray(_STRATA, dtype=object)[stratum], dtype="str")
    rows = GroupedFrame(frame, _SCHEMA, weights)
    tag = Tag("model", conditional.PROTOCOL)
    compared = compared_in_rows(rows)
    found = conditional.conditional_records(rows, selected, tag, strata=Strata(_SCHEMA, frame), compared=compared)
    one = next(record for record in found if record.metric.startswith(conditional.WITHIN) and record.group == "a")
    return Estimate(one.value, one.low, one.high)


def simulate(clusters: int, draws: int = DRAWS) -> Iterator[Coverage]:
    """Yield the coverage of every figure in samples of so many clusters; the same arguments give the same draws."""
    rng = np.random.default_rng([2028, clusters])
    population = clustered(_POPULATION, rng)
    truth = {name: one.value or 0.0 for name, one in figures(population, population.weights).items()}
    found: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for _ in range(draws):
        sample = clustered(clusters, rng)
        kinds = {"weights alone": replace(sample.weights, replicates=None), "replicates": sample.weights}
        for kind, weights in kinds.items():
            for name, one in figures(sample, weights).items():
                if one.low is not None and one.high is not None:
                    found[f"{name}, {kind}"].append((one.low, one.high, truth[name]))
    for figure, intervals in found.items():
        low, high, value = np.asarray(intervals).T
        inside = (low <= value) & (value <= high)
        yield Coverage(figure, clusters, float(inside.mean()), float((high - low).mean()), 1 - len(low) / draws)


if __name__ == "__main__":
    print(table([one for clusters in CLUSTERS for one in simulate(clusters)], CLUSTERS, "clusters"))
