"""The kinds of formula of a classifier metric, each with its interval.

Every formula is a pure function of confusion counts (`Ranking`: of labels and scores). Counts may have leading
dimensions, so that one definition serves the figure and its bootstrap resamples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, estimate, undefined
from core.audit.metrics.shares import divide, rates, share
from core.audit.statistics import extremes, power
from core.audit.statistics.confusion import Counts, GroupCounts
from core.audit.statistics.design import effective_counts, named_interval, replicated_counts
from core.audit.statistics.intervals import Bounds, Floats
from core.audit.statistics.refits import Centring, effective
from core.data.weights import Weights

TOO_FEW_GROUPS = "Undefined: fewer than two groups are large enough to compare."


class Predictions(NamedTuple):
    """The input of a formula over all rows.

    ``counts`` by group; ``labels``, 0 or 1, and ``scores`` of the positive outcome, each of shape (n,); ``weights`` of
    the rows.
    """

    counts: GroupCounts
    labels: NDArray[np.int8]
    scores: NDArray[np.float64]
    weights: Weights | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of rows, with Wilson's interval.

    Args:
        hits: The numerator, from the counts of each group.
        trials: The denominator.
        label: Its name in a sentence.
        undefined_reason: Why it is undefined where ``trials`` is 0; ``{row}`` becomes "row" or "row of the group".
    """

    hits: Callable[[GroupCounts], Counts]
    trials: Callable[[GroupCounts], Counts]
    label: str
    undefined_reason: str = "there are no rows"

    def counts(self, counts: GroupCounts) -> tuple[Counts, Counts]:
        """Return the hits and trials of each group; of weighted rows those of the effective number of rows."""
        hits, trials = self.hits(counts), self.trials(counts)
        if counts.squares is None:
            return hits, trials
        if (found := counts.repeated) is not None:
            repeated = np.asarray(self.hits(found.counts), float), np.asarray(self.trials(found.counts), float)
            base = hits, trials, self.trials(counts.squares)
            return replicated_counts(base, repeated, found.factor, found.degrees)
        return effective_counts(hits, trials, self.hits(counts.squares), self.trials(counts.squares))

    def correlation(self, counts: GroupCounts) -> Floats:
        """Return the correlation of the groups' rates, shape (groups, groups); none but of rows drawn together."""
        if (found := counts.repeated) is None:
            return np.eye(len(counts.names))
        return found.correlation(self._plain(found.counts), self._plain(counts))

    def _plain(self, counts: GroupCounts) -> Floats:
        return divide(self.hits(counts), self.trials(counts))

    def value(self, counts: GroupCounts) -> Floats:
        """Return the rate of each group, shape (..., groups); NaN where it is undefined."""
        hits, trials = self.counts(counts)
        return divide(hits, trials)

    def resampled(self, counts: GroupCounts) -> Floats:
        """Return the rate over all rows in each resample, shape (...)."""
        return np.asarray(self.value(counts.pooled())[..., 0])

    def by_group(self, counts: GroupCounts, minimum: int) -> list[Estimate]:
        """Return the rate of each group; ``small_n`` where the group has fewer than ``minimum`` rows."""
        why = self.undefined_reason.format(row="row of the group")
        return rates(*self.counts(counts), minimum=minimum, sizes=counts.n, why=why)

    def overall(self, predictions: Predictions) -> Estimate:
        """Return the rate over all rows."""
        hits, trials = (float(part[0]) for part in self.counts(predictions.counts.pooled()))
        return share(hits, trials, why=self.undefined_reason.format(row="row"))


@dataclass(frozen=True, slots=True)
class Score:
    """A figure of the counts over all rows that is not a plain rate.

    Args:
        formula: From pooled counts, shape (..., 1); NaN where it is undefined.
        bounds: Its interval, from the same counts.
        interval: The method of the interval.
        undefined_reason: Why it is undefined.
    """

    formula: Callable[[GroupCounts], Floats]
    bounds: Callable[[GroupCounts], Bounds]
    interval: str
    undefined_reason: str

    def resampled(self, counts: GroupCounts) -> Floats:
        """Return the figure in each resample, shape (...)."""
        return np.asarray(self.formula(counts.pooled())[..., 0])

    def overall(self, predictions: Predictions) -> Estimate:
        """Return the figure over all rows."""
        pooled = predictions.counts.pooled()
        low, high = (float(bound[0]) for bound in self.bounds(pooled))
        value = float(self.formula(pooled)[0])
        return estimate(value, low, high, self.interval, round(float(pooled.n.sum())), why=self.undefined_reason)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A figure of the scores over all rows.

    Args:
        formula: Value and bounds, from labels, scores and weights; NaN where it is undefined.
        interval: The method of the interval.
        undefined_reason: Why it is undefined.
    """

    formula: Callable[[NDArray[np.int8], NDArray[np.float64], Weights | None], tuple[float, float, float]]
    interval: str
    undefined_reason: str

    def overall(self, predictions: Predictions) -> Estimate:
        """Return the figure over all rows."""
        estimates = self.formula(predictions.labels, predictions.scores, predictions.weights)
        n = round(float(predictions.counts.n.sum()))
        kind = named_interval(self.interval, predictions.weights)
        return estimate(*estimates, kind, n, why=self.undefined_reason)


@dataclass(frozen=True, slots=True)
class Disparity:
    """The disparity of the groups' rates: the least ratio of two groups, or the greatest difference.

    With several rates, the worst counts. Ratio: min / max, 0 to 1, undefined where a rate is 0 in every group.
    Difference: max - min, 0 to 1. Both are undefined with fewer than two groups, or where a group has no trials.

    Args:
        kind: ``ratio`` or ``difference``.
        rates: The rates that are compared.
    """

    kind: Literal["ratio", "difference"]
    rates: tuple[Rate, ...]

    def resampled(self, counts: GroupCounts) -> Floats:
        """Return the figure in each resample, shape (...); NaN where it is undefined."""
        values = [self._gap(rate.value(counts)) for rate in self.rates]
        return np.asarray(reduce(np.minimum if self.kind == "ratio" else np.maximum, values))

    def over_groups(self, counts: GroupCounts, refits: GroupCounts | None = None) -> Estimate:
        """Return the disparity of these groups, with the interval of `extremes.min_ratio` or `max_difference`.

        Args:
            counts: Counts of the groups.
            refits: Counts of the same groups for at least two refits, shape (refits, groups), whose variation widens
                the interval (`core.audit.statistics.refits`).
        """
        n = round(float(counts.n.sum()))
        families = [rate.counts(counts) for rate in self.rates]
        if problem := why_incomparable(counts, self.rates):
            return undefined(problem, n)
        values = [rate.value(counts) for rate in self.rates]
        if self.kind == "ratio" and (zero := [r.label for r, v in zip(self.rates, values, strict=True) if not v.any()]):
            return undefined(f"Undefined: the {zero[0]} is 0 in every group, and 0/0 is no ratio.", n)
        families = with_refits(families, self.rates, refits, self.kind)
        extreme = extremes.min_ratio if self.kind == "ratio" else extremes.max_difference
        low, high = extreme(families, correlations=[rate.correlation(counts) for rate in self.rates])
        gaps = [float(self._gap(value)) for value in values]
        worst = int(np.argmin(gaps) if self.kind == "ratio" else np.argmax(gaps))
        figure = estimate(gaps[worst], float(low), float(high), self._interval(counts), n)
        return replace(figure, note=_extremes(counts, values[worst], self.rates[worst].label))

    def _gap(self, values: Floats) -> Floats:
        if self.kind == "difference":
            return np.asarray(np.ptp(values, axis=-1))
        return divide(values.min(axis=-1), values.max(axis=-1))

    def of_extremes(self, counts: GroupCounts, refits: GroupCounts) -> Floats:
        """Return the figure in each refit, shape (refits,), always of the two groups that differ most in ``counts``.

        Unlike the extreme of each refit, it varies to both sides where the groups are nearly equal.
        """
        gaps = np.array([float(self._gap(rate.value(counts))) for rate in self.rates])
        gaps[np.isnan(gaps)] = np.inf  # a rate that is 0 in every group has no ratio
        worst = self.rates[int(np.argmin(gaps) if self.kind == "ratio" else np.argmax(gaps))]
        lowest, highest = int(np.argmin(worst.value(counts))), int(np.argmax(worst.value(counts)))
        rates_by_refit = worst.value(refits)
        low, high = rates_by_refit[..., lowest], rates_by_refit[..., highest]
        return divide(low, high) if self.kind == "ratio" else np.asarray(high - low)

    def _interval(self, counts: GroupCounts) -> str:
        kind = "mover-r wilson" if self.kind == "ratio" else "newcombe"
        alone = len(counts.names) == 2 and len(self.rates) == 1
        return kind if alone else f"{kind}, simultaneous over pairs"


@dataclass(frozen=True, slots=True)
class DetectableGap:
    """The smallest difference of two groups' rates that the interval of their `Disparity` would tell from 0.

    Args:
        rates: The rates that are compared.
    """

    rates: tuple[Rate, ...]

    def over_groups(self, counts: GroupCounts, refits: GroupCounts | None = None) -> Estimate:
        """Return the gap, 0 to 1, without an interval (`power.detectable_difference`).

        Args:
            counts: Counts of the groups.
            refits: Counts of at least two refits, whose variation makes small gaps harder to find.
        """
        n = round(float(counts.n.sum()))
        if problem := why_incomparable(counts, self.rates):
            return undefined(problem, n)
        families = [rate.counts(counts) for rate in self.rates]
        if all(hits.sum() in (0, trials.sum()) for hits, trials in families):
            return undefined("Undefined: all rows have the same outcome.", n)
        families = with_refits(families, self.rates, refits, "difference")
        correlations = [rate.correlation(counts) for rate in self.rates]
        return Estimate(power.detectable_difference(families, correlations=correlations), n=n)


OverRows = Rate | Score | Ranking
OverGroups = Disparity | DetectableGap
Formula = OverRows | OverGroups


def why_incomparable(counts: GroupCounts, compared: Sequence[Rate]) -> str:
    """Return why these groups' rates cannot be compared; empty if they can."""
    if len(counts.names) < 2:
        return TOO_FEW_GROUPS
    for rate in compared:
        trials = rate.trials(counts)
        if (trials == 0).any():
            why = rate.undefined_reason.format(row="row of the group")
            return f"Undefined: in {counts.names[int(np.argmin(trials))]!r}, {why}."
    return ""


def with_refits(
    families: list[tuple[Counts, Counts]], compared: Sequence[Rate], refits: GroupCounts | None, centring: Centring
) -> list[tuple[Counts, Counts]]:
    """Return the hits and trials of each rate, reduced to what they are worth if refits vary so much."""
    if refits is None:
        return families
    return [effective(*family, rate.counts(refits), centring) for family, rate in zip(families, compared, strict=True)]


def _extremes(counts: GroupCounts, values: Floats, label: str) -> str:
    if np.ptp(values) == 0:
        return ""
    lowest, highest = counts.names[int(np.argmin(values))], counts.names[int(np.argmax(values))]
    return f"{label.capitalize()} lowest in {lowest!r}, highest in {highest!r}."
