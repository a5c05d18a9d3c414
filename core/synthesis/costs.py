"""Costs of a student relative to its teacher: parameters and time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np
from torch import nn

PASSES = 5


def time_ratio(teacher: Callable[[], object], student: Callable[[], object]) -> float:
    """Return the median time of the student's pass over that of the teacher's; five passes each, in alternation.

    >>> time_ratio(lambda: sum(range(100_000)), lambda: None) < 1
    True
    """
    seconds: dict[Callable[[], object], list[float]] = {teacher: [], student: []}
    for _ in range(PASSES):
        for run_pass, times in seconds.items():
            started = time.perf_counter()
            run_pass()
            times.append(time.perf_counter() - started)
    return float(np.median(seconds[student]) / np.median(seconds[teacher]))


def size_ratio(networks: Mapping[str, nn.Module]) -> float:
    """Return the parameters of the student's encoder over those of the teacher's."""
    return parameter_count(networks["student"]) / parameter_count(networks["teacher"])


def parameter_count(network: nn.Module) -> int:
    """Return the number of trained parameters of a network."""
    return sum(parameter.numel() for parameter in network.parameters())
