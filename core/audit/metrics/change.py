"""What a source changed against the original rows, on the same hold-out: after minus before, with a paired interval.

Each figure brings its own interval (`core.audit.intervals`), and the two are combined with their correlation (MOVER for
dependent estimates, Zou 2007): ``L = d - sqrt((a - l_a)^2 + (u_b - b)^2 - 2 r (a - l_a)(u_b - b))``, the upper bound
mirrored. r comes from resampled hold-out rows, the same for before and after, drawn within each group; for AUC it is
that of DeLong's placement values. The plain percentile bootstrap of the change would not do: a ratio ``min / max`` is
below 1 in every resample, so it never reaches the change that leads to parity.

Over several draws of a generator the change is that of the mean, and ``t s / sqrt(K)`` of their spread s is added in
quadrature on both sides. Before and after stand on one classifier seed, whose own chance is not in the interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata
from scipy.stats import t as student_t

from core.audit.estimate import SEVERITY, Estimate, sentence, undefined
from core.audit.records import Record, Status

Floats = NDArray[np.float64]
Cells = tuple[Floats, Floats, Floats, Floats]
RESAMPLES = 500
METRICS = (
    "demographic_parity_ratio",
    "demographic_parity_difference",
    "equalized_odds_ratio",
    "equalized_odds_difference",
    "accuracy",
    "balanced_accuracy",
    "auc",
)
INTERVAL = "paired mover, resampled correlation"


def _ratio(rates: Floats) -> Floats:
    return np.asarray(rates.min(axis=-1) / rates.max(axis=-1))


def _difference(rates: Floats) -> Floats:
    return np.asarray(np.ptp(rates, axis=-1))


def _selection(cells: Cells) -> Floats:
    tp, fp, fn, tn = cells
    return (tp + fp) / (tp + fp + fn + tn)


def _tpr(cells: Cells) -> Floats:
    return cells[0] / (cells[0] + cells[2])


def _fpr(cells: Cells) -> Floats:
    return cells[1] / (cells[1] + cells[3])


def _pooled(cells: Cells) -> Cells:
    tp, fp, fn, tn = (part.sum(axis=-1) for part in cells)
    return tp, fp, fn, tn


def _balanced(cells: Cells) -> Floats:
    tp, fp, fn, tn = _pooled(cells)
    return (tp / (tp + fn) + tn / (tn + fp)) / 2


# tp, fp, fn, tn of shape (draws, groups) -> the figure in each draw, shape (draws,); NaN where it is undefined.
FIGURES: dict[str, Callable[[Cells], Floats]] = {
    "demographic_parity_ratio": lambda cells: _ratio(_selection(cells)),
    "demographic_parity_difference": lambda cells: _difference(_selection(cells)),
    "equalized_odds_ratio": lambda cells: np.minimum(_ratio(_tpr(cells)), _ratio(_fpr(cells))),
    "equalized_odds_difference": lambda cells: np.maximum(_difference(_tpr(cells)), _difference(_fpr(cells))),
    "accuracy": lambda cells: (_pooled(cells)[0] + _pooled(cells)[3]) / sum(_pooled(cells)),
    "balanced_accuracy": _balanced,
}


@dataclass(frozen=True)
class Likeness:
    """How before and after move together from one sample of hold-out rows to the next.

    Args:
        each: Correlation of before with each draw's after, shape (draws,).
        mean: Correlation of before with the mean of the draws' after.
        undefined: Share of resamples in which one of the figures does not exist.
    """

    each: Floats
    mean: float
    undefined: float = 0.0


def resampled_likeness(
    labels: NDArray[np.int8],
    predictions: NDArray[np.int8],
    members: NDArray[np.object_],
    metrics: Sequence[str],
    *,
    seed: int = 0,
) -> dict[str, Likeness]:
    """Correlations of figures before and after, from 500 resamples of the rows, drawn within each group.

    Rows that agree in group, label and all predictions are drawn together as one multinomial cell.

    Args:
        labels: True outcomes, 0 or 1, shape (n,).
        predictions: 0 or 1, shape (1 + draws, n): before, and after by generator draw.
        members: Group of each row, shape (n,); only groups that take part.
        metrics: Of `FIGURES`.
        seed: Seed of the resamples.
    """
    tables = _resampled(labels, predictions, members, np.random.default_rng(seed))
    found = {}
    for metric in metrics:
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.stack([FIGURES[metric]((one[0], one[1], one[2], one[3])) for one in tables])
        defined = np.isfinite(values).all(axis=0)
        if defined.sum() > 1:
            found[metric] = _likeness(np.cov(values[:, defined]), 1 - float(defined.mean()))
        else:
            found[metric] = Likeness(np.zeros(len(predictions) - 1), 0.0, 1.0)
    return found


def _resampled(
    labels: NDArray[np.int8], predictions: NDArray[np.int8], members: NDArray[np.object_], rng: np.random.Generator
) -> Floats:
    """Counts tp, fp, fn, tn in each resample, shape (1 + draws, 4, resamples, groups)."""
    codes, names = pd.factorize(members)
    cells, counts = np.unique(np.column_stack([codes, labels, predictions.T]), axis=0, return_counts=True)
    tables = np.zeros((len(predictions), 4, RESAMPLES, len(names)))
    for group in range(len(names)):
        inside = cells[:, 0] == group
        total = int(counts[inside].sum())
        drawn = rng.multinomial(total, counts[inside] / total, size=RESAMPLES)
        positive, predicted = cells[inside, 1] == 1, cells[inside, 2:].T == 1
        kinds = (positive & predicted, ~positive & predicted, positive & ~predicted, ~positive & ~predicted)
        for kind, chosen in enumerate(kinds):
            tables[:, kind, :, group] = chosen.astype(float) @ drawn.T
    return tables


def auc_likeness(labels: NDArray[np.int8], scores: Floats) -> Likeness:
    """The same for AUC, from DeLong's placement values (DeLong et al. 1988).

    Args:
        labels: 0 or 1, shape (n,), both present.
        scores: Shape (1 + draws, n): before, and after by generator draw.
    """
    positive = labels.astype(bool)
    parts = []
    for kind in (positive, ~positive):
        places = np.stack([_placements(one, kind) for one in scores])
        parts.append(np.cov(places) / kind.sum() if kind.sum() > 1 else np.zeros((len(scores), len(scores))))
    return _likeness(parts[0] + parts[1])


def _placements(scores: Floats, kind: NDArray[np.bool_]) -> Floats:
    """Share of the rows of the other kind that lie below each row of this one."""
    above = rankdata(scores)[kind] - rankdata(scores[kind])
    return np.asarray(above / max(int((~kind).sum()), 1))


def _likeness(covariance: Floats, missing: float = 0.0) -> Likeness:
    """Correlations of the first of the figures with the others and with their mean; 0 where one does not vary."""
    spread = np.sqrt(np.diag(covariance))
    among = float(np.sqrt(max(covariance[1:, 1:].mean(), 0.0)))
    each = np.divide(
        covariance[0, 1:], spread[0] * spread[1:], out=np.zeros(len(spread) - 1), where=spread[0] * spread[1:] > 0
    )
    mean = float(covariance[0, 1:].mean() / (spread[0] * among)) if spread[0] * among > 0 else 0.0
    return Likeness(np.clip(each, -1, 1), float(np.clip(mean, -1, 1)), missing)


def summary(records: Sequence[Record]) -> Estimate:
    """The mean of a figure over generator draws, its interval widened by their spread (see the module).

    Args:
        records: The same figure by generator draw, at least one.
    """
    n = records[0].n
    lacking = [record for record in records if record.value is None]
    if lacking:
        return undefined(lacking[0].note, n)
    values = np.asarray([record.value for record in records], dtype=float)
    status = max((record.status for record in records), key=SEVERITY.index)
    known = [record for record in records if record.low is not None and record.high is not None]
    if len(known) < len(records):
        return Estimate(float(values.mean()), n=n, status=status, note="Too few rows for an interval.")
    reach = _between(values)
    below = np.hypot(np.mean([record.value - record.low for record in known]), reach)  # type: ignore[operator]
    above = np.hypot(np.mean([record.high - record.value for record in known]), reach)  # type: ignore[operator]
    value = float(values.mean())
    # Every figure here lies between 0 and 1.
    bounds = max(value - float(below), 0.0), min(value + float(above), 1.0)
    kind = known[0].interval or ""
    many = f"{kind}, and t over {len(records)} generator draws" if len(records) > 1 else kind
    return Estimate(value, *bounds, many, n, status, _spread_note(values))


def deviation(records: Sequence[Record]) -> Estimate:
    """Standard deviation of a figure over generator draws, at least two."""
    values = [record.value for record in records if record.value is not None]
    if len(values) < len(records):
        return undefined("Undefined: the figure is undefined for a generator draw.", records[0].n)
    return Estimate(float(np.std(values, ddof=1)), n=len(values), note="n is the number of generator draws.")


def change(before: Record, after: Sequence[Record], likeness: Likeness, *, draw: int | None = None) -> Estimate:
    """After minus before, -1 to 1, with the paired interval.

    Args:
        before: The figure of the original rows.
        after: The same figure of the source by generator draw.
        likeness: How they move together.
        draw: Which of the draws; the mean over all of them if left out.
    """
    chosen = list(after) if draw is None else [after[draw]]
    later = summary(chosen)
    lacking = [
        f"{when}: {note}"
        for when, value, note in (("Before", before.value, before.note), ("After", later.value, later.note))
        if value is None
    ]
    if before.value is None or later.value is None:
        return undefined(f"Undefined, because a figure is. {' '.join(lacking)}", before.n)
    value = later.value - before.value
    status = max((before.status, later.status), key=SEVERITY.index)
    notes = [_degenerate_note(before, later), later.note, _resample_note(likeness)]
    bounds = _paired(before, later, likeness.mean if draw is None else float(likeness.each[draw]))
    if bounds is None:
        return Estimate(value, n=before.n, status=status, note=sentence("Too few rows for an interval.", *notes))
    return Estimate(value, *bounds, INTERVAL, before.n, status, sentence(*notes))


def _paired(before: Record, later: Estimate, r: float) -> tuple[float, float] | None:
    if before.low is None or before.high is None or later.low is None or later.high is None:
        return None
    a, b = float(later.value or 0.0), float(before.value or 0.0)
    down, up = (a - later.low, before.high - b), (later.high - a, b - before.low)
    low, high = (float(np.sqrt(max(x * x + y * y - 2 * r * x * y, 0.0))) for x, y in (down, up))
    return max(a - b - low, -1.0), min(a - b + high, 1.0)


def _between(values: Floats) -> float:
    """Half the width of t's interval of the mean of generator draws; 0 for one."""
    k = len(values)
    return float(student_t.ppf(0.975, k - 1) * values.std(ddof=1) / np.sqrt(k)) if k > 1 else 0.0


def _spread_note(values: Floats) -> str:
    if len(values) < 2:
        return ""
    return f"Over {len(values)} generator draws the figure's standard deviation is {values.std(ddof=1):.3f}."


def _degenerate_note(before: Record, later: Estimate) -> str:
    worse = [
        word for word, status in (("before", before.status), ("after", later.status)) if status is Status.DEGENERATE
    ]
    return f"Degenerate {' and '.join(worse)}: no better than a constant prediction." if worse else ""


def _resample_note(likeness: Likeness) -> str:
    if likeness.undefined == 0:
        return ""
    return f"In {likeness.undefined:.1%} of the resamples a figure does not exist; they were left out."
