"""Classifiers that give an outcome to far fewer rows than have it, and the threshold that would give it to as many.

Equal rates of a classifier that selects almost nobody say little: there are few decisions that could differ. A
classifier does so where it gives an outcome to less than half as many rows as have it. Only then are there records,
for the outcome that is given too rarely.

The threshold is chosen on the rows that are judged, so the parity ratio at it flatters or harms by chance. It is
computed for each classifier seed; the figures are means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, mean_over_seeds
from core.audit.metrics.catalog import GAPS
from core.audit.metrics.fairness import over_compared
from core.audit.metrics.names import MATCHED_RATIO, MATCHING_THRESHOLD, PARITY_RATIO, SELECTION_SHORTFALL
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.records import Record
from core.audit.statistics.confusion import count, polarities

Decided = tuple[NDArray[np.int8], NDArray[np.float64] | None]
"""Decisions, 0 or 1, and scores of the positive outcome if there are any, each of shape (m,)."""
LEAST_SHARE: Final = 0.5


def records(decided: Sequence[Decided], evaluator: HoldoutEvaluator, tag: Tag) -> list[Record]:
    """Return what is to be said of an outcome that is given too rarely; nothing if none is.

    Args:
        decided: What each classifier seed decides; may be empty.
        evaluator: The rows that are judged.
        tag: Source, protocol and split.
    """
    weights = None if evaluator.weights is None else evaluator.weights.per_row
    found: list[Record] = []
    for wanted, positive in zip((1, 0), evaluator.outcomes, strict=True):
        true = float(np.average(evaluator.labels == wanted, weights=weights))
        given = [float(np.average(chosen == wanted, weights=weights)) for chosen, _ in decided]
        if not given or not is_few(mean := float(np.mean(given)), true):
            continue
        one = Tag(tag.source, tag.protocol, None, positive, None, tag.split)
        have = round(true * len(evaluator.labels))
        found.append(one.record(SELECTION_SHORTFALL, Estimate(1 - mean / true, n=have)))
        found += _matched([scores for _, scores in decided if scores is not None], evaluator, one)
    return found


def is_few(given: float, true: float) -> bool:
    """Return whether an outcome is given too rarely.

    >>> is_few(0.10, 0.25), is_few(0.15, 0.25), is_few(0.0, 0.0)
    (True, False, False)

    Args:
        given: Share of the rows that get it.
        true: Share that have it.
    """
    return given < true and given < LEAST_SHARE * true


def matching_threshold(
    scores: NDArray[np.float64], labels: NDArray[np.int8], weights: NDArray[np.float64] | None = None
) -> float | None:
    """Return the score from which on as many rows are positive as truly are; ``None`` if all scores are equal.

    >>> matching_threshold(np.array([0.1, 0.2, 0.3, 0.4]), np.array([0, 1, 0, 1], np.int8))
    0.3

    Args:
        scores: Of the positive outcome, shape (m,).
        labels: 0 or 1, shape (m,).
        weights: How much each row counts, shape (m,).
    """
    counted = np.ones(len(scores)) if weights is None else weights
    values, places = np.unique(scores, return_inverse=True)
    if len(values) < 2:
        return None
    reached = np.cumsum(np.bincount(places, weights=counted)[::-1])[::-1]
    wanted = float(counted[labels == 1].sum())
    best = int(np.argmin(np.abs(reached[1:] - wanted)))  # the lowest score as threshold would select everybody
    return float(values[1 + best])


def _matched(scores: Sequence[NDArray[np.float64]], evaluator: HoldoutEvaluator, tag: Tag) -> Iterator[Record]:
    """Yield the mean threshold and the mean parity ratio at it by attribute; nothing without scores that differ."""
    weights = None if evaluator.weights is None else evaluator.weights.per_row
    thresholds = [matching_threshold(one, evaluator.labels, weights) for one in scores]
    known = [(one, limit) for one, limit in zip(scores, thresholds, strict=True) if limit is not None]
    if not known or len(known) < len(scores):
        return
    yield tag.record(MATCHING_THRESHOLD, Estimate(float(np.mean([limit for _, limit in known]))))
    for name in evaluator.rows.single:
        by_seed = [
            _ratio((one >= limit).astype(np.int8), evaluator, tag, name, seed)
            for seed, (one, limit) in enumerate(known)
        ]
        yield mean_over_seeds(by_seed) if len(by_seed) > 1 else by_seed[0].model_copy(update={"seed": None})


def _ratio(selected: NDArray[np.int8], evaluator: HoldoutEvaluator, tag: Tag, name: str, seed: int) -> Record:
    grouping, compared = evaluator.groupings[name], evaluator.compared_in(name)
    of_outcome = dict(polarities(count(evaluator.labels, selected, grouping), evaluator.outcomes))
    counts = of_outcome[str(tag.positive)]
    ratio = GAPS[PARITY_RATIO].over_groups(counts.subset(compared.mask(counts.names, counts.n)))
    one = Tag(tag.source, tag.protocol, name, tag.positive, seed, tag.split)
    return one.record(MATCHED_RATIO, over_compared(ratio, counts, compared))
