"""Coverage of the nominal intervals of a model's decisions and scores by group, in simulated groups with a known truth.

    python -m core.benchmarks.decision_coverage            # a table as Markdown, seconds

A group's people have a chance of the outcome; the model's score is that chance, moved on the log-odds scale by noise
and by a shift. The truth of each figure is its value in a population of two million such people. For the difference
within strata, two groups share three strata in which their rates differ by a fixed gap. For the bins of the reliability
curve, the truth is the mean chance of the people in the bin, given their scores. For thresholds, two groups of ``n``
people differ in their odds; thresholds for equal selection rates are chosen on one half and told on the other, and the
truth is what those thresholds do in a population. Weighted people are drawn with
unequal chances: their weights are log-normal, and the chance of the outcome rises with the weight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate
from core.audit.metrics.calibration import CALIBRATION_ERRORS, bin_of_rows, reliability
from core.audit.metrics.catalog import GROUP_RATES
from core.audit.metrics.score_quality import figures
from core.audit.statistics.confusion import count, single_group
from core.audit.statistics.stratified import risk_difference
from core.audit.thresholds.goals import PARITY
from core.audit.thresholds.price import price
from core.audit.thresholds.repair import ScoredRows, comparable, first_half
from core.data.groups import Grouping
from core.data.weights import Weights

DRAWS: Final = 500
SIZES: Final = (50, 500, 5_000)
RATES: Final = ("selection_rate", "tpr", "fpr", "precision", "npv")
THRESHOLD: Final = 0.5
_POPULATION: Final = 2_000_000
_OTHERS: Final = 200_000
_CENTRE, _SPREAD, _SHIFT, _NOISE = -0.4, 1.2, 0.3, 0.7  # of the log-odds, and of what the score adds to them
_STRATA: Final = ((0.5, 0.3, 0.1), (0.2, 0.4, 0.8))  # base rates, and shares of the first group
_GAP: Final = 0.1
_LEVEL: Final = 0.95
_UNEQUAL: Final = 0.8  # standard deviation of the logarithm of the weights: 1.9 rows for an effective one
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


@dataclass(frozen=True)
class Interval:
    """One interval of one draw, and what it should hold; ``None`` without an interval."""

    bounds: tuple[float, float] | None
    truth: float


def people(n: int, rng: np.random.Generator) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Return outcomes and scores of ``n`` people of one group."""
    odds = rng.normal(_CENTRE, _SPREAD, n)
    outcome = rng.random(n) < 1 / (1 + np.exp(-odds))
    score = 1 / (1 + np.exp(-(odds + _SHIFT + rng.normal(0, _NOISE, n))))
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
    size = round(n * float(np.exp(_UNEQUAL**2)))
    weights = np.exp(rng.normal(0, _UNEQUAL, size))
    odds = rng.normal(_CENTRE, _SPREAD, size) + depends * np.log(weights)
    outcome = rng.random(size) < 1 / (1 + np.exp(-odds))
    score = 1 / (1 + np.exp(-(odds + _SHIFT + rng.normal(0, _NOISE, size))))
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
    population = _two_groups(_OTHERS, rng)
    found: dict[str, list[Interval]] = defaultdict(list)
    for _ in range(draws):
        rows = people(n, rng)
        for name, one in measured(*rows).items():
            if name not in CALIBRATION_ERRORS:  # without an interval
                found[name].append(_interval(one, truth[name] or 0.0))
        found["reliability_bin"] += _bins(*rows)
        found["difference_within"].append(Interval(_within(n, rng), _GAP))
        for name, interval in _told(_two_groups(n, rng), population).items():
            found[name].append(interval)
    for name, intervals in found.items():
        low, high, value = np.asarray([(*one.bounds, one.truth) for one in intervals if one.bounds is not None]).T
        inside = (low <= value) & (value <= high)
        width = float((high - low).mean())
        yield Coverage(name, n, float(inside.mean()), width, 1 - len(low) / len(intervals))


def _interval(one: Estimate, truth: float) -> Interval:
    return Interval(None if one.low is None or one.high is None else (one.low, one.high), truth)


def _bins(outcome: NDArray[np.int8], score: NDArray[np.float64]) -> list[Interval]:
    """Return the bands of the reliability curve, each with the mean chance of its people given their scores."""
    bins, found = bin_of_rows(score), reliability(outcome, score)
    chances = np.bincount(bins, weights=chance_given(score)) / found.n
    each = zip(found.share_low, found.share_high, chances, strict=True)
    return [Interval((float(low), float(high)), float(truth)) for low, high, truth in each]


def chance_given(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance of the outcome given the score, of the people of `people`, shape (n,).

    The odds given the score are normal; the mean of their logistic function is a Gauss-Hermite sum.
    """
    told = np.log(score / (1 - score)) - _SHIFT
    variance = 1 / (1 / _SPREAD**2 + 1 / _NOISE**2)
    centre = variance * (_CENTRE / _SPREAD**2 + told / _NOISE**2)
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    odds = centre[:, None] + np.sqrt(variance) * nodes
    return np.asarray((1 / (1 + np.exp(-odds))) @ weights / weights.sum())


def _two_groups(n: int, rng: np.random.Generator) -> ScoredRows:
    """Return ``n`` people each of two groups, the second with higher odds, decided at one threshold."""
    odds = rng.normal(np.repeat([_CENTRE, _CENTRE + 1], n), _SPREAD)
    outcome = (rng.random(2 * n) < 1 / (1 + np.exp(-odds))).astype(np.int8)
    score = 1 / (1 + np.exp(-(odds + rng.normal(0, _NOISE, 2 * n))))
    groups = Grouping(("group",), ("a", "b"), np.repeat([0, 1], n))
    return ScoredRows(outcome, score, (score >= THRESHOLD).astype(np.int8), groups, minimum=10)


def _told(rows: ScoredRows, population: ScoredRows) -> dict[str, Interval]:
    """Return what chosen thresholds cost as told on the other half, beside what they do in a population."""
    mask = first_half(rows, 0)
    first, second = rows.part(mask), rows.part(~mask)
    compared = comparable(first, second)
    if len(compared) < 2:
        return {}
    rule = first.search(compared).separate(PARITY)
    cost, truth = (
        price(rule.selected(one.scores, one.grouping, 0), one.told(compared)) for one in (second, population)
    )
    gap, true_gap = cost.disparities[PARITY.key], truth.disparities[PARITY.key]
    return {
        "change_told": _interval(cost.change, truth.change.value or 0.0),
        "gap_told": _interval(gap, true_gap.value or 0.0),
        "gained_told": _interval(cost.groups[0].gained, truth.groups[0].gained.value or 0.0),
    }


def simulate_weighted(n: int, draws: int = DRAWS) -> Iterator[Coverage]:
    """Yield the coverage of every figure in weighted groups of an effective number of ``n`` rows."""
    rng = np.random.default_rng([2027, n])
    truth = {name: one.value for name, one in measured(*weighted_people(_POPULATION, rng)).items()}
    found = [measured(*weighted_people(n, rng)) for _ in range(draws)]
    for name, value in truth.items():
        if name in CALIBRATION_ERRORS:
            continue  # not given with weights
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


def table(coverages: list[Coverage], sizes: Sequence[int] = SIZES, of: str = "n") -> str:
    """Return a Markdown table: a row for each figure, coverage in per cent and mean width by size.

    Args:
        coverages: Those of every figure at every size.
        sizes: The sizes.
        of: What they count.
    """
    by_size = {n: {one.figure: one for one in coverages if one.n == n} for n in sizes}
    lines = [f"| figure | {' | '.join(f'{of} = {n:,}' for n in sizes)} |", "| --- " * (len(sizes) + 1) + "|"]
    for figure in by_size[sizes[0]]:
        cells = [f"{100 * one[figure].share:.1f} ({one[figure].width:.3f})" for one in by_size.values()]
        lines.append(f"| {figure} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table([one for n in SIZES for one in (*simulate(n), *simulate_weighted(n))]))
