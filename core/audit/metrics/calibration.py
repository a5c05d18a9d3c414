"""Whether probabilities come true: shares by bins of the score, and the expected calibration error with its null.

Bins hold equally many rows, as far as ties allow: rows with one score stay together. In each bin the share of rows with
the outcome stands beside the mean score. The expected calibration error (ECE, Naeini et al. 2015) is the mean distance
of the two, weighted by rows. It is above 0 even if every probability is right, because shares of few rows vary. What it
would be then is simulated: outcomes are drawn from the scores themselves. An ECE below the 90th percentile of such
draws is no evidence against calibration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate
from core.audit.statistics.intervals import wilson

Floats = NDArray[np.float64]
ECE: Final = "expected_calibration_error"
ECE_CHANCE: Final = "expected_calibration_error_null_p90"
CALIBRATION_ERRORS: Final = (ECE, ECE_CHANCE)
BINS: Final = 10
DRAWS: Final = 400
_EXACT: Final = 500
"""Rows of a bin up to which outcomes are drawn one by one; the sum of more is drawn from its normal limit."""


@dataclass(frozen=True)
class Reliability:
    """Rows by bins of the score, lowest first, each of shape (bins,).

    Args:
        low: Lowest score of the bin.
        high: Highest score.
        score: Mean score.
        share: Share of rows with the outcome.
        share_low: Lower bound of Wilson's interval.
        share_high: Upper bound.
        n: Rows.
        spread: Sum of ``score (1 - score)`` over the rows: the variance of their outcomes if the scores are right.
    """

    low: Floats
    high: Floats
    score: Floats
    share: Floats
    share_low: Floats
    share_high: Floats
    n: NDArray[np.int64]
    spread: Floats

    @property
    def error(self) -> float:
        """The expected calibration error, 0 to 1."""
        return float(np.average(np.abs(self.share - self.score), weights=self.n))


def bin_of_rows(scores: Floats, bins: int = BINS) -> NDArray[np.int64]:
    """Return the bin of each row, shape (n,), from 0 on; rows with one score have one bin.

    >>> bin_of_rows(np.array([0.1, 0.2, 0.2, 0.9]), bins=2).tolist()
    [0, 1, 1, 1]
    """
    ordered = np.sort(scores)
    edges = np.unique(ordered[(np.arange(1, bins) * len(ordered)) // bins])
    codes = np.searchsorted(edges, scores, side="right")
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.int64)


def reliability(labels: NDArray[np.int8], scores: Floats, bins: int = BINS) -> Reliability:
    """Return the rows by bins of the score.

    Args:
        labels: 0 or 1, shape (n,), n at least 1.
        scores: Probabilities, shape (n,).
        bins: How many bins at most.
    """
    codes = bin_of_rows(scores, bins)
    n = np.bincount(codes)
    hits = np.bincount(codes, weights=labels)
    low, high = np.full(len(n), np.inf), np.full(len(n), -np.inf)
    np.minimum.at(low, codes, scores)
    np.maximum.at(high, codes, scores)
    share_low, share_high = wilson(hits, n)
    return Reliability(
        low=low,
        high=high,
        score=np.bincount(codes, weights=scores) / n,
        share=hits / n,
        share_low=share_low,
        share_high=share_high,
        n=n.astype(np.int64),
        spread=np.bincount(codes, weights=scores * (1 - scores)).astype(np.float64),
    )


def error_figures(labels: NDArray[np.int8], scores: Floats, seed: int = 0) -> dict[str, Estimate]:
    """Return the expected calibration error, and the 90th percentile of what right probabilities would show."""
    found = reliability(labels, scores)
    draws = null_errors(scores, found, seed)
    note = f"Right probabilities would show {draws.mean():.3f} on average with these rows."
    return {
        ECE: Estimate(found.error, n=len(labels), note=note),
        ECE_CHANCE: Estimate(float(np.percentile(draws, 90)), n=len(labels)),
    }


def null_errors(scores: Floats, found: Reliability, seed: int, draws: int = DRAWS) -> Floats:
    """Return the expected calibration error of outcomes drawn from the scores, shape (draws,)."""
    rng = np.random.default_rng(seed)
    order = np.argsort(bin_of_rows(scores), kind="stable")
    total = np.zeros(draws)
    for place, rows in enumerate(np.split(scores[order], np.cumsum(found.n)[:-1])):
        total += np.abs(_hits(rows, float(found.spread[place]), rng, draws) - rows.sum())
    return total / len(scores)


def _hits(scores: Floats, spread: float, rng: np.random.Generator, draws: int) -> Floats:
    """Return how many of some rows have the outcome in each draw, shape (draws,)."""
    if len(scores) <= _EXACT:
        return np.asarray((rng.random((draws, len(scores))) < scores).sum(axis=1), dtype=np.float64)
    return np.asarray(scores.sum() + np.sqrt(spread) * rng.standard_normal(draws))
