"""Adam, learning-rate schedules, and initial weights that depend on a seed alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import nn
from torch.optim.adam import adam

_Network = TypeVar("_Network", bound=nn.Module)


class Adam:
    """Adam by torch's own function. The class ``torch.optim.Adam`` imports the compiler, which takes seconds."""

    def __init__(self, parameters: Iterable[nn.Parameter]) -> None:
        self._parameters = [parameter for parameter in parameters if parameter.requires_grad]
        self._means = [torch.zeros_like(parameter) for parameter in self._parameters]
        self._squares = [torch.zeros_like(parameter) for parameter in self._parameters]
        self._steps = [torch.zeros((), device=parameter.device) for parameter in self._parameters]

    @torch.no_grad()
    def step(self, rate: float, momentum: float) -> None:
        """Move against the gradients, which are then dropped.

        Args:
            rate: Learning rate.
            momentum: Decay of the mean of gradients, Adam's beta_1.
        """
        moved = [i for i, parameter in enumerate(self._parameters) if parameter.grad is not None]
        lists = (self._parameters, self._means, self._squares, self._steps)
        parameters, means, squares, steps = ([values[i] for i in moved] for values in lists)
        adam(
            parameters,
            [parameter.grad for parameter in parameters if parameter.grad is not None],
            means,
            squares,
            [],
            steps,
            fused=parameters[0].device.type != "mps",
            amsgrad=False,
            beta1=momentum,
            beta2=0.999,
            lr=rate,
            weight_decay=0.0,
            eps=1e-8,
            maximize=False,
        )
        for parameter in parameters:
            parameter.grad = None


WARM_UP, START, END = 0.3, 1 / 25, 1e-4 / 25
MOMENTUM, MIN_MOMENTUM = 0.95, 0.85


def one_cycle(done: float) -> tuple[float, float]:
    """Return the share of the peak rate and the momentum of the one-cycle policy (Smith and Topin 2018) at ``done``.

    The rate rises along a cosine for the first 30 % of the steps and falls for the rest; the momentum does the reverse.
    """
    if done < WARM_UP:
        high = 0.5 - 0.5 * math.cos(math.pi * done / WARM_UP)
        return START + (1.0 - START) * high, MOMENTUM + (MIN_MOMENTUM - MOMENTUM) * high
    high = 0.5 + 0.5 * math.cos(math.pi * (done - WARM_UP) / (1.0 - WARM_UP))
    return END + (1.0 - END) * high, MOMENTUM + (MIN_MOMENTUM - MOMENTUM) * high


def constant(_done: float) -> tuple[float, float]:
    """Return the full rate and Adam's default momentum."""
    return 1.0, 0.9


@contextmanager
def without_denormals() -> Iterator[None]:
    """Flush denormals to zero inside the block: kernel tails and Adam's moments decay into them, and they are slow."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def seeded(build: Callable[[], _Network], seed: int) -> _Network:
    """Build a network whose initial weights depend on ``seed`` alone and leave the global generator as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build()
