"""How long the student takes beside its teacher."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

PASSES = 5


def time_ratio(teacher: Callable[[], object], student: Callable[[], object]) -> float:
    """Median time of the student's pass over that of the teacher's, of five each, alternately in one run.

    >>> time_ratio(lambda: sum(range(100_000)), lambda: None) < 1
    True
    """
    taken: dict[Callable[[], object], list[float]] = {teacher: [], student: []}
    for _ in range(PASSES):
        for one, times in taken.items():
            started = time.perf_counter()
            one()
            times.append(time.perf_counter() - started)
    return float(np.median(taken[student]) / np.median(taken[teacher]))
