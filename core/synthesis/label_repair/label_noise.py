"""The noise of outcomes: less of it near the decision threshold, and as much elsewhere as keeps the base rate.

*Sharpening*. A forest learns a rule better if labels are less noisy near the decision threshold. A sharpness k adds
``(k - 1) m exp(-|m|)`` to the log-odds m. It adds nothing at the threshold, so the rule stays the same. It adds nothing
far from the threshold, so the ranking of clear cases stays that of the data.

*Tail*. Since more rows lie below the threshold than above it, or the reverse, this alone would move the base rate. A
tail c adds ``c (1 - exp(-|m|))``, which is nothing at the threshold either. One c keeps the base rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def with_noise(log_odds: Floats, sharpness: float, tail: float) -> Floats:
    """Return log-odds after sharpening and tail, shape (n,).

    >>> with_noise(np.array([-8.0, 0.0, 1.0]), 3.0, 0.0).round(2).tolist()
    [-8.01, 0.0, 1.74]
    """
    near = np.exp(-np.abs(log_odds))
    return np.asarray(log_odds + (sharpness - 1.0) * log_odds * near + tail * (1.0 - near))


def tail_for(log_odds: Floats, sharpness: float, base_rate: float) -> float:
    """Return the tail with which the mean probability is the base rate, or comes closest to it.

    Args:
        log_odds: Of rows, shape (n,).
        sharpness: At least 1. The tail lies between minus and plus this: beyond, the log-odds would fall at the
            threshold as the score rises.
        base_rate: The mean probability to keep, 0 to 1.
    """

    def excess(tail: float) -> float:
        return float(expit(with_noise(log_odds, sharpness, tail)).mean()) - base_rate

    most = 0.99 * sharpness
    if excess(most) <= 0:
        return most
    return -most if excess(-most) >= 0 else float(brentq(excess, -most, most, xtol=1e-4))
