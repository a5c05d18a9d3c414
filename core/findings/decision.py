"""The rule of every verdict: an interval against 0 and against a margin, with one error rate for the whole report.

* ``gap found``: the interval lies above 0 after correction for all tests, and does not lie below the margin.
* ``no gap beyond the margin``: the whole interval lies below the margin (equivalence logic; Schuirmann 1987).
* ``too few rows to tell``: the interval holds both 0 and the margin.

So a difference that is real but too small to matter is not called a gap, and a gap that these rows could not have shown
is not called absent. A table without any gap gets a false ``gap found`` with the probability of the error rate at most.
The p-value of a figure equals the error rate where its interval reaches 0, which is where the verdict of a single test
turns. Beyond, it falls as that of a one-sided normal test does. Simultaneous bounds use a smaller quantile far from 0
than near it, and the slower fall allows for that; for other intervals it costs some power.

Of several groups whose rates are plain counts, the pair that differs most surely decides and not the pair that differs
most, which may be that of the smallest groups (`p_of_rates`). Secondary claims are corrected with Holm's method (Holm
1979), which is valid however the claims depend on each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from core.audit.figure_text import interval, number
from core.audit.records import Record
from core.findings.finding import VerdictKind

_COUNTED: Final = "wilson"
"""The interval of a rate that is a plain count: no training, no weights."""
_BOUNDS: Final = ("value", "low", "high")


def p_value(figure: Record, null: float = 0.0) -> float | None:
    """Return the p-value of "the true figure is ``null`` or less", in [0, 1]; ``None`` without an interval.

    Where the interval reaches 0 it is 1: a difference of rates is never below 0, and its bound is cut off there.

    >>> figure = Record(source="s", protocol="A", metric="d", value=0.2, low=0.1, high=0.4)
    >>> p_value(figure) < 0.001, p_value(figure.model_copy(update={"low": 0.0}))
    (True, 1.0)
    """
    if figure.value is None or figure.low is None:
        return None
    if figure.low <= null:
        return 1.0
    if figure.low >= figure.value:
        return 0.0
    return float(ndtr(ndtri(1 - figure.confidence) * (figure.value - null) / (figure.value - figure.low)))


def p_of_rates(rates: Sequence[Record]) -> float | None:
    """Return the p-value of "the true rates of all groups are equal", in [0, 1]; ``None`` if a rate is no plain count.

    It is the smallest p-value of a pair, times the number of pairs (Bonferroni). That of a pair is where Newcombe's
    interval of the difference of two independent proportions (method 10, 1998) reaches 0.

    Args:
        rates: The rates of the groups, with Wilson's intervals.

    >>> pair = [("a", 0.5, 0.48, 0.52), ("b", 0.6, 0.58, 0.62)]
    >>> where = {"source": "s", "protocol": "data", "metric": "base_rate", "interval": "wilson"}
    >>> p = p_of_rates([Record(group=g, value=v, low=low, high=high, **where) for g, v, low, high in pair])
    >>> 1e-13 < p < 1e-10
    True
    """
    if len(rates) < 2 or any(one.interval != _COUNTED or None in (one.value, one.low, one.high) for one in rates):
        return None
    value, low, high = (np.asarray([getattr(one, name) for one in rates], dtype=float) for name in _BOUNDS)
    above, below = np.nonzero(value[:, None] > value[None, :])
    wide = np.hypot(value[above] - low[above], high[below] - value[below])
    pairs = len(rates) * (len(rates) - 1) / 2
    with np.errstate(divide="ignore"):
        z = ndtri((1 + rates[0].confidence) / 2) * (value[above] - value[below]) / wide
    return float(min(1.0, 2 * pairs * ndtr(-z.max(initial=0.0))))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values adjusted by Holm's method, in the same order.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(order), 0, -1)
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * np.asarray(p_values, dtype=float)[order]), 1.0)
    return [round(float(p), 12) for p in adjusted]


def decide(figure: Record, margin: float, p: float | None, error_rate: float) -> tuple[VerdictKind, str]:
    """Return the verdict on a difference, and why.

    Args:
        figure: The difference; above 0 is a gap.
        margin: The least difference that matters.
        p: Its p-value, adjusted for all tests; ``None`` if it has none.
        error_rate: The error rate of the report, e.g. .05.
    """
    if figure.value is None:
        return VerdictKind.UNDECIDED, figure.note or "The figure is undefined."
    if p is None or figure.high is None:
        return VerdictKind.UNDECIDED, figure.note or "The figure has no interval."
    shown = f"{number(figure.value)} {interval(figure)}".strip()
    if figure.high < margin:
        return VerdictKind.NO_GAP, f"The interval of the difference, {shown}, lies below the margin {number(margin)}."
    if p <= error_rate:
        beyond = figure.low is not None and figure.low > margin
        size = "and beyond" if beyond else "; whether it is beyond"
        rest = f"the margin {number(margin)}{'' if beyond else ' is open'}."
        return VerdictKind.GAP, f"The difference, {shown}, is more than chance gives {size} {rest}".replace(" ;", ";")
    if figure.low is not None and figure.low > 0:
        by_itself = f"The difference, {shown}, is above 0 by itself; after correction for all tests it may be chance."
        return VerdictKind.UNDECIDED, by_itself
    return VerdictKind.UNDECIDED, f"The difference, {shown}, may be chance, and may be above the margin."
