"""Maximal coupling: draw a code from one distribution that equals a code drawn from another as often as possible.

A code k that was drawn from p is kept with probability ``min(1, q_k / p_k)``. Otherwise the new code is drawn from what
q has more than p, ``(q - p)_+``. The new code has distribution q, and differs from the old one with probability equal
to the total variation of p and q, the least that is possible (Lindvall 1992, I.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def couple(code: NDArray[np.int64], own: Floats, fair: Floats, uniform: Floats) -> NDArray[np.int64]:
    """Draw codes from ``fair``, coupled to codes that were drawn from ``own``.

    Args:
        code: The row's own code, shape (n,).
        own: The distribution from which it was drawn, shape (n, K).
        fair: The distribution of the new code, shape (n, K).
        uniform: U(0, 1), one draw per row, shape (n,).

    Returns:
        The new codes, shape (n,).
    """
    rows = np.arange(len(code))
    had, has = own[rows, code], fair[rows, code]
    lost = np.flatnonzero((had > has) & (uniform * had >= has))
    new = code.copy()
    if len(lost):
        more = np.maximum(fair[lost] - own[lost], 0.0).cumsum(axis=1)
        place = (uniform[lost] * had[lost] - has[lost]) / (had[lost] - has[lost])
        found = (more <= (place * more[:, -1])[:, None]).sum(axis=1)
        new[lost] = np.where(found < own.shape[1], found, code[lost])
    return new
