"""Impact ratios by category: each category's selection rate over the highest one, with an interval and two tests.

The four-fifths rule of thumb (29 CFR 1607.4 D) compares each category with the category of the highest rate. New York
City's Local Law 144 requires the same ratio. Three kinds of rows are listed but not compared:

* a category under 2 % of the rows (Local Law 144 allows to leave it out, if its count and rate are shown);
* a category below ``schema.min_group_size``, whose rate could be the highest by chance;
* rows of unknown category, ``(missing)``; for crossed attributes, in any part (see `metrics.unknown_groups`).

Each ratio comes with Fisher's exact test against the highest rate, and with the check that the EEOC describes
(Questions and Answers on the Uniform Guidelines, 1979, no. 21): the ratio if one selection had gone to the lower-rate
category.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from core.audit.estimate import Estimate, Tag, degenerate, estimate, sentence, undefined
from core.audit.metrics.declarations.rates import BASE_RATE
from core.audit.records import Record, Status
from core.audit.statistics import intervals
from core.audit.statistics.confidence import error_rate
from core.audit.statistics.confusion import count
from core.data.groups import CROSS, MISSING_GROUP, Grouping

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MIN_SHARE = 0.02
FOUR_FIFTHS = 0.8
ALONE = "Undefined: fewer than two categories are large enough to compare."
NOBODY = "Undefined: nobody is selected in any included category, and 0/0 is no ratio."


@dataclass(frozen=True)
class Categories:
    """Selections by category, and which categories are compared.

    Args:
        names: Shape (categories,).
        selected: Rows selected in each, shape (categories,); fractions are means over classifiers.
        rows: Rows of each, at least 1, shape (categories,).
        reasons: Why a category is left out; empty where it is included.
        unknown: Whether the category is unknown, shape (categories,).
        weights: Sum of the weights of each, shape (categories,); ``None``: every row counts once.
        correlation: That of the rates, shape (categories, categories); ``None``: rows were drawn one by one.
        total: The effective number of all rows by Kish; ``None``: all rows count once.
    """

    names: tuple[str, ...]
    selected: Floats
    rows: Ints
    reasons: tuple[str, ...]
    unknown: NDArray[np.bool_]
    weights: Floats | None = None
    correlation: Floats | None = None
    total: float | None = None

    @property
    def shares(self) -> Floats:
        """Share of all rows, by weight, shape (categories,)."""
        sizes = self.rows if self.weights is None else self.weights
        return np.asarray(sizes / sizes.sum())

    @property
    def included(self) -> NDArray[np.bool_]:
        """Whether each category is compared, shape (categories,)."""
        return np.asarray([not reason for reason in self.reasons], dtype=bool)

    @property
    def rates(self) -> Floats:
        """Selection rate of each, shape (categories,)."""
        return self.selected / self.rows

    @property
    def top(self) -> int:
        """Index of the included category with the highest rate (the first in a tie); -1 if none is included."""
        return int(np.argmax(np.where(self.included, self.rates, -1))) if self.included.any() else -1

    @property
    def problem(self) -> str:
        """Why no ratio exists; empty if ratios exist."""
        if self.included.sum() < 2:
            return ALONE
        return "" if self.rates[self.included].max() > 0 else NOBODY


def categories(
    grouping: Grouping,
    selections: NDArray[np.number],
    minimum: int,
) -> Categories:
    """Return the selections by category, and which categories are compared (see the module).

    Args:
        grouping: The categories of the rows.
        selections: Whether each row is selected, 0 or 1: shape (n,), or (runs, n) for the mean over classifiers.
        minimum: Rows that a category needs to be compared.
    """
    codes, names, sizes = grouping.codes, grouping.names, grouping.sizes
    weights = None if grouping.weights is None else np.bincount(codes, grouping.weights.per_row).astype(float)
    shares = sizes / sizes.sum() if weights is None else weights / weights.sum()
    selected, rows, correlation = _selected(grouping, np.atleast_2d(selections))
    unknown = np.asarray([MISSING_GROUP in name.split(CROSS) for name in names], dtype=bool)
    reasons = []
    for size, share, missing in zip(sizes, shares, unknown, strict=True):
        if missing:
            reasons.append("Left out: the category of these rows is unknown.")
        elif size < minimum:
            reasons.append(f"Left out: {size} rows, fewer than {minimum}.")
        elif share < MIN_SHARE:
            reasons.append(f"Left out: {share:.1%} of the rows, less than {MIN_SHARE:.0%}.")
        else:
            reasons.append("")
    total = None if grouping.weights is None else grouping.weights.effective
    return Categories(names, selected, rows, tuple(reasons), unknown, weights, correlation, total)


def _selected(grouping: Grouping, selections: NDArray[np.number]) -> tuple[Floats, Ints, Floats | None]:
    """Return the rows selected of each category, all of its rows, and the correlation of the rates if there is any.

    Of weighted rows these are the effective numbers.

    Args:
        grouping: The categories of the rows.
        selections: 0 or 1, shape (runs, n); one run if the rows are weighted.
    """
    if grouping.weights is None:
        summed = np.bincount(grouping.codes, weights=selections.sum(axis=0))
        return summed / len(selections), grouping.sizes, None
    chosen = np.asarray(selections[0], dtype=np.int8)
    counts = count(chosen, chosen, grouping)
    hits, trials = BASE_RATE.counts(counts)
    rows = np.maximum(np.rint(trials), 1).astype(np.int64)
    return np.asarray(hits / trials * rows, dtype=np.float64), rows, BASE_RATE.correlation(counts)


def impact_ratios(table: Categories) -> list[Estimate]:
    """Return each category's selection rate over the highest rate of an included category, shape (categories,).

    The ratio of an included category is the least of its ratios to the others, at most 1. Its lower bound is the least
    of their lower bounds; its upper bound is the least of their upper bounds with Bonferroni's correction, as in
    `extremes.min_ratio`. A category that is left out can have a ratio above 1. Unknown rows have no ratio.
    """
    n = int(table.rows.sum())
    if table.problem:
        return [undefined(sentence(table.problem, reason), n) for reason in table.reasons]
    best = table.names[table.top]
    lows, highs = _bounds(table)
    found = []
    for position, (name, reason) in enumerate(zip(table.names, table.reasons, strict=True)):
        rows = int(table.rows[position])
        if table.unknown[position]:
            found.append(undefined(reason.replace("Left out", "Undefined"), rows))
            continue
        value = float(table.rates[position] / table.rates[table.top])
        one = estimate(value, lows[position], highs[position], "mover-r wilson, simultaneous over pairs", rows)
        status = Status.SMALL_N if reason else Status.OK
        against = f"The highest rate is that of {best!r}." if name != best else "The highest rate."
        found.append(replace(one, status=status, note=sentence(reason, against, one.note)))
    return found


def _bounds(table: Categories) -> tuple[Floats, Floats]:
    included = np.flatnonzero(table.included)
    one = (table.selected[:, None], table.rows[:, None])
    other = (table.selected[included], table.rows[included])
    pairs = max(len(included) - 1, 1)
    together = 0.0 if table.correlation is None else table.correlation[:, included]
    lows = intervals.ratio(*one, *other, correlation=together)[0]
    highs = intervals.ratio(*one, *other, level=1 - error_rate() / pairs, correlation=together)[1]
    own = np.arange(len(table.names))[:, None] == included
    lows, highs = np.where(own, 1.0, lows).min(axis=1), np.where(own, 1.0, highs)
    return lows, np.where(np.isnan(highs), np.inf, highs).min(axis=1)


def exact_tests(table: Categories) -> list[Estimate | None]:
    """Return the two-sided p of Fisher's exact test of each included category against the one with the highest rate.

    ``None`` for the latter and for categories that are left out; undefined where no rate is the highest.
    """
    return _against_top(table, _exact_test)


def _exact_test(table: Categories, position: int) -> Estimate:
    selected = np.rint(table.selected).astype(int)  # a mean over classifiers is not a whole number
    cells = [[selected[i], table.rows[i] - selected[i]] for i in (position, table.top)]
    p = float(fisher_exact(cells).pvalue)
    return Estimate(p, n=int(table.rows[position] + table.rows[table.top]), note=_versus(table))


def moved_ratios(table: Categories) -> list[Estimate | None]:
    """Return each included category's impact ratio if one selection moved to it from the category of the highest rate.

    ``None`` for the category with the highest rate and for those left out.
    """
    return _against_top(table, _moved_ratio)


def _moved_ratio(table: Categories, position: int) -> Estimate:
    rows = int(table.rows[position])
    if table.selected[position] + 1 > rows:
        return undefined("Undefined: no further row of the category could be selected.", rows)
    moved = table.selected.copy()
    moved[position] += 1
    moved[table.top] = max(moved[table.top] - 1, 0)
    rates = moved / table.rows
    best = float(rates[table.included].max())
    value = float(rates[position] / best)
    turns = table.rates[position] / table.rates[table.top] < FOUR_FIFTHS <= value
    note = "If one selection moved, it would not be below four fifths: one row decides." if turns else ""
    return Estimate(value, n=rows, note=sentence(_versus(table), note))


def _against_top(table: Categories, compute: Callable[[Categories, int], Estimate]) -> list[Estimate | None]:
    found: list[Estimate | None] = []
    for position, included in enumerate(table.included):
        if not included or position == table.top:
            found.append(None)
        else:
            found.append(
                undefined(table.problem, int(table.rows[position])) if table.problem else compute(table, position)
            )
    return found


def _versus(table: Categories) -> str:
    return f"Against {table.names[table.top]!r}, which has the highest rate."


def impact_records(table: Categories, tag: Tag, degenerate_reason: str = "") -> list[Record]:
    """Return every figure of this module for one attribute and one polarity.

    Args:
        table: The result of `categories`.
        tag: Where the selections come from; ``tag.sensitive`` and ``tag.positive`` are set.
        degenerate_reason: If the predictions are degenerate, the sentence that says so.
    """
    n = int(table.rows.sum() if table.total is None else table.total)
    lows, highs = intervals.wilson(table.shares * n, np.full(len(table.rows), n))
    shares = [
        replace(estimate(float(share), float(low), float(high), "wilson", n), note=reason)
        for share, low, high, reason in zip(table.shares, lows, highs, table.reasons, strict=True)
    ]
    found = [tag.record("category_share", share, group=name) for name, share in zip(table.names, shares, strict=True)]
    figures: dict[str, Sequence[Estimate | None]] = {
        "impact_ratio": impact_ratios(table),
        "impact_ratio_p": exact_tests(table),
        "impact_ratio_moved": moved_ratios(table),
    }
    for metric, estimates in figures.items():
        found += [
            tag.record(metric, degenerate(one, degenerate_reason) if degenerate_reason else one, group=name)
            for name, one in zip(table.names, estimates, strict=True)
            if one is not None
        ]
    return found
