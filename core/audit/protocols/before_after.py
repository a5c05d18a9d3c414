"""Before and after: classifiers trained on the draws of a generator, compared with one trained on the original.

Protocol ``generators`` has the figures of each draw, with its generator seed as ``seed``, their mean and their standard
deviation. Protocol ``change`` has the change of each source against the original, in both polarities; the changes of
single groups are in `core.audit.metrics.moved_decisions`. Both use classifiers that see the sensitive attribute, as in
A. ``generators B`` and ``change B`` are the same without it, as in B. Against the reference outcome, all four names
end in ``reference``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag, sentence
from core.audit.glossary import change_protocol
from core.audit.metrics import change, multiclass
from core.audit.metrics.catalog import METRICS, PAIRED
from core.audit.metrics.declarations.performance import ACCURACY as ACCURACY_RATE
from core.audit.metrics.formulas import Disparity, Ranking, Rate, Score
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.procedure import Spreads
from core.audit.protocols.tabular import Measurement
from core.audit.records import Record
from core.audit.statistics.bootstrap_correlation import (
    BootstrapCorrelation,
    Figure,
    auc_correlation,
    resampled_correlation,
)
from core.audit.statistics.confusion import GroupCounts

_Address = tuple[str | None, str, str | None]  # attribute, metric, outcome
_Figures = dict[_Address, Record]
_FORMULAS = {name: METRICS[name].formula for name in PAIRED}
_OVER_GROUPS = {name: one.resampled for name, one in _FORMULAS.items() if isinstance(one, Disparity)}
_OVER_ROWS = {name: one.resampled for name, one in _FORMULAS.items() if isinstance(one, Rate | Score)}
_RANKINGS = [name for name, one in _FORMULAS.items() if isinstance(one, Ranking)]
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
        spreads: What the refits of the original's classifier and of the source's add to an interval, by attribute,
            metric and outcome; empty without refits. Of several draws, the source's are not used: draws differ in
            their rows too.
        tag: Source and protocol, A or B, or the same against the reference outcome.
    """
    before = _figures(original)
    after = {seed: _figures(one) for seed, one in draws.items()}
    correlation = _correlations(evaluator, [original, *draws.values()])
    nothing = BootstrapCorrelation(np.zeros(len(draws)))
    records, generator_records = [], []
    for address, first in before.items():
        if any(address not in figures for figures in after.values()):
            continue  # no classifier was trained, so that it has no figures over classes
        by_draw = {seed: figures[address] for seed, figures in after.items()}
        figure_correlation = correlation.get(address, nothing)
        sensitive, _, positive = address
        at = replace(tag, sensitive=sensitive, positive=positive or evaluator.outcomes[0])
        refits = _refit_spread(spreads, address, several=len(draws) > 1)
        one = replace(at, protocol=change_protocol(tag.protocol))
        records += _change_records(first, by_draw, figure_correlation, refits, one)
        if len(draws) > 1:
            one = replace(at, protocol=change_protocol(tag.protocol, "generators"))
            generator_records += _generator_records(by_draw, figure_correlation, one)
    return records + generator_records


def _refit_spread(spreads: tuple[Spreads, Spreads], figure: _Address, *, several: bool) -> change.RefitSpread | None:
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


def _figures(measured: Measurement) -> _Figures:
    return {
        (record.sensitive, record.metric, record.positive): record
        for record in measured.records
        if record.group is None and record.metric in PAIRED
    }


def _correlations(evaluator: HoldoutEvaluator, classifiers: list[Measurement]) -> dict[_Address, BootstrapCorrelation]:
    """Return the correlation of the first classifier's figures with the others'; empty if one was not trained."""
    scores = [one.scores for one in classifiers if one.scores is not None]
    decided = [one.predictions for one in classifiers if one.predictions is not None]
    if len(decided) < len(classifiers):
        return {}
    predictions = np.stack(decided)
    one_group = np.full(len(evaluator.labels), "all", dtype=object)
    outcomes = evaluator.outcomes
    records: dict[_Address, BootstrapCorrelation] = {}
    overall = resampled_correlation(evaluator.labels, predictions, one_group, _in_both_polarities(_OVER_ROWS, outcomes))
    records |= {(None, *figure): one for figure, one in overall.items()}
    if 0 < evaluator.labels.sum() < len(evaluator.labels):
        of_ranking = auc_correlation(evaluator.labels, np.stack(scores))
        records |= {(None, name, positive): of_ranking for name in _RANKINGS for positive in outcomes}
    records |= _correlation_over_classes([one.correct for one in classifiers], one_group)
    for name, grouping in evaluator.groupings.items():
        members = grouping.members
        large = evaluator.compared_in(name).mask(grouping.names, grouping.sizes)[grouping.codes]
        if len(set(members[large])) < 2:
            continue
        figures = _in_both_polarities(_OVER_GROUPS, outcomes)
        parts = resampled_correlation(evaluator.labels[large], predictions[:, large], members[large], figures)
        records |= {(name, *figure): one for figure, one in parts.items()}
    return records


def _in_both_polarities(figures: Mapping[str, Figure], outcomes: Sequence[str]) -> dict[tuple[str, str], Figure]:
    """Return the figures by name and outcome, so that one set of resamples serves both polarities."""
    positive, negative = outcomes
    return {
        **{(name, positive): figure for name, figure in figures.items()},
        **{(name, negative): partial(_of_the_other, figure) for name, figure in figures.items()},
    }


def _of_the_other(figure: Callable[[GroupCounts], NDArray[np.float64]], counts: GroupCounts) -> NDArray[np.float64]:
    return figure(counts.flipped())


def _correlation_over_classes(
    correct: list[NDArray[np.int8] | None], one_group: NDArray[np.object_]
) -> dict[_Address, BootstrapCorrelation]:
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
    return {(None, multiclass.ACCURACY, None): by_draw[multiclass.ACCURACY]}
