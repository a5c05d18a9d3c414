"""From one trained classifier to the procedure that trained it: intervals that hold for other training rows and seeds.

The figures of protocols A and B are those of classifiers trained on the rows at hand. What a reader takes from them is
about classifiers trained on *such* rows. So each classifier is refitted on bootstrap resamples of its training rows,
each time with another seed, and the intervals of the headline records include how much the refits differ
(`core.audit.statistics.refits`). The target is the mean over training samples and seeds of the classifier's rate in
each group of the population; a disparity is that of these mean rates. Values stay as they are: means over the
classifier seeds on all training rows.

Of generated rows the samples are those that this generator gives: a resample of its rows varies as another draw does.
That the generator itself was trained on a sample is not included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import ONE_CLASSIFIER, Estimate
from core.audit.metrics.catalog import GAPS, GROUP_RATES, OVERALL, PAIRED
from core.audit.metrics.formulas import Disparity, Ranking
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.tabular import selected
from core.audit.protocols.trainable import Trainable
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confusion import GroupCounts, count, polarities, single_group
from core.audit.statistics.refits import effective, spread, widened
from core.data.groups import Grouping

Scores = NDArray[np.float64]
Spreads = dict[tuple[str | None, str, str | None], float]
GroupSpreads = dict[tuple[str | None, str, str | None, str | None], float]
_FIRST_SEED = 1_000  # far from the seeds of the classifiers themselves


def refit_scores(fit: Trainable, refits: int) -> list[Scores]:
    """Return the scores of the tested rows by refit, each of shape (m,); resamples of one outcome are left out."""
    resamples = {seed: fit.resampled(seed) for seed in refit_seeds(refits)}
    return [one.predict(seed, direct=False).scores for seed, one in resamples.items() if not one.why_untrainable()]


def refit_seeds(refits: int) -> range:
    """Return the seed of each refit and of its resample."""
    return range(_FIRST_SEED, _FIRST_SEED + refits)


def for_one_classifier(records: Sequence[Record]) -> list[Record]:
    """Return the records; the name of each interval says that it holds for the trained classifier alone."""
    return [_named(record, ONE_CLASSIFIER) for record in records]


def with_refits(changes: Sequence[Record], before: GroupSpreads, after: GroupSpreads) -> list[Record]:
    """Return the changes of groups' rates; intervals include the refits of both classifiers where they are known."""
    result = []
    for record in changes:
        key = (record.sensitive, record.metric, record.positive, record.group)
        is_change = record.protocol.startswith("change")
        if (
            not is_change
            or record.value is None
            or record.low is None
            or record.high is None
            or not (key in before and key in after)
        ):
            result.append(record)
            continue
        half = float(np.hypot(before[key], after[key]))
        low = max(record.value - float(np.hypot(record.value - record.low, half)), -1.0)
        high = min(record.value + float(np.hypot(record.high - record.value, half)), 1.0)
        name = (record.interval or "").replace(ONE_CLASSIFIER, "refits")
        result.append(record.model_copy(update={"low": low, "high": high, "interval": name}))
    return result


def _named(record: Record, addition: str) -> Record:
    return record if record.low is None else record.model_copy(update={"interval": f"{record.interval}, {addition}"})


@dataclass(frozen=True)
class Procedure:
    """The classifiers of one source and protocol, and their refits.

    Args:
        evaluator: The tested rows.
        scores: Scores of the tested rows by classifier seed, at least one.
        refits: The same by refit, at least two.
    """

    evaluator: HoldoutEvaluator
    scores: Sequence[Scores]
    refits: Sequence[Scores]

    def records(self, records: Sequence[Record]) -> list[Record]:
        """Return the records of the classifiers with the intervals of the procedure that trained them.

        A figure that the refits do not have keeps its interval, whose name says that it holds for this classifier.

        Args:
            records: One for each figure: the mean over the seeds.
        """
        return [self._record(one) for one in records]

    @cached_property
    def spreads(self) -> Spreads:
        """What training rows and seed add to the interval of a paired figure's change, by figure."""
        found: Spreads = {(None, metric, outcome): spread(by) for (outcome, metric), by in self._over_rows.items()}
        for name, grouping in self.evaluator.groupings.items():
            both = (polarities(part, self.evaluator.outcomes) for part in self._counts(grouping))
            for (outcome, mean), (_, refits) in zip(*both, strict=True):
                large, large_refits = self._large(name, mean, refits)
                if len(large.names) > 1:
                    found |= {
                        (name, metric, outcome): spread(formula.of_extremes(large, large_refits))
                        for metric, formula in GAPS.items()
                        if isinstance(formula, Disparity)
                    }
        return {key: half for key, half in found.items() if key[1] in PAIRED}

    @cached_property
    def group_spreads(self) -> GroupSpreads:
        """What training rows and seed add to the interval of a group's rate, by figure and group."""
        found: GroupSpreads = {}
        for name, grouping in self.evaluator.groupings.items():
            for outcome, refits in polarities(self._counts(grouping)[1], self.evaluator.outcomes):
                for metric, rate in GROUP_RATES.items():
                    values = rate.value(refits)
                    for place, group in enumerate(grouping.names):
                        if np.isfinite(values[:, place]).all():
                            found[name, metric, outcome, group] = spread(values[:, place])
        return found

    @property
    def name(self) -> str:
        """What the name of an interval adds."""
        return f"{len(self.refits)} refits"

    def _record(self, record: Record) -> Record:
        key = (record.sensitive, record.positive, record.metric, record.group)
        found = self._over_groups.get(key)
        if record.value is None:
            return record
        if found is not None and found.low is None:  # a figure of the sizes of groups, without an interval
            return record.model_copy(update={"value": found.value})
        if found is not None and found.low is not None and found.high is not None:
            bounds = {"low": min(found.low, record.value), "high": max(found.high, record.value)}
            return _named(record.model_copy(update={**bounds, "interval": found.interval}), self.name)
        by_refit = self._over_rows.get((record.positive, record.metric)) if record.sensitive is None else None
        if by_refit is None or record.low is None or record.high is None:
            return _named(record, ONE_CLASSIFIER)
        low = max(record.value - widened(record.value - record.low, by_refit), 0.0)
        high = min(record.value + widened(record.high - record.value, by_refit), 1.0)
        return _named(record.model_copy(update={"low": low, "high": high}), self.name)

    @cached_property
    def _over_groups(self) -> dict[tuple[str | None, str | None, str, str | None], Estimate]:
        """Rates by group and gaps between groups, by attribute, outcome, metric and group."""
        result: dict[tuple[str | None, str | None, str, str | None], Estimate] = {}
        for name, grouping in self.evaluator.groupings.items():
            both = (polarities(part, self.evaluator.outcomes) for part in self._counts(grouping))
            for (positive, mean), (_, refits) in zip(*both, strict=True):
                for metric, rate in GROUP_RATES.items():
                    hits, trials = rate.counts(mean)
                    lows, highs = intervals.wilson(*effective(hits, trials, rate.counts(refits), centring="none"))
                    for group, value, low, high in zip(mean.names, rate.value(mean), lows, highs, strict=True):
                        if np.isfinite(low):
                            result[name, positive, metric, group] = Estimate(value, float(low), float(high), "wilson")
                large = self._large(name, mean, refits)
                for metric, gap in GAPS.items():
                    found = gap.over_groups(*large)
                    if found.value is not None:
                        result[name, positive, metric, None] = found
        return result

    @cached_property
    def _over_rows(self) -> dict[tuple[str | None, str], NDArray[np.float64]]:
        """Figures over all rows by refit, each of shape (refits,), by outcome and metric."""
        labels = self.evaluator.labels
        pooled = self._counts(single_group(len(labels)))[1]
        result: dict[tuple[str | None, str], NDArray[np.float64]] = {}
        for (positive, counts), sign in zip(polarities(pooled, self.evaluator.outcomes), (1, -1), strict=True):
            own = labels if sign == 1 else (1 - labels).astype(np.int8)
            for metric, formula in OVERALL.items():
                result[positive, metric] = (
                    np.asarray([formula.formula(own, sign * scores, None)[0] for scores in self.refits])
                    if isinstance(formula, Ranking)
                    else formula.resampled(counts)
                )
        return result

    def _counts(self, grouping: Grouping) -> tuple[GroupCounts, GroupCounts]:
        """Return the mean counts over the seeds, and those of each refit, of the positive outcome."""
        seeds, refits = (
            GroupCounts.stacked([count(self.evaluator.labels, selected(one), grouping) for one in scores])
            for scores in (self.scores, self.refits)
        )
        return seeds.mean, refits

    def _large(self, attribute: str, mean: GroupCounts, refits: GroupCounts) -> tuple[GroupCounts, GroupCounts]:
        large = self.evaluator.compared_in(attribute).mask(mean.names, mean.n)
        return mean.subset(large), refits.subset(large)
