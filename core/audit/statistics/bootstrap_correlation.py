"""The bootstrap correlation of figures before and after, over resamples of the hold-out rows.

Rows are resampled within each group. Rows that agree in group, label and all predictions are one multinomial cell, so
that the cost of a resample grows with the number of cells only.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from core.audit.statistics.confusion import GroupCounts

Floats = NDArray[np.float64]
Figure = Callable[[GroupCounts], Floats]
RESAMPLES = 500
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class BootstrapCorrelation:
    """The correlation of one figure before and after.

    Args:
        each: Correlation of before with each draw's after, shape (draws,).
        mean: Correlation of before with the component that the draws share.
        common: Standard deviation of that component over the standard deviation of one draw, 0 to 1.
        undefined: Share of resamples in which one of the figures is undefined.
    """

    each: Floats
    mean: float = 0.0
    common: float = 1.0
    undefined: float = 0.0


def resampled_correlation(
    labels: NDArray[np.int8],
    predictions: NDArray[np.int8],
    members: NDArray[np.object_],
    figures: Mapping[Name, Figure],
    *,
    seed: int = 0,
) -> dict[Name, BootstrapCorrelation]:
    """Return the correlations of figures before and after, from 500 resamples of the rows, drawn within each group.

    Args:
        labels: True outcomes, 0 or 1, shape (n,).
        predictions: 0 or 1, shape (1 + draws, n): before, and after by generator draw.
        members: Group of each row, shape (n,); only rows of compared groups.
        figures: By name, the figure in each resample from counts of shape (resamples, groups); NaN where it is
            undefined.
        seed: Seed of the resamples.
    """
    tables = _resampled(labels, predictions, members, np.random.default_rng(seed))
    correlations = {}
    for metric, figure in figures.items():
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.stack([figure(GroupCounts((), *one)) for one in tables])
        defined = np.isfinite(values).all(axis=0)
        if defined.sum() > 1:
            correlations[metric] = _from_covariance(np.cov(values[:, defined]), 1 - float(defined.mean()))
        else:
            correlations[metric] = BootstrapCorrelation(np.zeros(len(predictions) - 1), undefined=1.0)
    return correlations


def _resampled(
    labels: NDArray[np.int8], predictions: NDArray[np.int8], members: NDArray[np.object_], rng: np.random.Generator
) -> Floats:
    """Return the counts tp, fp, fn, tn in each resample, shape (1 + draws, 4, resamples, groups)."""
    codes, names = pd.factorize(members)
    cells, counts = np.unique(np.column_stack([codes, labels, predictions.T]), axis=0, return_counts=True)
    tables = np.zeros((len(predictions), 4, RESAMPLES, len(names)))
    for group in range(len(names)):
        inside = cells[:, 0] == group
        total = int(counts[inside].sum())
        counts_drawn = rng.multinomial(total, counts[inside] / total, size=RESAMPLES)
        positive, predicted = cells[inside, 1] == 1, cells[inside, 2:].T == 1
        kinds = (positive & predicted, ~positive & predicted, positive & ~predicted, ~positive & ~predicted)
        for kind, in_cell in enumerate(kinds):
            tables[:, kind, :, group] = in_cell.astype(float) @ counts_drawn.T
    return tables


def auc_correlation(labels: NDArray[np.int8], scores: Floats) -> BootstrapCorrelation:
    """Return the same for AUC, from DeLong's placement values (DeLong et al. 1988).

    Args:
        labels: 0 or 1, shape (n,), both present.
        scores: Shape (1 + draws, n): before, and after by generator draw.
    """
    positive = labels.astype(bool)
    parts = []
    for kind in (positive, ~positive):
        places = np.stack([_placements(one, kind) for one in scores])
        parts.append(np.cov(places) / kind.sum() if kind.sum() > 1 else np.zeros((len(scores), len(scores))))
    return _from_covariance(parts[0] + parts[1])


def _placements(scores: Floats, kind: NDArray[np.bool_]) -> Floats:
    """Return the share of the rows of the other kind that lie below each row of this one."""
    above = rankdata(scores)[kind] - rankdata(scores[kind])
    return np.asarray(above / max(int((~kind).sum()), 1))


def _from_covariance(covariance: Floats, missing: float = 0.0) -> BootstrapCorrelation:
    """Compute correlations from the covariances of before and each after, shape (1 + draws, 1 + draws)."""
    spread = np.sqrt(np.diag(covariance))
    draws = len(spread) - 1
    among = covariance[1:, 1:]
    shared = (among.sum() - np.trace(among)) / (draws * (draws - 1)) if draws > 1 else among[0, 0]
    scale = spread[0] * spread[1:]
    each = np.divide(covariance[0, 1:], scale, out=np.zeros(draws), where=scale > 0)
    if not (shared > 0 and spread[0] > 0):
        return BootstrapCorrelation(np.clip(each, -1, 1), 0.0, 1.0, missing)
    mean = float(covariance[0, 1:].mean() / (spread[0] * np.sqrt(shared)))
    common = float(np.sqrt(shared / np.diag(among).mean()))
    return BootstrapCorrelation(np.clip(each, -1, 1), float(np.clip(mean, -1, 1)), min(common, 1.0), missing)
