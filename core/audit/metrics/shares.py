"""Rates of hits and trials as estimates, with Wilson's interval."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.audit.estimate import Estimate, estimate, sentence
from core.audit.records import Status
from core.audit.statistics import intervals
from core.audit.statistics.confusion import Counts
from core.audit.statistics.intervals import Floats


def divide(top: Counts, bottom: Counts) -> Floats:
    """Return ``top / bottom``, NaN where ``bottom`` is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = np.asarray(top / bottom, dtype=np.float64)
    return np.where(bottom == 0, np.nan, quotient)


def rates(
    hits: Counts, trials: Counts, *, minimum: int, sizes: Counts, why: str = "the group has no rows"
) -> list[Estimate]:
    """Return one rate for each group, with Wilson's interval; ``small_n`` where its size is below ``minimum``."""
    lows, highs = intervals.wilson(hits, trials)
    estimates = []
    for value, low, high, n, size in zip(divide(hits, trials), lows, highs, trials, sizes, strict=True):
        one = estimate(float(value), float(low), float(high), "wilson", round(float(n)), why=why)
        if size < minimum:
            status = one.status if one.status is Status.UNDEFINED else Status.SMALL_N
            note = sentence(one.note, f"The group has {size:.0f} rows, fewer than {minimum}.")
            one = replace(one, status=status, note=note)
        estimates.append(one)
    return estimates


def share(hits: float, n: float, *, why: str = "there are no rows") -> Estimate:
    """Return one rate ``hits / n`` with Wilson's interval.

    >>> share(1, 2).value, share(0, 0).note
    (0.5, 'Undefined: there are no rows.')
    """
    low, high = intervals.wilson(hits, n)
    return estimate(hits / n if n else float("nan"), float(low), float(high), "wilson", round(n), why=why)
