"""One training loop for every network: it takes a loss, reports progress events, knows neither screen nor data type."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import ConfigError, change
from core.events import Event, Listener, ignore
from core.synthesis.settings import Optimisation
from core.synthesis.training_data import Examples, batches
from models.optimiser import Adam, constant, one_cycle, without_denormals

Losses = dict[str, Tensor]
"""Named terms of one step; ``loss`` is the one that is minimised."""

BatchLoss = Callable[[Examples, torch.Generator], Losses]
"""``(batch, generator) -> losses``; the generator is the only source of chance."""


def train(
    parameters: Iterable[nn.Parameter],
    batch_loss: BatchLoss,
    examples: Examples,
    settings: Optimisation,
    *,
    stage: str,
    seed: int,
    listener: Listener = ignore,
) -> None:
    """Minimise ``batch_loss`` over the rows; one event an epoch.

    Args:
        parameters: What is trained.
        batch_loss: Loss of one batch.
        examples: Rows, on the device of the parameters.
        settings: Epochs, batch size and balance, rate, schedule.
        stage: Name of the stage in the events.
        seed: Seeds batches and noise; same seed, versions, device and threads: same weights.
        listener: Receives the events; may raise to cancel.
    """
    steps, epochs = passes(len(examples), settings.batch_size, settings.epochs, settings.least_steps)
    rate = one_cycle if settings.schedule == "one_cycle" else constant
    optimiser = Adam(parameters)
    generator = torch.Generator().manual_seed(seed)
    order = np.random.default_rng([seed, 1])
    strata = examples.strata()
    reporter = ProgressReporter(listener, stage, epochs, steps)
    for epoch in range(1, epochs + 1):
        with without_denormals():
            dealt = batches(strata, steps, settings.balance, order)
            for step, rows in enumerate(dealt, start=(epoch - 1) * steps):
                batch = examples.at(torch.from_numpy(rows).to(examples.data.device))
                losses = batch_loss(batch, generator)
                losses["loss"].backward()  # type: ignore[no-untyped-call]
                share, momentum = rate(step / (epochs * steps))
                optimiser.step(settings.learning_rate * share, momentum)
                reporter.step(losses)
        reporter.epoch(epoch)


def passes(rows: int, batch_size: int, epochs: int, least_steps: int) -> tuple[int, int]:
    """Steps of one pass over so many rows, and how many passes: more than ``epochs`` where rows are few."""
    steps = max(1, round(rows / min(batch_size, rows)))
    return steps, max(epochs, -(-least_steps // steps))


class ProgressReporter:
    """Tells a listener of every epoch with its mean losses, and in between that work goes on.

    Args:
        listener: Who is told; may raise to cancel, and is asked twice a second.
        stage: Name of the stage.
        epochs: Epochs in all.
        steps: Steps of an epoch.
    """

    SECONDS = 0.5

    def __init__(self, listener: Listener, stage: str, epochs: int, steps: int) -> None:
        self._listener, self._stage, self._epochs, self._steps = listener, stage, epochs, steps
        self._started = self._told = time.monotonic()
        self._totals: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._done = 0

    def step(self, losses: Losses) -> None:
        """One step was made, with these losses."""
        self._done += 1
        for name, value in losses.items():
            self._totals[name] = self._totals.get(name, 0.0) + float(value.detach())
            self._counts[name] = self._counts.get(name, 0) + 1
        if time.monotonic() - self._told > self.SECONDS:
            self._tell(self._done // self._steps, {})

    def epoch(self, number: int) -> None:
        """An epoch ended."""
        means = {name: total / self._counts[name] for name, total in self._totals.items()}
        self._totals, self._counts = {}, {}
        self._tell(number, means)

    def _tell(self, epoch: int, losses: dict[str, float]) -> None:
        self._told = time.monotonic()
        spent = self._told - self._started
        left = spent / self._done * (self._epochs * self._steps - self._done)
        self._listener(Event(self._stage, epoch, self._epochs, losses=losses, seconds_left=left, updates=self._done))


def normal_noise(like: Tensor, generator: torch.Generator) -> Tensor:
    """Standard normal noise of the shape of ``like``, drawn on the CPU so that every device sees the same numbers."""
    return torch.randn(like.shape, generator=generator, dtype=like.dtype).to(like.device)


def choose_device(name: str) -> torch.device:
    """``auto``: a CUDA GPU if there is one, else Apple's MPS, else the CPU; or the device named.

    Raises:
        ConfigError: This machine does not have the device named.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(device for device, found in there.items() if found)
    if not there.get(name, False):
        raise ConfigError(
            f"This machine has no usable device {name!r}; auto and cpu always are.",
            field="device",
            remedies=[change("device")],
        )
    return torch.device(name)


def thread_count() -> int:
    """Threads that torch computes with: part of what a run must repeat to repeat its bytes."""
    return torch.get_num_threads()
