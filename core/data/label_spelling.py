"""Labels that mean the same and are written differently: ``1.0`` for 1, ``True`` for 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def as_the_target(told: NDArray[np.object_], known: set[str]) -> NDArray[np.object_]:
    """Return labels as the target writes them where only the spelling of numbers or truth values differs.

    Args:
        told: Labels as text, shape (n,).
        known: The target's values as text.

    >>> as_the_target(np.array(["True", "false", "2"], dtype=object), {"0", "1"}).tolist()
    ['1', '0', '2']
    """
    by_number = {_number(value): value for value in known if _number(value) is not None}
    if known & set(told.tolist()) or len(by_number) < len(known):
        return told
    return np.asarray([by_number.get(_number(value), value) for value in told.tolist()], dtype=object)


def _number(text: str) -> float | None:
    try:
        return float({"true": "1", "false": "0"}.get(text.lower(), text))
    except ValueError:
        return None
