"""Impact ratios by category: each category's selection rate over the highest one, and how firm that is.

The four-fifths rule of thumb (29 CFR 1607.4 D) compares each category with the one whose rate is highest; New York
City's Local Law 144 asks for the same ratio. Three kinds of rows are listed but take no part as categories:

* a category under 2 % of the rows (Local Law 144 lets it be left out, if its count and rate are shown);
* a category below ``schema.min_group_size``, whose rate could be the highest by chance;
* rows whose category is unknown, ``(missing)``, for crossed attributes in any part. They are counted, and the least
  impact ratio is bounded over every way in which they could be spread over the categories.

Beside each ratio stand Fisher's exact test against the highest rate and the check that the EEOC describes (Questions
and Answers on the Uniform Guidelines, 1979, no. 21): the ratio if one selection had gone to the lower-rate category.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from core.audit import intervals
from core.audit.estimate import Estimate, Tag, degenerate, estimate, sentence, undefined
from core.audit.metrics.fairness import RATES, GroupCounts
from core.audit.records import Record, Status
from core.data.groups import CROSS, MISSING_GROUP

Ints = NDArray[np.int64]
LEAST_SHARE = 0.02
FOUR_FIFTHS = 0.8
_ALONE = "Undefined: fewer than two categories are large enough to compare."
_NOBODY = "Undefined: nobody is selected in any included category, and 0/0 is no ratio."


@dataclass(frozen=True)
class Categories:
    """Selections by category, and which categories are compared.

    Args:
        names: Shape (categories,).
        selected: Rows selected in each, shape (categories,).
        rows: Rows of each, at least 1, shape (categories,).
        reasons: Why a category is left out; empty where it is included.
        unknown: Where the rows' category is not known, shape (categories,).
    """

    names: tuple[str, ...]
    selected: Ints
    rows: Ints
    reasons: tuple[str, ...]
    unknown: NDArray[np.bool_]

    @property
    def included(self) -> NDArray[np.bool_]:
        """Where a category takes part, shape (categories,)."""
        return np.asarray([not reason for reason in self.reasons], dtype=bool)

    @property
    def rates(self) -> NDArray[np.float64]:
        """Selection rate of each, shape (categories,)."""
        return self.selected / self.rows

    @property
    def top(self) -> int:
        """Place of the included category with the highest rate, the first of several; -1 if none is included."""
        return int(np.argmax(np.where(self.included, self.rates, -1))) if self.included.any() else -1

    @property
    def problem(self) -> str:
        """Why no ratio exists, or nothing."""
        if self.included.sum() < 2:
            return _ALONE
        return "" if self.rates[self.included].max() > 0 else _NOBODY


def categories(counts: GroupCounts, minimum: int) -> Categories:
    """The categories of ``counts``, and which of them are compared (see the module).

    Args:
        counts: Of the predictions; for the rows themselves count their labels as predictions.
        minimum: Rows that a category must have.
    """
    selected, rows = RATES["selection_rate"](counts)
    unknown = np.asarray([MISSING_GROUP in name.split(CROSS) for name in counts.names], dtype=bool)
    reasons = []
    for size, missing in zip(rows, unknown, strict=True):
        if missing:
            reasons.append("Left out: the category of these rows is not known.")
        elif size < minimum:
            reasons.append(f"Left out: {size} rows, fewer than {minimum}.")
        elif size / rows.sum() < LEAST_SHARE:
            reasons.append(f"Left out: {size / rows.sum():.1%} of the rows, less than {LEAST_SHARE:.0%}.")
        else:
            reasons.append("")
    return Categories(counts.names, selected, rows, tuple(reasons), unknown)


def impact_ratios(table: Categories) -> list[Estimate]:
    """Each category's selection rate over the highest rate of an included category, shape (categories,).

    The ratio of an included category is the least of its ratios to the others, at most 1: its lower bound is the least
    of theirs, its upper one the least of theirs with Bonferroni over them, as in `intervals.min_ratio`. A category left
    out may have a ratio above 1; one of unknown rows has none.
    """
    n = int(table.rows.sum())
    if table.problem:
        return [undefined(sentence(table.problem, reason), n) for reason in table.reasons]
    best = table.names[table.top]
    lows, highs = _bounds(table)
    found = []
    for place, (name, reason) in enumerate(zip(table.names, table.reasons, strict=True)):
        rows = int(table.rows[place])
        if table.unknown[place]:
            found.append(undefined(reason.replace("Left out", "Undefined"), rows))
            continue
        value = float(table.rates[place] / table.rates[table.top])
        one = estimate(value, lows[place], highs[place], "mover-r wilson, simultaneous over pairs", rows)
        status = Status.SMALL_N if reason else Status.OK
        against = f"The highest rate is that of {best!r}." if name != best else "The highest rate."
        found.append(replace(one, status=status, note=sentence(reason, against, one.note)))
    return found


def _bounds(table: Categories) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    kept = np.flatnonzero(table.included)
    one = (table.selected[:, None], table.rows[:, None])
    other = (table.selected[kept], table.rows[kept])
    pairs = max(len(kept) - 1, 1)
    lows = intervals.ratio(*one, *other)[0]
    highs = intervals.ratio(*one, *other, level=1 - 0.05 / pairs)[1]
    own = np.arange(len(table.names))[:, None] == kept
    lows, highs = np.where(own, 1.0, lows).min(axis=1), np.where(own, 1.0, highs)
    return lows, np.where(np.isnan(highs), np.inf, highs).min(axis=1)


def exact_tests(table: Categories) -> list[Estimate | None]:
    """Two-sided p of Fisher's exact test of each included category against the one with the highest rate.

    None for that one itself and for categories left out; an undefined figure where there is no highest rate.
    """
    return _against_top(table, _exact_test)


def _exact_test(table: Categories, place: int) -> Estimate:
    cells = [[table.selected[i], table.rows[i] - table.selected[i]] for i in (place, table.top)]
    p = float(fisher_exact(cells).pvalue)
    return Estimate(p, n=int(table.rows[place] + table.rows[table.top]), note=_versus(table))


def moved_ratios(table: Categories) -> list[Estimate | None]:
    """Each included category's impact ratio if one more of its rows were selected, and one fewer of the highest's.

    None for the category with the highest rate and for those left out.
    """
    return _against_top(table, _moved_ratio)


def _moved_ratio(table: Categories, place: int) -> Estimate:
    rows = int(table.rows[place])
    if table.selected[place] == rows:
        return undefined("Undefined: every row of the category is selected already.", rows)
    moved = table.selected.copy()
    moved[place] += 1
    moved[table.top] -= 1
    rates = moved / table.rows
    best = float(rates[table.included].max())
    value = float(rates[place] / best)
    turns = table.rates[place] / table.rates[table.top] < FOUR_FIFTHS <= value
    note = "With one selection moved it is no longer under four fifths: one row decides." if turns else ""
    return Estimate(value, n=rows, note=sentence(_versus(table), note))


def _against_top(table: Categories, compute: Callable[[Categories, int], Estimate]) -> list[Estimate | None]:
    found: list[Estimate | None] = []
    for place, included in enumerate(table.included):
        if not included or place == table.top:
            found.append(None)
        else:
            found.append(undefined(table.problem, int(table.rows[place])) if table.problem else compute(table, place))
    return found


def _versus(table: Categories) -> str:
    return f"Against {table.names[table.top]!r}, whose rate is highest."


def least_ratio(selected: Ints, rows: Ints, more: int, fewer: int) -> float:
    """The least impact ratio that any spread of unknown rows over the categories can give; exact.

    The least impact ratio is that of some pair of categories. A pair is furthest apart when all unknown rows that are
    not selected fall into the one and all that are into the other, and both can be had at once.

    Args:
        selected: Rows selected of each category, shape (categories,), at least two.
        rows: Rows of each, at least 1, shape (categories,).
        more: Unknown rows that are selected.
        fewer: Unknown rows that are not.

    Returns:
        0 to 1; NaN if nobody is selected anywhere.

    >>> least_ratio(np.array([5, 8]), np.array([10, 10]), more=2, fewer=10)
    0.3
    """
    low, high = selected / (rows + fewer), (selected + more) / (rows + more)
    ratios = np.full((len(rows), len(rows)), np.inf)
    np.divide(low[:, None], high[None, :], out=ratios, where=np.broadcast_to(high > 0, ratios.shape))
    np.fill_diagonal(ratios, np.inf)
    return float(ratios.min()) if np.isfinite(ratios).any() else float("nan")


def greatest_ratio(selected: Ints, rows: Ints, more: int, fewer: int, *, elsewhere: bool) -> float:
    """A bound that the least impact ratio exceeds under no spread of unknown rows over the categories.

    If rows could be divided, the lowest rates could be raised to a common level by selected rows alone, and the highest
    lowered by others alone, without the one hindering the other (the sets of additions that keep a category within two
    rates are plane polyhedra with common edge directions, so that their Minkowski sum is read off edge by edge). Both
    levels follow from filling up category after category. Whole rows can come short of the bound by a rounding.

    Args:
        selected: Rows selected of each category, shape (categories,), at least two.
        rows: Rows of each, at least 1, shape (categories,).
        more: Unknown rows that are selected.
        fewer: Unknown rows that are not.
        elsewhere: Whether unknown rows may also belong to a category that is not among these.

    Returns:
        0 to 1; NaN if nobody is selected anywhere.

    >>> round(greatest_ratio(np.array([3, 8]), np.array([10, 10]), more=2, fewer=2, elsewhere=False), 3)
    0.625
    """
    order = np.argsort(selected / rows)
    up_selected, up_rows = np.cumsum(selected[order]), np.cumsum(rows[order])
    down_selected, down_rows = np.cumsum(selected[order[::-1]]), np.cumsum(rows[order[::-1]])
    lowest = float(((up_selected + more) / (up_rows + more)).min())
    highest = float((down_selected / (down_rows + fewer)).max())
    if not elsewhere:  # then the rate of all rows together is given, and lies between the two
        overall = (selected.sum() + more) / (rows.sum() + more + fewer)
        lowest, highest = min(lowest, overall), max(highest, overall)
    if max(lowest, highest) == 0:
        return float("nan")
    return min(lowest / highest, 1.0) if highest > 0 else 1.0


def unknown_records(table: Categories, tag: Tag) -> list[Record]:
    """Share of rows whose category is unknown, and if there are any, the bounds of the least impact ratio over them."""
    n, missing = int(table.rows.sum()), int(table.rows[table.unknown].sum())
    low, high = intervals.wilson(missing, n)
    share = estimate(missing / n, float(low), float(high), "wilson", n)
    found = [tag.record("unknown_share", replace(share, note=f"{missing} of {n} rows."))]
    if missing == 0:
        return found
    bounds = [undefined(_ALONE, n)] * 2
    if table.included.sum() > 1:
        bounds = _bounds_over_unknown(table, crossed=CROSS in (tag.sensitive or ""))
    names = ("impact_ratio_unknown_worst", "impact_ratio_unknown_best")
    return found + [tag.record(name, bound) for name, bound in zip(names, bounds, strict=True)]


def _bounds_over_unknown(table: Categories, *, crossed: bool) -> list[Estimate]:
    n, unknown = int(table.rows.sum()), table.unknown
    more = int(table.selected[unknown].sum())
    fewer = int(table.rows[unknown].sum()) - more
    known = (table.selected[table.included], table.rows[table.included], more, fewer)
    elsewhere = bool((~table.included & ~unknown).any())
    values = least_ratio(*known), greatest_ratio(*known, elsewhere=elsewhere)
    if np.isnan(values).any():
        return [undefined(_NOBODY, n)] * 2
    limits = [f"No spread of the {more + fewer} unknown rows gives {word}." for word in ("less", "more")]
    partly = "Rows known in part count as unknown." if crossed else ""
    return [Estimate(value, n=n, note=sentence(limit, partly)) for value, limit in zip(values, limits, strict=True)]


def impact_records(table: Categories, tag: Tag, flaw: str = "") -> list[Record]:
    """Every figure of this module for one attribute and one polarity.

    Args:
        table: From `categories`.
        tag: Where the selections come from; ``tag.sensitive`` and ``tag.positive`` are set.
        flaw: If the predictions are degenerate, the sentence that says so.
    """
    n = int(table.rows.sum())
    lows, highs = intervals.wilson(table.rows, np.full(len(table.rows), n))
    shares = [
        replace(estimate(float(size / n), float(low), float(high), "wilson", n), note=reason)
        for size, low, high, reason in zip(table.rows, lows, highs, table.reasons, strict=True)
    ]
    found = [tag.record("category_share", share, group=name) for name, share in zip(table.names, shares, strict=True)]
    figures: dict[str, Sequence[Estimate | None]] = {
        "impact_ratio": impact_ratios(table),
        "impact_ratio_p": exact_tests(table),
        "impact_ratio_moved": moved_ratios(table),
    }
    for metric, estimates in figures.items():
        found += [
            tag.record(metric, degenerate(one, flaw) if flaw else one, group=name)
            for name, one in zip(table.names, estimates, strict=True)
            if one is not None
        ]
    return found + unknown_records(table, tag)
