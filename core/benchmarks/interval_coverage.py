"""Coverage of the nominal intervals of rates, DPR, DPD and EOR, in simulated tables with known rates.

    python -m core.benchmarks.interval_coverage            # a table as Markdown, seconds

The estimator does not know which group is lowest. The truth is min/max (or max - min) of the true rates; the interval
is computed from the groups' counts. All groups have the same size. The first group has DPR times the highest rate. With
five groups, the last has the mean of both rates. All others have the highest rate. For EOR, the true positive rates
differ by that ratio, and the false positive rates are equal ("EOR, one") or differ by it too ("EOR, both").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from core.audit.statistics import extremes, intervals

DRAWS = 500
PARITY_RATIOS, SIZES, GROUPS = (0.3, 0.8, 1.0), (50, 500, 5000), (2, 3, 5)
SELECTION, TPR, FPR = 0.5, 0.6, 0.3  # highest rate of any group
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Coverage:
    """Coverage and width of one interval in one simulated setting.

    Args:
        metric: ``rate``, ``DPR``, ``DPD``, ``EOR, one`` or ``EOR, both``.
        groups: Number of groups.
        n: Rows of each group.
        ratio: True ratio of the lowest to the highest rate.
        share: Share of draws in which the interval contains the truth, 0 to 1.
        width: Mean width of the interval.
        boundary: Whether the truth is parity, where the interval can miss on one side only.
    """

    metric: str
    groups: int
    n: int
    ratio: float
    share: float
    width: float
    boundary: bool


def simulate(groups: int, n: int, ratio: float, draws: int = DRAWS) -> Iterator[Coverage]:
    """Simulate tables and yield the coverage of every metric; the same arguments give the same draws.

    Args:
        groups: Number of groups, at least 2.
        n: Rows of each group.
        ratio: True ratio of the lowest to the highest rate, above 0, at most 1.
        draws: Number of tables.
    """
    rng = np.random.default_rng([groups, n, round(100 * ratio)])
    shape = np.ones(groups)
    shape[-1] = (1 + ratio) / 2 if groups == 5 else 1
    shape[0] = ratio

    def draw_counts(rates: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return rng.binomial(n, rates, (draws, groups)), np.full((draws, groups), n)

    def coverage_of(metric: str, bounds: intervals.Bounds, truth: float) -> Coverage:
        low, high = bounds
        inside = (low <= truth + _ROUNDING) & (truth - _ROUNDING <= high)
        boundary = ratio == 1 and metric != "rate"
        return Coverage(metric, groups, n, ratio, float(inside.mean()), float((high - low).mean()), boundary)

    selected, tpr = draw_counts(SELECTION * shape), draw_counts(TPR * shape)
    k, trials = selected
    yield coverage_of("rate", intervals.wilson(k[:, 0], trials[:, 0]), SELECTION * ratio)
    yield coverage_of("DPR", extremes.min_ratio([selected]), ratio)
    yield coverage_of("DPD", extremes.max_difference([selected]), SELECTION * (1 - ratio))
    yield coverage_of("EOR, one", extremes.min_ratio([tpr, draw_counts(FPR * np.ones(groups))]), ratio)
    yield coverage_of("EOR, both", extremes.min_ratio([tpr, draw_counts(FPR * shape)]), ratio)


def all_settings(draws: int = DRAWS) -> list[Coverage]:
    """Return the coverage in all settings of the benchmark."""
    return [coverage for setting in product(GROUPS, SIZES, PARITY_RATIOS) for coverage in simulate(*setting, draws)]


def table(coverages: list[Coverage]) -> str:
    """Return a Markdown table: one row per setting, one column per metric, with coverage in per cent and mean width."""
    metrics = list(dict.fromkeys(coverage.metric for coverage in coverages))
    lines = ["| groups | n | true ratio | " + " | ".join(metrics) + " |", "| --- " * (3 + len(metrics)) + "|"]
    for groups, n, ratio in dict.fromkeys((coverage.groups, coverage.n, coverage.ratio) for coverage in coverages):
        cells = [
            f"{100 * coverage.share:.1f} ({coverage.width:.2f})"
            for coverage in coverages
            if (coverage.groups, coverage.n, coverage.ratio) == (groups, n, ratio)
        ]
        lines.append(f"| {groups} | {n} | {ratio:g} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(all_settings()))
