"""Coverage of the nominal intervals of a model's decisions and scores by group, in simulated groups with a known truth.

    python -m core.benchmarks.decision_coverage            # a table as Markdown, seconds

A group's people have a chance of the outcome; the model's score is that chance, moved on the log-odds scale by noise
and by a shift. The truth of each figure is its value in a population of two million such people. For the difference
within strata, two groups share three strata in which their rates differ by a fixed gap. Weighted people are drawn with
unequal chances: their weights are log-normal, and the chance of the outcome rises with the weight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate
from core.audit.metrics.catalog import GROUP_RATES
from core.audit.metrics.score_quality import figures
from core.audit.statistics.confusion import count, single_group
from core.audit.statistics.stratified import risk_difference
from core.data.weights import Weights

DRAWS: Final = 500
SIZES: Final = (50, 500, 5_000)
RATES: Final = ("selection_rate", "tpr", "fpr", "precision", "npv")
THRESHOLD: Final = 0.5
_POPULATION: Final = 2_000_000
_STRATA: Final = ((0.5, 0.3, 0.1), (0.2, 0.4, 0.8))  # base rates, and shares of the first group
_GAP: Final = 0.1
_LEVEL: Final = 0.95
_SPREAD: Final = 0.8  # standard deviation of the logarithm of the weights: 1.9 rows for an effective one
_DEPENDS: Final = 0.5


@dataclass(frozen=True)
class Coverage:
    """Coverage of one interval at one size.

    Args:
        figure: Name of the metric.
        n: Rows of the group.
        share: Share of the draws with an interval in which it holds the truth, 0 to 1.
        width: Mean width.
        undefined: Share of draws without an interval.
    """

    figure: str
    n: int
    share: float
    width: float
    undefined: float


def people(n: int, rng: np.random.Generator) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Return outcomes and scores of ``n`` people of one group."""
    odds = rng.normal(-0.4, 1.2, n)
    outcome = rng.random(n) < 1 / (1 + np.exp(-odds))
    score = 1 / (1 + np.exp(-(odds + 0.3 + rng.normal(0, 0.7, n))))
    return outcome.astype(np.int8), score


def weighted_people(
    n: int, rng: np.random.Generator, depends: float = _DEPENDS
) -> tuple[NDArray[np.int8], NDArray[np.float64], Weights]:
    """Return outcomes, scores and survey weights of drawn people, whose effective number is about ``n``.

    Args:
        n: The effective number.
        rng: Random numbers.
        depends: How much the log-odds of the outcome rise with the logarithm of the weight.
    """
    size = round(n * float(np.exp(_SPREAD**2)))
    weights = np.exp(rng.normal(0, _SPREAD, size))
    odds = rng.normal(-0.4, 1.2, size) + depends * np.log(weights)
    outcome = rng.random(size) < 1 / (1 + np.exp(-odds))
    score = 1 / (1 + np.exp(-(odds + 0.3 + rng.normal(0, 0.7, size))))
    return outcome.astype(np.int8), score, Weights.of(weights)


def measured(
    outcome: NDArray[np.int8], score: NDArray[np.float64], weights: Weights | None = None
) -> dict[str, Estimate]:
    """Return every figure of one group, as the audit computes it."""
    everyone = single_group(len(outcome), weights)
    counts = count(outcome, (score >= THRESHOLD).astype(np.int8), everyone)
    rates = {name: GROUP_RATES[name].by_group(counts, 1)[0] for name in RATES}
    return rates | figures(outcome, score, weights)


def simulate(n: int, draws: int = DRAWS) -> Iterator[Coverage]:
    """Yield the coverage of every figure in groups of ``n`` rows; the same arguments give the same draws."""
    rng = np.random.default_rng([2026, n])
    truth = {name: one.value for name, one in measured(*people(_POPULATION, rng)).items()}
    truth["difference_within"] = _GAP
    bounds: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(draws):
        found = measured(*people(n, rng))
        for name, one in found.items():
            if one.low is not None and one.high is not None:
                bounds[name].append((one.low, one.high))
        within = _within(n, rng)
        if within is not None:
            bounds["difference_within"].append(within)
    for name, value in truth.items():
        low, high = np.asarray(bounds[name]).T
        inside = (low <= value) & (value <= high)
        yield Coverage(name, n, float(inside.mean()), float((high - low).mean()), 1 - len(low) / draws)


def simulate_weighted(n: int, draws: int = DRAWS) -> Iterator[Coverage]:
    """Yield the coverage of every figure in weighted groups of an effective number of ``n`` rows."""
    rng = np.random.default_rng([2027, n])
    truth = {name: one.value for name, one in measured(*weighted_people(_POPULATION, rng)).items()}
    found = [measured(*weighted_people(n, rng)) for _ in range(draws)]
    for name, value in truth.items():
        bounds = [(one[name].low, one[name].high) for one in found if one[name].low is not None]
        low, high = np.asarray(bounds, dtype=np.float64).T
        inside = (low <= value) & (value <= high)
        figure = f"{name}, weighted"
        yield Coverage(figure, n, float(inside.mean()), float((high - low).mean()), 1 - len(low) / draws)


def _within(n: int, rng: np.random.Generator) -> tuple[float, float] | None:
    """Return the interval of the difference within strata of two groups of ``n`` rows."""
    rates, shares = (np.asarray(one) for one in _STRATA)
    sizes = [rng.multinomial(n, part / part.sum()) for part in (shares, 1 - shares)]
    hits = [rng.binomial(size, rate) for size, rate in zip(sizes, (rates, rates + _GAP), strict=True)]
    found = risk_difference(hits[0], sizes[0], hits[1], sizes[1], _LEVEL)
    return None if found.strata == 0 else (found.low, found.high)


def table(coverages: list[Coverage]) -> str:
    """Return a Markdown table: a row for each figure, coverage in per cent and mean width by size."""
    by_size = {n: {one.figure: one for one in coverages if one.n == n} for n in SIZES}
    lines = [f"| figure | {' | '.join(f'n = {n:,}' for n in SIZES)} |", "| --- " * (len(SIZES) + 1) + "|"]
    for figure in by_size[SIZES[0]]:
        cells = [f"{100 * one[figure].share:.1f} ({one[figure].width:.3f})" for one in by_size.values()]
        lines.append(f"| {figure} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table([one for n in SIZES for one in (*simulate(n), *simulate_weighted(n))]))
