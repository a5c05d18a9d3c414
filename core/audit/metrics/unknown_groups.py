"""Rows of unknown category: their share, and the bounds that they leave for the least impact ratio."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate, sentence, undefined
from core.audit.metrics.impact_ratios import ALONE, NOBODY, Categories
from core.audit.records import Record
from core.audit.statistics import intervals
from core.data.groups import CROSS

Floats = NDArray[np.float64]


def least_ratio(selected: Floats, rows: Floats, more: float, fewer: float) -> float:
    """Return the least impact ratio that any assignment of unknown rows to the categories can give; exact.

    The least impact ratio is that of some pair of categories. A pair differs most if all unknown rows that are not
    selected belong to one category and all that are selected to the other. Both are possible at once.

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


def greatest_ratio(selected: Floats, rows: Floats, more: float, fewer: float, *, elsewhere: bool) -> float:
    """Return a bound that the least impact ratio never exceeds, however unknown rows are assigned to the categories.

    If rows could be divided, selected rows alone would raise the lowest rates to a common level, and the other rows
    alone would lower the highest rates, independently of each other. (The additions that keep a category between two
    rates are plane polyhedra with common edge directions, so that their Minkowski sum can be computed edge by edge.)
    Both levels follow from filling one category after the other. Whole rows can miss the bound by a rounding.

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
    """Return the share of rows of unknown category and, if there are any, the bounds of the least impact ratio."""
    n, missing = int(table.rows.sum()), int(table.rows[table.unknown].sum())
    part = float(table.shares[table.unknown].sum())
    low, high = intervals.wilson(part * n, n)
    share = estimate(part, float(low), float(high), "wilson", n)
    result = [tag.record("unknown_share", replace(share, note=f"{missing} of {n} rows."))]
    if missing == 0:
        return result
    bounds = [undefined(ALONE, n)] * 2
    if table.included.sum() > 1:
        bounds = _bounds_over_unknown(table, crossed=CROSS in (tag.sensitive or ""))
    names = ("impact_ratio_unknown_worst", "impact_ratio_unknown_best")
    return result + [tag.record(name, bound) for name, bound in zip(names, bounds, strict=True)]


def _bounds_over_unknown(table: Categories, *, crossed: bool) -> list[Estimate]:
    n, unknown = int(table.rows.sum()), table.unknown
    count = int(table.rows[unknown].sum())
    rows = table.shares * n
    selected = table.rates * rows
    more = float(selected[unknown].sum())
    known = (selected[table.included], rows[table.included], more, float(rows[unknown].sum()) - more)
    elsewhere = bool((~table.included & ~unknown).any())
    values = least_ratio(*known), greatest_ratio(*known, elsewhere=elsewhere)
    if np.isnan(values).any():
        return [undefined(NOBODY, n)] * 2
    limits = [f"No assignment of the {count} unknown rows gives {word}." for word in ("less", "more")]
    partly = "Rows of which one attribute is known count as unknown." if crossed else ""
    return [Estimate(value, n=n, note=sentence(limit, partly)) for value, limit in zip(values, limits, strict=True)]
