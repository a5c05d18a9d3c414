"""Repair of given scores: thresholds chosen on one half of the rows, and what they cost told on the other.

A rule looks better on the rows from which it was chosen. So the rows are divided at random, stratified by outcome and
group, and no row has a part in both the choice and its price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from core.audit.thresholds.curves import Floats, ScoreCurve, ScoreCurves
from core.audit.thresholds.goals import ACCURATE, GOALS, Goal
from core.audit.thresholds.price import Price, Told, price
from core.audit.thresholds.randomised import optimised
from core.audit.thresholds.rules import ThresholdRule
from core.audit.thresholds.search import KEPT, Search
from core.data.groups import CROSS, Grouping
from core.data.holdout_split import stratified_mask

TODAY: Final = "today's decisions"
MAX_CHOSEN_ON: Final = 100_000
"""Rows from which thresholds are chosen at most; more make the choice slower and no better."""


@dataclass(frozen=True)
class ScoredRows:
    """The rows that one model scored, with one attribute.

    Args:
        labels: 0 or 1, shape (n,).
        scores: Higher means 1, finite, shape (n,).
        now: Today's decisions, 0 or 1, shape (n,).
        grouping: The groups.
        minimum: Rows that a group needs to be compared.
        favours_positive: Whether 1 is good for the person.
    """

    labels: NDArray[np.int8]
    scores: Floats
    now: NDArray[np.int8]
    grouping: Grouping
    minimum: int
    favours_positive: bool = True

    def part(self, mask: NDArray[np.bool_]) -> ScoredRows:
        """Return some of the rows, shape (n,) true."""
        codes = self.grouping.codes[mask]
        kept = Grouping(self.grouping.columns, self.grouping.names, codes)
        return ScoredRows(
            self.labels[mask], self.scores[mask], self.now[mask], kept, self.minimum, self.favours_positive
        )

    def in_groups(self, names: Sequence[str]) -> ScoredRows:
        """Return the rows of some groups, which are then the only ones."""
        places = np.full(len(self.grouping.names), -1)
        kept = [place for place, name in enumerate(self.grouping.names) if name in names]
        places[kept] = np.arange(len(kept))
        part = self.part(places[self.grouping.codes] >= 0)
        own = tuple(self.grouping.names[place] for place in kept)
        return replace(part, grouping=Grouping(self.grouping.columns, own, places[part.grouping.codes]))

    def comparable(self) -> tuple[str, ...]:
        """Return the groups with enough rows and both outcomes."""
        sizes = self.grouping.sizes
        positives = np.bincount(self.grouping.codes, weights=self.labels, minlength=len(sizes))
        fits = (sizes >= self.minimum) & (positives > 0) & (positives < sizes)
        return tuple(name for name, fit in zip(self.grouping.names, fits, strict=True) if fit)

    def search(self, compared: tuple[str, ...]) -> Search:
        """Return the search for thresholds on these rows."""
        curves = ScoreCurves.of(self.labels, self.scores, self.grouping).subset(compared)
        return Search(curves, ScoreCurve.of(self.labels, self.scores), self.favours_positive)

    def told(self, compared: tuple[str, ...]) -> Told:
        """Return what the price of a rule on these rows needs."""
        return Told(self.labels, self.now, self.grouping, compared, self.favours_positive, self.minimum)


@dataclass(frozen=True)
class PricedRule:
    """A rule and its price on the other half; without a rule, today's decisions.

    Args:
        name: What the rule is for.
        rule: The thresholds.
        price: What it costs.
    """

    name: str
    rule: ThresholdRule | None
    price: Price


@dataclass(frozen=True)
class Repair:
    """Rules for one model and one attribute.

    Args:
        rules: Today's decisions, the most accurate threshold, then the rules for every goal.
        compared: The groups that were compared.
        chosen_on: Rows from which the thresholds were chosen.
        told_on: Rows on which the prices were measured.
        reason: Why there are no rules; empty if there are.
        useless: Names of rules that were left out, as they make rates alike by selecting nearly everybody or nobody.
    """

    rules: tuple[PricedRule, ...]
    compared: tuple[str, ...]
    chosen_on: int
    told_on: int
    reason: str = ""
    useless: tuple[str, ...] = ()


def repair(rows: ScoredRows, seed: int = 0) -> Repair:
    """Choose thresholds for every goal on one half of the rows, and tell what they cost on the other."""
    mask = first_half(rows, seed)
    first, second = rows.part(mask), rows.part(~mask)
    compared = comparable(first, second)
    sizes = len(first.labels), len(second.labels)
    if len(compared) < 2:
        return Repair((), compared, *sizes, too_few_groups(rows))
    told = second.told(compared)
    found = [PricedRule(TODAY, None, price(second.now, told))]
    rules, useless = _rules(first, compared)
    for rule in rules:
        decided = rule.selected(second.scores, second.grouping, seed)
        found.append(PricedRule(rule.name, rule, price(decided, told)))
    return Repair(tuple(found), compared, *sizes, useless=useless)


def comparable(first: ScoredRows, second: ScoredRows) -> tuple[str, ...]:
    """Return the groups that both halves can compare."""
    both = set(first.comparable()) & set(second.comparable())
    return tuple(name for name in first.grouping.names if name in both)


def too_few_groups(rows: ScoredRows) -> str:
    """Return why nothing is chosen if fewer than two groups can be compared."""
    return f"Fewer than two groups have {rows.minimum} rows and both outcomes in each half of the rows."


def first_half(rows: ScoredRows, seed: int) -> NDArray[np.bool_]:
    """Return which rows thresholds are chosen on, shape (n,): half of them, stratified by outcome and group."""
    codes = rows.grouping.codes * 2 + rows.labels
    names = np.asarray([f"{name}{CROSS}{label}" for name in rows.grouping.names for label in (0, 1)])
    return stratified_mask(names[codes], min(0.5, MAX_CHOSEN_ON / len(codes)), seed)


def _rules(rows: ScoredRows, compared: tuple[str, ...]) -> tuple[list[ThresholdRule], tuple[str, ...]]:
    """Return the most accurate threshold and the rules for every goal, and the names of those that are useless."""
    search = rows.search(compared)
    best = search.shared(ACCURATE)
    mine = rows.in_groups(compared)
    found, useless = [best], []
    for goal in GOALS:
        found.append(search.separate(goal))
        drawn = _by_lot(mine, goal, best.otherwise)
        if _is_useful(drawn, mine):
            found.append(drawn)
        else:
            useless.append(drawn.name)
    return found, tuple(useless)


def _by_lot(rows: ScoredRows, goal: Goal, otherwise: float) -> ThresholdRule:
    groups = rows.grouping.members
    good = rows.favours_positive
    return optimised(rows.labels, rows.scores, groups, goal, favours_positive=good, otherwise=otherwise)


def _is_useful(rule: ThresholdRule, rows: ScoredRows) -> bool:
    """Return whether a rule keeps ``KEPT`` of what one threshold tells at best, as the rules of the search do."""
    chances = rule.chances(rows.scores, rows.grouping)
    kept = chances[rows.labels == 1].mean() - chances[rows.labels == 0].mean()
    false, true, _ = roc_curve(rows.labels, rows.scores)
    return bool(kept >= KEPT * (true - false).max())
