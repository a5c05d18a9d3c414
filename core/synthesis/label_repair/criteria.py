"""The rates that each criterion compares between groups, their distance, and the thresholds that equalise them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from core.downstream_classifiers.catalog import THRESHOLD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.choices import Criterion

    Floats = NDArray[np.float64]
    Masks = list[NDArray[np.bool_]]

MIN_ROWS = 50
CANDIDATES = 400
SMALLEST_RATE = 1e-3
Compared = tuple[frozenset[int], ...]
"""The true outcomes of the rows among which each compared selection rate is taken."""
EVERYBODY: Final[Compared] = (frozenset({0, 1}),)


def compared_outcomes(criterion: Criterion, *, favours_positive: bool) -> Compared:
    """Return what a criterion compares; equal opportunity looks at those who earn the favourable outcome.

    >>> compared_outcomes("equal_opportunity", favours_positive=False)
    (frozenset({0}),)
    """
    if criterion == "demographic_parity":
        return EVERYBODY
    if criterion == "equalized_odds":
        return (frozenset({1}), frozenset({0}))
    return (frozenset({int(favours_positive)}),)


def distance(compared: Compared, scores: Floats, label: NDArray[np.int64], groups: NDArray[np.int64]) -> float:
    """Return how far the groups' rates are from those of all rows: the larger absolute log-ratio, mean over rows.

    Args:
        compared: Which rates are compared.
        scores: Scores of rows, selected from 1/2 on, shape (n,).
        label: True outcomes, 0 or 1, shape (n,).
        groups: Group of each row, shape (n,).
    """
    masks = _masks(compared, label)
    aims = [_rate(scores[mask], THRESHOLD) for mask in masks]
    total, rows = 0.0, 0
    for members in _large_groups(masks, groups):
        ratios = [np.log(_rate(scores[members & mask], THRESHOLD) / aim) for mask, aim in zip(masks, aims, strict=True)]
        total += members.sum() * float(np.abs(ratios).max())
        rows += int(members.sum())
    return total / rows if rows else 0.0


def thresholds(
    compared: Compared, scores: Floats, label: NDArray[np.int64], groups: NDArray[np.int64], size: int
) -> Floats:
    """Return for each of ``size`` groups the threshold at which its rates come closest to those of all rows at 1/2.

    Closest is the least of the larger log-ratio, as the lower ratio counts. Small groups keep 1/2. Arguments as in
    :func:`distance`.
    """
    masks = _masks(compared, label)
    aims = [_rate(scores[mask], THRESHOLD) for mask in masks]
    found = np.full(size, THRESHOLD)
    for members in _large_groups(masks, groups):
        candidates = np.unique(np.quantile(scores[members], np.linspace(0.0, 1.0, CANDIDATES), method="nearest"))
        distances = [
            np.abs(np.log(_rate(scores[members & mask], candidates) / aim))
            for mask, aim in zip(masks, aims, strict=True)
        ]
        found[groups[members][0]] = candidates[int(np.argmin(np.max(distances, axis=0)))]
    return found


def _masks(compared: Compared, label: NDArray[np.int64]) -> Masks:
    return [np.isin(label, list(outcomes)) for outcomes in compared]


def _large_groups(masks: Masks, groups: NDArray[np.int64]) -> Iterator[NDArray[np.bool_]]:
    """Yield the rows of each group that has enough of them for every compared rate, as masks."""
    for group in np.unique(groups):
        members = groups == group
        if all((members & mask).sum() >= MIN_ROWS for mask in masks):
            yield members


def _rate(scores: Floats, threshold: Floats | float) -> Floats:
    """Return the share of scores from each threshold on; a little above 0, so that it has a logarithm."""
    below = np.searchsorted(np.sort(scores), threshold, side="left")
    return np.asarray(np.maximum(1.0 - below / len(scores), SMALLEST_RATE))
