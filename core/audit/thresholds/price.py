"""What a rule costs on rows from which it was not chosen: accuracy, disparities, and who gains and loses, by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, estimate
from core.audit.metrics.declarations.performance import ACCURACY
from core.audit.metrics.declarations.rates import SELECTION_RATE
from core.audit.metrics.shares import rates
from core.audit.statistics.confusion import Counts, GroupCounts, count
from core.audit.statistics.paired import paired_difference
from core.audit.thresholds.goals import GOALS
from core.data.groups import Grouping

Labels = NDArray[np.int8]


@dataclass(frozen=True)
class Told:
    """The rows on which rules are told.

    Args:
        labels: 0 or 1, shape (n,).
        now: Today's decisions, 0 or 1, shape (n,).
        grouping: The groups of the rows.
        compared: Groups that disparities are over.
        favours_positive: Whether 1 is good for the person.
        minimum: Rows below which a group's figure is marked.
    """

    labels: Labels
    now: Labels
    grouping: Grouping
    compared: tuple[str, ...]
    favours_positive: bool
    minimum: int


@dataclass(frozen=True)
class GroupPrice:
    """One group under a rule: shares of its rows, 0 to 1, each with its interval.

    Args:
        group: Its name.
        favourable: Share that gets the favourable decision.
        gained: Share that gets it and did not get it before.
        lost: Share that got it before and no longer does.
        accuracy: Share of right decisions.
    """

    group: str
    favourable: Estimate
    gained: Estimate
    lost: Estimate
    accuracy: Estimate


@dataclass(frozen=True)
class Price:
    """A rule on rows from which it was not chosen.

    Args:
        accuracy: Share of right decisions.
        change: Accuracy minus that of today's decisions on the same rows.
        disparities: By goal, the greatest difference of two groups' rates.
        groups: Every group.
    """

    accuracy: Estimate
    change: Estimate
    disparities: Mapping[str, Estimate]
    groups: tuple[GroupPrice, ...]


def price(selected: Labels, told: Told) -> Price:
    """Return what decisions cost beside today's on the same rows.

    Args:
        selected: Decisions of the rule, 0 or 1, shape (n,).
        told: The rows.
    """
    counts = count(told.labels, selected, told.grouping)
    everyone = counts.pooled()
    return Price(
        rates(ACCURACY.hits(everyone), everyone.n, minimum=1, sizes=everyone.n)[0],
        accuracy_change(told.labels, told.now, selected),
        disparities(counts, told),
        _groups(counts, selected, told),
    )


def disparities(counts: GroupCounts, told: Told) -> dict[str, Estimate]:
    """Return the greatest difference of two compared groups' rates for every goal, with its interval."""
    mine = _favourable(counts, told).subset(np.isin(counts.names, told.compared))
    return {goal.key: goal.gap.over_groups(mine) for goal in GOALS}


def accuracy_change(labels: Labels, before: Labels, after: Labels) -> Estimate:
    """Return the accuracy after minus before on the same rows, with Newcombe's paired interval.

    >>> accuracy_change(np.ones(4, np.int8), np.array([1, 1, 0, 0]), np.array([1, 1, 1, 0])).value
    0.25
    """
    was, right = before == labels, after == labels
    gained, lost = int((right & ~was).sum()), int((was & ~right).sum())
    low, high = paired_difference(int((was & right).sum()), gained, lost, int((~was & ~right).sum()))
    value = (gained - lost) / len(labels) if len(labels) else float("nan")
    return estimate(value, float(low), float(high), "newcombe, paired", len(labels), why="there are no rows")


def _favourable(counts: GroupCounts, told: Told) -> GroupCounts:
    return counts if told.favours_positive else counts.flipped()


def _groups(counts: GroupCounts, selected: Labels, told: Told) -> tuple[GroupPrice, ...]:
    good = 1 if told.favours_positive else 0
    moved = count(np.asarray(told.now == good, np.int8), np.asarray(selected == good, np.int8), told.grouping)
    shares = [SELECTION_RATE.hits(_favourable(counts, told)), moved.fp, moved.fn, ACCURACY.hits(counts)]
    found = [_shares(hits, counts.n, told.minimum) for hits in shares]
    return tuple(GroupPrice(*one) for one in zip(counts.names, *found, strict=True))


def _shares(hits: Counts, n: Counts, minimum: int) -> list[Estimate]:
    return rates(hits, n, minimum=minimum, sizes=n)
