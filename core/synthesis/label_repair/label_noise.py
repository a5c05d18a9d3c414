"""The noise of outcomes: less of it near the decision threshold, and as much elsewhere as keeps the base rate.

*Sharpening*. A forest learns a rule better if labels are less noisy near the decision threshold. A sharpness k adds
``(k - 1) m exp(-|m|)`` to the log-odds m. It adds nothing at the threshold, so the rule stays the same. It adds nothing
far from the threshold, so the ranking of clear cases stays that of the data.

*Tail*. Since more rows lie below the threshold than above it, or the reverse, this alone would move the base rate. A
tail c adds ``c (1 - exp(-|m|))``, which is nothing at the threshold either. One c keeps the base rate, unless groups
were moved very far; then a shift of all log-odds does the rest.

*Band*. Within a band around the threshold, outcomes can be as likely positive as not. A classifier then selects about
half of the rows there (``bands.py``). Log-odds beyond the band move towards the threshold by half its width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LARGEST_SHIFT = 20.0


def with_noise(log_odds: Floats, sharpness: float, tail: float) -> Floats:
    """Return log-odds after sharpening and tail, shape (n,).

    >>> with_noise(np.array([-8.0, 0.0, 1.0]), 3.0, 0.0).round(2).tolist()
    [-8.01, 0.0, 1.74]
    """
    near = np.exp(-np.abs(log_odds))
    return np.asarray(log_odds + (sharpness - 1.0) * log_odds * near + tail * (1.0 - near))


def with_band(log_odds: Floats, half_width: Floats) -> Floats:
    """Return log-odds that are 0 up to half the width of a band from the threshold; the shapes broadcast.

    >>> with_band(np.array([-2.0, 0.3, 1.0]), np.array(0.5)).tolist()
    [-1.5, 0.0, 0.5]
    """
    return np.asarray(np.sign(log_odds) * np.maximum(np.abs(log_odds) - half_width, 0.0))


def with_noise_keeping(log_odds: Floats, rows: Floats, sharpness: float, positives: float) -> Floats:
    """Return log-odds after sharpening, with which as many rows as wanted are expected to be positive.

    A tail brings that about. Where none is large enough, all log-odds are shifted too.

    Args:
        log_odds: Of cells of rows, any shape.
        rows: Number or share of the rows in each cell, of the same shape.
        sharpness: At least 1.
        positives: Number or share of the rows that shall be positive, more than none and fewer than all.
    """
    most = sharpness / 2  # beyond, the log-odds could fall as the score rises

    def excess(values: Floats) -> float:
        return float((rows * expit(values)).sum()) - positives

    tail = _nearest_root(lambda tail: excess(with_noise(log_odds, sharpness, tail)), most)
    noisy = with_noise(log_odds, sharpness, tail)
    return noisy + _nearest_root(lambda shift: excess(noisy + shift), LARGEST_SHIFT)


def _nearest_root(rising: Callable[[float], float], most: float) -> float:
    """Return where a rising function is 0, between minus and plus ``most``; the nearer end if it is nowhere."""
    if rising(most) <= 0:
        return most
    return -most if rising(-most) >= 0 else float(brentq(rising, -most, most, xtol=1e-6))
