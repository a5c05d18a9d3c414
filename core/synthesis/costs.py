"""What a student costs beside its teacher: parameters and time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np
from torch import nn

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


def size_ratio(networks: Mapping[str, nn.Module]) -> float:
    """Parameters of the student's encoder over the teacher's."""
    return parameter_count(networks["student"]) / parameter_count(networks["teacher"])


def parameter_count(network: nn.Module) -> int:
    """Number of trained parameters of a network."""
    return sum(parameter.numel() for parameter in network.parameters())
