"""Before and after: the classifiers trained on several draws of a generator, and on the original, side by side.

Protocol ``generators`` holds the figures of each draw, its generator seed as ``seed``, with their mean and deviation;
protocol ``change`` what each source changed against the original. Both are those of classifiers that see the sensitive
attribute, as in A; the same without it, as in B, stands under ``generators B`` and ``change B``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag, sentence
from core.audit.metrics import change, multiclass
from core.audit.metrics.catalog import METRICS, PAIRED
from core.audit.metrics.declarations.performance import ACCURACY as RIGHT
from core.audit.metrics.formulas import Disparity, Ranking, Rate, Score
from core.audit.protocols.evaluator import HoldoutEvaluator
from core.audit.protocols.tabular import Measured, selected
from core.audit.records import Record
from core.audit.statistics.bootstrap_correlation import BootstrapCorrelation, auc_correlation, resampled_correlation

_Figures = dict[tuple[str | None, str], Record]
_FORMULAS = {name: METRICS[name].formula for name in PAIRED}
_OVER_GROUPS = {name: one.resampled for name, one in _FORMULAS.items() if isinstance(one, Disparity)}
_OVER_ROWS = {name: one.resampled for name, one in _FORMULAS.items() if isinstance(one, Rate | Score)}
_RANKINGS = [name for name, one in _FORMULAS.items() if isinstance(one, Ranking)]
_SUFFIX = {"A": "", "B": " B"}
ONE_DRAW = "One draw: how much others would differ is not known."


def compare(
    evaluator: HoldoutEvaluator, original: Measured, draws: Mapping[int | None, Measured], source: str, letter: str
) -> list[Record]:
    """What a source changed, over its draws and for each; and if there are several, the figures of each and their mean.

    Args:
        evaluator: The hold-out.
        original: The classifier trained on the original rows.
        draws: Classifiers trained on the source's draws, by generator seed, at least one; of a single draw the seed is
            not looked at.
        source: Whose rows.
        letter: A or B.
    """
    positive = evaluator.outcomes[0]
    before = _figures(original, positive)
    after = {seed: _figures(one, positive) for seed, one in draws.items()}
    correlation = _likenesses(evaluator, [original, *draws.values()])
    nothing = BootstrapCorrelation(np.zeros(len(draws)))
    found, further = [], []
    for (sensitive, metric), first in before.items():
        if any((sensitive, metric) not in figures for figures in after.values()):
            continue  # no classifier was trained, so that there is nothing over classes
        alike = {seed: figures[sensitive, metric] for seed, figures in after.items()}
        moved = correlation.get((sensitive, metric), nothing)
        found += _change_records(first, alike, moved, Tag(source, f"change{_SUFFIX[letter]}", sensitive, positive))
        if len(draws) > 1:
            tag = Tag(source, f"generators{_SUFFIX[letter]}", sensitive, positive)
            further += _generator_records(alike, moved, tag)
    return found + further


def _change_records(
    first: Record, alike: Mapping[int | None, Record], moved: BootstrapCorrelation, tag: Tag
) -> list[Record]:
    after = list(alike.values())
    overall = change.change(first, after, moved)
    if len(after) == 1:
        return [tag.record(first.metric, replace(overall, note=sentence(overall.note, ONE_DRAW)))]
    return [
        tag.record(first.metric, overall),
        *(
            replace(tag, seed=seed).record(first.metric, change.change(first, after, moved, draw=place))
            for place, seed in enumerate(alike)
        ),
    ]


def _generator_records(alike: Mapping[int | None, Record], moved: BootstrapCorrelation, tag: Tag) -> list[Record]:
    after = list(alike.values())
    metric = after[0].metric
    return [
        *(one.model_copy(update={"protocol": tag.protocol, "seed": seed}) for seed, one in alike.items()),
        tag.record(metric, change.summary(after, moved)),
        tag.record(f"deviation:{metric}", change.deviation(after)),
    ]


def _figures(measured: Measured, positive: str) -> _Figures:
    return {
        (record.sensitive, record.metric): record
        for record in measured.records
        if record.group is None and record.metric in PAIRED and record.positive in (None, positive)
    }


def _likenesses(
    evaluator: HoldoutEvaluator, classifiers: list[Measured]
) -> dict[tuple[str | None, str], BootstrapCorrelation]:
    """How the figures of the first classifier and the others move together; nothing where one was not trained."""
    scores = [one.scores for one in classifiers if one.scores is not None]
    if len(scores) < len(classifiers):
        return {}
    predictions = np.stack([selected(one) for one in scores])
    everyone = np.full(len(evaluator.labels), "all", dtype=object)
    overall = resampled_correlation(evaluator.labels, predictions, everyone, _OVER_ROWS)
    found: dict[tuple[str | None, str], BootstrapCorrelation] = {(None, metric): one for metric, one in overall.items()}
    if 0 < evaluator.labels.sum() < len(evaluator.labels):
        found |= {(None, name): auc_correlation(evaluator.labels, np.stack(scores)) for name in _RANKINGS}
    found |= _likeness_over_classes([one.right for one in classifiers], everyone)
    for name, grouping in evaluator.groupings.items():
        members = grouping.members
        large = grouping.sizes[grouping.codes] >= evaluator.schema.min_group_size
        if len(set(members[large])) < 2:
            continue
        parts = resampled_correlation(evaluator.labels[large], predictions[:, large], members[large], _OVER_GROUPS)
        found |= {(name, metric): one for metric, one in parts.items()}
    return found


def _likeness_over_classes(
    right: list[NDArray[np.int8] | None], everyone: NDArray[np.object_]
) -> dict[tuple[str | None, str], BootstrapCorrelation]:
    """The same for accuracy over all classes: to be right is the prediction, and its truth is always 1."""
    known = [one for one in right if one is not None]
    if len(known) < len(right):
        return {}
    alike = resampled_correlation(
        np.ones(len(everyone), dtype=np.int8), np.stack(known), everyone, {multiclass.ACCURACY: RIGHT.resampled}
    )
    return {(None, multiclass.ACCURACY): alike[multiclass.ACCURACY]}
