"""What is odd about a model's scores, in a sentence each: another scale, one score for all, many at the threshold."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

MIN_TIED: Final = 0.05
"""Share of rows at the threshold from which it is told: where exactly the threshold stands then decides."""

MIN_ROWS: Final = 3
"""Fewer scores are odd by chance."""


def score_notes(column: str, scores: NDArray[np.float64], cut: float) -> list[str]:
    """Return the sentences on the scores of one column that are selected from ``cut`` on.

    Args:
        column: Its header.
        scores: Finite numbers, shape (n,), n at least 1.
        cut: The lowest score that is selected.

    >>> score_notes("risk", np.array([12.0, 70.0, 55.0]), 0.5)
    ["'risk' runs from 12 to 70, so 0.5 selects every row; the scores may have another scale."]
    """
    low, high = float(scores.min()), float(scores.max())
    if len(scores) < MIN_ROWS:
        return []
    if low == high:
        return [f"{column!r} has the same score, {low:g}, in every row, so it ranks nobody."]
    if cut <= low:
        return [f"{column!r} runs from {low:g} to {high:g}, so {cut:g} selects every row; {_SCALE}"]
    if cut > high:
        return [f"{column!r} runs from {low:g} to {high:g}, so {cut:g} selects no row; {_SCALE}"]
    tied = int((scores == cut).sum())
    if tied < MIN_TIED * len(scores):
        return []
    return [
        f"{column!r}: {tied:,} of {len(scores):,} rows have exactly the score {cut:g} and are selected; a slightly "
        "higher threshold would select none of them."
    ]


_SCALE: Final = "the scores may have another scale."


def why_no_probability(column: str, scores: NDArray[np.float64]) -> str:
    """Return why 0.5 is no threshold for scores outside 0 to 1, with one to begin with."""
    low, high = float(scores.min()), float(scores.max())
    text = f"The score {column!r} runs from {low:g} to {high:g}, so 0.5 is no threshold for it"
    if low < 0 < high:
        return f"{text}; if these are log-odds, name {column}@0, which stands for a probability of one half."
    return f"{text}; name one, as {column}@{float(np.median(scores)):g}."
