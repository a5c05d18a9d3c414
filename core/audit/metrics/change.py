"""The change of a figure between the original rows and a source, on the same hold-out rows, with a paired interval.

Both figures have an interval of their own (`core.audit.statistics.intervals`). Their correlation r combines the two
(MOVER for dependent estimates, Zou 2007): ``L = d - sqrt((a - l_a)^2 + (u_b - b)^2 - 2 r (a - l_a)(u_b - b))``; the
upper bound mirrors it. r comes from resamples of the hold-out rows, the same for before and after, drawn within each
group. For AUC, r is that of DeLong's placement values. A plain percentile bootstrap of the change does not work: a
ratio ``min / max`` is below 1 in every resample, so it never reaches the change that leads to parity. If the 99 % bound
of a figure reaches 0 or 1, the true value may lie there, always on the same side of the figure; the distances are then
added.

For several draws of a generator, the change is that of their mean. Each figure's distance to its bound is multiplied by
the part that the draws share, and ``t s / sqrt(K)`` of their standard deviation s is added in quadrature. What refits
of the classifiers differ by (`core.audit.protocols.procedure`) is added in quadrature too, before and after: they learn
from other rows. Of several draws it is in their differences already. Without refits the interval holds for these
classifiers alone, and its name says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t

from core.audit.estimate import ONE_CLASSIFIER, SEVERITY, Estimate, sentence, undefined
from core.audit.records import Record, Status
from core.audit.statistics.bootstrap_correlation import BootstrapCorrelation
from core.audit.statistics.confidence import confidence, rounded_quantile

Floats = NDArray[np.float64]
_SURE = 2.576  # normal quantile of 99 %
INTERVAL = "paired mover, resampled correlation"


class RefitSpread(NamedTuple):
    """What other training rows and seeds add to the figure's distance to its bound, before and after; ``t s``."""

    before: float
    after: float


@dataclass(frozen=True)
class _Mean:
    """A figure's mean over draws, the distances to its bounds from sampled rows, and the part from the draws."""

    value: float
    below: float
    above: float
    spread: float


def _mean(records: Sequence[Record], common: float) -> _Mean | None:
    """Return the mean over draws; ``None`` if a bound is missing."""
    bounds = [
        (r.value, r.low, r.high) for r in records if r.value is not None and r.low is not None and r.high is not None
    ]
    if len(bounds) < len(records):
        return None
    values, lows, highs = np.asarray(bounds, dtype=float).T
    k, share = len(values), common if len(values) > 1 else 1.0
    spread = student_t.ppf(0.5 + confidence() / 2, k - 1) * values.std(ddof=1) / np.sqrt(k) if k > 1 else 0.0
    return _Mean(
        float(values.mean()),
        share * float((values - lows).mean()),
        share * float((highs - values).mean()),
        float(spread),
    )


def summary(records: Sequence[Record], correlation: BootstrapCorrelation) -> Estimate:
    """Return the mean of a figure over generator draws. Their spread widens the interval (see the module).

    Args:
        records: The same figure by generator draw, at least one, each between 0 and 1.
        correlation: The correlation of the draws.
    """
    n = records[0].n
    lacking = [record for record in records if record.value is None]
    if lacking:
        return undefined(lacking[0].note, n)
    values = np.asarray([record.value for record in records], dtype=float)
    status = max((record.status for record in records), key=SEVERITY.index)
    mean = _mean(records, correlation.common)
    if mean is None:
        return Estimate(float(values.mean()), n=n, status=status, note="Too few rows for an interval.")
    low = max(mean.value - float(np.hypot(mean.below, mean.spread)), 0.0)
    high = min(mean.value + float(np.hypot(mean.above, mean.spread)), 1.0)
    kind = records[0].interval or ""
    many = f"{kind}, and t over {len(records)} generator draws" if len(records) > 1 else kind
    return Estimate(mean.value, low, high, many, n, status, _spread_note(values))


def deviation(records: Sequence[Record]) -> Estimate:
    """Return the standard deviation of a figure over generator draws, at least two."""
    values = [record.value for record in records if record.value is not None]
    if len(values) < len(records):
        return undefined("Undefined: the figure is undefined for a generator draw.", records[0].n)
    return Estimate(float(np.std(values, ddof=1)), n=len(values), note="n is the number of generator draws.")


def change(
    before: Record,
    after: Sequence[Record],
    correlation: BootstrapCorrelation,
    *,
    draw: int | None = None,
    refits: RefitSpread | None = None,
) -> Estimate:
    """Return after minus before, -1 to 1, with the paired interval.

    Args:
        before: The figure of the original rows.
        after: The same figure of the source by generator draw.
        correlation: The correlation of before and after.
        draw: Which draw; ``None`` for the mean over all draws.
        refits: What refits add; ``None`` if there are none.
    """
    chosen = list(after) if draw is None else [after[draw]]
    later = summary(chosen, correlation)
    lacking = [
        f"{when}: {note}"
        for when, value, note in (("Before", before.value, before.note), ("After", later.value, later.note))
        if value is None
    ]
    if before.value is None or later.value is None:
        return undefined(f"Undefined, because a figure is undefined. {' '.join(lacking)}", before.n)
    value = later.value - before.value
    status = max((before.status, later.status), key=SEVERITY.index)
    notes = [_degenerate_note(before, later), later.note, _resample_note(correlation)]
    several = len(chosen) > 1
    r = correlation.mean if several else float(correlation.each[draw or 0])
    bounds = _paired(before, _mean(chosen, correlation.common), r, refits or RefitSpread(0.0, 0.0))
    if bounds is None:
        return Estimate(value, n=before.n, status=status, note=sentence("Too few rows for an interval.", *notes))
    kind = f"{INTERVAL}, {ONE_CLASSIFIER if refits is None else 'refits'}"
    return Estimate(value, *bounds, kind, before.n, status, sentence(*notes))


def _paired(before: Record, after: _Mean | None, r: float, refits: RefitSpread) -> tuple[float, float] | None:
    if after is None or before.value is None or before.low is None or before.high is None:
        return None
    a, b = after.value, before.value
    spreads = float(np.hypot(after.spread, refits.after)), refits.before
    down = _combined((after.below, a), (before.high - b, 1 - b), r, spreads)
    up = _combined((after.above, 1 - a), (b - before.low, b), r, spreads)
    return max(a - b - down, -1.0), min(a - b + up, 1.0)


def _combined(after: tuple[float, float], before: tuple[float, float], r: float, spreads: tuple[float, float]) -> float:
    """Return the distance to a difference's bound, given both figures' distances to their bounds and to 0 or 1.

    ``r`` correlates what comes from the tested rows; ``spreads``, after and before, come from elsewhere.
    """
    (x, room), (y, own_room) = after, before
    near = max(_SURE / rounded_quantile(), 1.0)  # distance of the 99 % bound over that of the interval's bound
    reach, own_reach = (float(np.hypot(*pair)) for pair in zip((x, y), spreads, strict=True))
    if max(reach - room / near, own_reach - own_room / near) >= 0:
        return (room if reach >= room / near else reach) + (own_room if own_reach >= own_room / near else own_reach)
    return float(np.hypot(np.sqrt(max(x * x + y * y - 2 * r * x * y, 0.0)), np.hypot(*spreads)))


def _spread_note(values: Floats) -> str:
    if len(values) < 2:
        return ""
    return f"Over {len(values)} generator draws the figure's standard deviation is {values.std(ddof=1):.3f}."


def _degenerate_note(before: Record, later: Estimate) -> str:
    worse = [
        word for word, status in (("before", before.status), ("after", later.status)) if status is Status.DEGENERATE
    ]
    return f"Degenerate {' and '.join(worse)}: not measurably better than a constant prediction." if worse else ""


def _resample_note(correlation: BootstrapCorrelation) -> str:
    if correlation.undefined == 0:
        return ""
    return f"A figure is undefined in {correlation.undefined:.1%} of the resamples; these were left out."
