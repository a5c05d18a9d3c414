"""Less discriminatory alternatives: of the models and thresholds at hand, as accurate ones with a smaller disparity.

Each model is tried as it decides today and, if it has scores, at thresholds spread over its rows, one for all people.
On one half of the rows the most accurate choice is found, then all that are as accurate: the paired interval of the
loss ends within the tolerance. Of these, the ones with the smallest disparity come first, if it is smaller than that of
the most accurate choice. What they cost and gain is told on the other half. Choices that keep less than ``KEPT`` of
what the best one tells are useless and left out, as in `core.audit.thresholds.search`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate
from core.audit.statistics.confusion import GroupCounts, count
from core.audit.thresholds.curves import Floats, ScoreCurve
from core.audit.thresholds.goals import GOALS, accuracy
from core.audit.thresholds.price import Labels, accuracy_change, price
from core.audit.thresholds.repair import ScoredRows, comparable, first_half, too_few_groups
from core.audit.thresholds.search import KEPT, informedness

TOLERANCE: Final = 0.01
"""Loss of accuracy up to which a choice counts as equally accurate: 10 of 1,000 decisions."""
MAX_CUTS: Final = 50
SHOWN: Final = 3


@dataclass(frozen=True)
class Decided:
    """What one model says of the rows.

    Args:
        name: The model's name.
        now: Its decisions, 0 or 1, shape (n,).
        scores: Its scores, shape (n,), if it has any.
    """

    name: str
    now: Labels
    scores: Floats | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A model and a threshold for everybody; ``None`` for the model as it decides today."""

    model: str
    threshold: float | None


@dataclass(frozen=True)
class Alternative:
    """A choice, told on rows from which it was not chosen.

    Args:
        goal: The disparity that it keeps small; empty for the most accurate choice.
        choice: Model and threshold.
        accuracy: Share of right decisions.
        change: Accuracy minus that of the most accurate choice, on the same rows.
        disparities: By goal, the greatest difference of two groups' rates.
    """

    goal: str
    choice: Choice
    accuracy: Estimate
    change: Estimate
    disparities: Mapping[str, Estimate]


@dataclass(frozen=True)
class Alternatives:
    """The result of a search for one attribute.

    Args:
        found: The most accurate choice, then for each goal those with the smallest disparity.
        tried: Choices that were tried.
        accepted: Those of them that are as accurate within the tolerance.
        tolerance: Loss of accuracy, 0 to 1.
        chosen_on: Rows on which they were chosen.
        told_on: Rows on which they were told.
        reason: Why nothing was searched; empty if it was.
    """

    found: tuple[Alternative, ...]
    tried: int
    accepted: int
    tolerance: float
    chosen_on: int
    told_on: int
    reason: str = ""


def alternatives(
    models: Sequence[Decided], rows: ScoredRows, tolerance: float = TOLERANCE, seed: int = 0
) -> Alternatives:
    """Search for choices that are as accurate as the best within ``tolerance``, with the smallest disparity.

    Args:
        models: The models, on the same rows.
        rows: Outcomes and groups of these rows; scores and decisions in it do not count.
        tolerance: Loss of accuracy, 0 to 1.
        seed: Seed of the halves.
    """
    mask = first_half(rows, seed)
    first, second = rows.part(mask), rows.part(~mask)
    compared, sizes = comparable(first, second), (len(first.labels), len(second.labels))
    if len(compared) < 2:
        return Alternatives((), 0, 0, tolerance, *sizes, too_few_groups(rows))
    by_name = {one.name: one for one in models}
    choices = [choice for one in models for choice in _choices(one, mask)]
    decided = [_decide(by_name[one.model], one, mask) for one in choices]
    counts = GroupCounts.stacked([count(first.labels, one, first.grouping) for one in decided])
    best = int(np.argmax(accuracy(counts)))
    accepted = _as_accurate(first.labels, decided, counts, best, tolerance)
    told, before = second.told(compared), _decide(by_name[choices[best].model], choices[best], ~mask)

    def tell(place: int, goal: str) -> Alternative:
        after = _decide(by_name[choices[place].model], choices[place], ~mask)
        cost = price(after, told)
        change = accuracy_change(second.labels, before, after)
        return Alternative(goal, choices[place], cost.accuracy, change, cost.disparities)

    found = [tell(best, "")]
    mine = counts.subset(np.isin(counts.names, compared))
    for goal in GOALS:
        gaps = goal.disparity(mine if rows.favours_positive else mine.flipped())
        found += [tell(place, goal.key) for place in _smallest(gaps, best, accepted, decided)]
    return Alternatives(tuple(found), len(choices), len(accepted), tolerance, *sizes)


def _choices(one: Decided, mask: NDArray[np.bool_]) -> list[Choice]:
    """Return the choices of one model; thresholds are spread over the rows of the first half."""
    if one.scores is None:
        return [Choice(one.name, None)]
    scores = one.scores[mask]
    cuts = ScoreCurve.of(np.zeros(len(scores), dtype=np.int8), scores).cuts(MAX_CUTS)
    return [Choice(one.name, None), *(Choice(one.name, float(cut)) for cut in cuts if np.isfinite(cut))]


def _decide(one: Decided, choice: Choice, mask: NDArray[np.bool_]) -> Labels:
    """Return the decisions of a choice on some of the rows."""
    if choice.threshold is None or one.scores is None:
        return one.now[mask]
    return np.asarray(one.scores[mask] >= choice.threshold, dtype=np.int8)


def _as_accurate(
    labels: Labels, decided: Sequence[Labels], counts: GroupCounts, best: int, tolerance: float
) -> list[int]:
    """Return the places of the choices whose loss ends within the tolerance, and that are of use; the best is one."""
    told = informedness(counts)
    kept = []
    for place, one in enumerate(decided):
        loss = -(accuracy_change(labels, decided[best], one).low or 0.0)
        if place == best or (loss <= tolerance and told[place] >= KEPT * told.max()):
            kept.append(place)
    return kept


def _smallest(gaps: Floats, best: int, accepted: Sequence[int], decided: Sequence[Labels]) -> list[int]:
    """Return the places of the smallest gaps below that of the best, each with decisions of its own."""
    kept: list[int] = []
    for place in sorted((one for one in accepted if gaps[one] < gaps[best]), key=lambda place: gaps[place]):
        if not any(np.array_equal(decided[place], decided[other]) for other in kept):
            kept.append(place)
        if len(kept) == SHOWN:
            break
    return kept
