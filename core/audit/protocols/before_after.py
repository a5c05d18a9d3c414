"""Before and after: classifiers trained on the draws of a generator, compared with one trained on the original.

Protocol ``generators`` has the figures of each draw, with its generator seed as ``seed``, their mean and their standard
deviation. Protocol ``change`` has the change of each source against the original. Both use classifiers that see the
sensitive attribute, as in A. ``generators B`` and ``change B`` are the same without it, as in B.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag, sentence
from core.audit.metrics import change, multiclass
from core.audit.metrics.catalog import METRICS, PAIRED
from core.audit.metrics.declarations.performance import ACCURACY as ACCURACY_RATE
from core.audit.metrics.formulas import Disparity, Ranking, Rate, Score
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.procedure import Spreads
from core.audit.protocols.tabular import Measurement, selected
from core.audit.records import Record
from core.audit.statistics.bootstrap_correlation import BootstrapCorrelation, auc_correlation, resampled_correlation

_Figures = dict[tuple[str | None, str], Record]
_FORMULAS = {name: METRICS[name].formula for name in PAIRED}
_OVER_GROUPS = {name: one.resampled for name, one in _FORMULAS.items() if isinstance(one, Disparity)}
_OVER_ROWS = {name: one.resampled for name, one in _FORMULAS.items() if isinstance(one, Rate | Score)}
_RANKINGS = [name for name, one in _FORMULAS.items() if isinstance(one, Ranking)]
_SUFFIX = {"A": "", "B": " B"}
ONE_DRAW = "One draw: the variation between draws is not known."


def compare(
    evaluator: HoldoutEvaluator,
    original: Measurement,
    draws: Mapping[int | None, Measurement],
    spreads: tuple[Spreads, Spreads],
    tag: Tag,
) -> list[Record]:
    """Return the changes of a source, over its draws and for each; for several draws also their figures and the mean.

    Args:
        evaluator: The hold-out.
        original: The classifier trained on the original rows.
        draws: Classifiers trained on the source's draws, by generator seed, at least one; the seed of a single draw is
            not used.
        spreads: What the refits of the original's classifier and of the source's add to an interval, by attribute and
            metric; empty without refits. Of several draws, the source's are not used: draws differ in their rows too.
        tag: Source and protocol, A or B.
    """
    positive, suffix = evaluator.outcomes[0], _SUFFIX[tag.protocol]
    before = _figures(original, positive)
    after = {seed: _figures(one, positive) for seed, one in draws.items()}
    correlation = _correlations(evaluator, [original, *draws.values()])
    nothing = BootstrapCorrelation(np.zeros(len(draws)))
    records, generator_records = [], []
    for (sensitive, metric), first in before.items():
        if any((sensitive, metric) not in figures for figures in after.values()):
            continue  # no classifier was trained, so that it has no figures over classes
        by_draw = {seed: figures[sensitive, metric] for seed, figures in after.items()}
        figure_correlation = correlation.get((sensitive, metric), nothing)
        one = replace(tag, protocol=f"change{suffix}", sensitive=sensitive, positive=positive)
        refits = _refit_spread(spreads, (sensitive, metric), several=len(draws) > 1)
        records += _change_records(first, by_draw, figure_correlation, refits, one)
        if len(draws) > 1:
            one = replace(one, protocol=f"generators{suffix}")
            generator_records += _generator_records(by_draw, figure_correlation, one)
    return records + generator_records


def _refit_spread(
    spreads: tuple[Spreads, Spreads], figure: tuple[str | None, str], *, several: bool
) -> change.RefitSpread | None:
    before, after = (part.get(figure) for part in spreads)
    if several:
        after = 0.0
    return None if before is None or after is None else change.RefitSpread(before, after)


def _change_records(
    first: Record,
    by_draw: Mapping[int | None, Record],
    figure_correlation: BootstrapCorrelation,
    refits: change.RefitSpread | None,
    tag: Tag,
) -> list[Record]:
    after = list(by_draw.values())
    overall = change.change(first, after, figure_correlation, refits=refits)
    if len(after) == 1:
        return [tag.record(first.metric, replace(overall, note=sentence(overall.note, ONE_DRAW)))]
    return [
        tag.record(first.metric, overall),
        *(
            replace(tag, seed=seed).record(first.metric, change.change(first, after, figure_correlation, draw=place))
            for place, seed in enumerate(by_draw)
        ),
    ]


def _generator_records(
    by_draw: Mapping[int | None, Record], figure_correlation: BootstrapCorrelation, tag: Tag
) -> list[Record]:
    after = list(by_draw.values())
    metric = after[0].metric
    return [
        *(one.model_copy(update={"protocol": tag.protocol, "seed": seed}) for seed, one in by_draw.items()),
        tag.record(metric, change.summary(after, figure_correlation)),
        tag.record(f"deviation:{metric}", change.deviation(after)),
    ]


def _figures(measured: Measurement, positive: str) -> _Figures:
    return {
        (record.sensitive, record.metric): record
        for record in measured.records
        if record.group is None and record.metric in PAIRED and record.positive in (None, positive)
    }


def _correlations(
    evaluator: HoldoutEvaluator, classifiers: list[Measurement]
) -> dict[tuple[str | None, str], BootstrapCorrelation]:
    """Return the correlation of the first classifier's figures with the others'; empty if one was not trained."""
    scores = [one.scores for one in classifiers if one.scores is not None]
    if len(scores) < len(classifiers):
        return {}
    predictions = np.stack([selected(one) for one in scores])
    one_group = np.full(len(evaluator.labels), "all", dtype=object)
    overall = resampled_correlation(evaluator.labels, predictions, one_group, _OVER_ROWS)
    records: dict[tuple[str | None, str], BootstrapCorrelation] = {
        (None, metric): one for metric, one in overall.items()
    }
    if 0 < evaluator.labels.sum() < len(evaluator.labels):
        records |= {(None, name): auc_correlation(evaluator.labels, np.stack(scores)) for name in _RANKINGS}
    records |= _correlation_over_classes([one.correct for one in classifiers], one_group)
    for name, grouping in evaluator.groupings.items():
        members = grouping.members
        large = grouping.sizes[grouping.codes] >= evaluator.schema.min_group_size
        if len(set(members[large])) < 2:
            continue
        parts = resampled_correlation(evaluator.labels[large], predictions[:, large], members[large], _OVER_GROUPS)
        records |= {(name, metric): one for metric, one in parts.items()}
    return records


def _correlation_over_classes(
    correct: list[NDArray[np.int8] | None], one_group: NDArray[np.object_]
) -> dict[tuple[str | None, str], BootstrapCorrelation]:
    """Return the same for accuracy over all classes: whether a row is correct is the prediction, its truth is 1."""
    known = [one for one in correct if one is not None]
    if len(known) < len(correct):
        return {}
    by_draw = resampled_correlation(
        np.ones(len(one_group), dtype=np.int8),
        np.stack(known),
        one_group,
        {multiclass.ACCURACY: ACCURACY_RATE.resampled},
    )
    return {(None, multiclass.ACCURACY): by_draw[multiclass.ACCURACY]}
