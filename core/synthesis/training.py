"""The training loop of all networks. It minimises a loss and reports progress as events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import ConfigError, change
from core.events import Event, Listener, ignore
from core.synthesis.settings import Optimisation
from core.synthesis.training_data import TrainingData, batches
from models.optimiser import Adam, constant, one_cycle, without_denormals

Losses = dict[str, Tensor]
"""Loss terms of one step by name; ``loss`` is minimised, the others are reported."""

BatchLoss = Callable[[TrainingData, torch.Generator], Losses]
"""``(batch, generator) -> losses``; the generator is the only source of randomness."""


def train(
    parameters: Iterable[nn.Parameter],
    batch_loss: BatchLoss,
    examples: TrainingData,
    settings: Optimisation,
    *,
    stage: str,
    seed: int,
    listener: Listener = ignore,
) -> None:
    """Minimise ``batch_loss`` over the rows; report one event per epoch.

    Args:
        parameters: Parameters to train.
        batch_loss: Loss of one batch.
        examples: Train rows, on the device of the parameters.
        settings: Epochs, batch size, balance, learning rate and schedule.
        stage: Name of the stage in the events.
        seed: Seed of batches and noise. The same seed, versions, device and thread count give the same weights.
        listener: Receives the events; may raise to cancel.
    """
    steps, epochs = steps_per_epoch(len(examples), settings.batch_size), epochs_of(settings, len(examples))
    rate = one_cycle if settings.schedule == "one_cycle" else constant
    optimiser = Adam(parameters)
    generator = torch.Generator().manual_seed(seed)
    order = np.random.default_rng([seed, 1])
    strata = examples.strata()
    reporter = ProgressReporter(listener, stage, epochs, steps)
    for epoch in range(1, epochs + 1):
        with without_denormals():
            epoch_batches = batches(strata, steps, settings.balance, order)
            for step, rows in enumerate(epoch_batches, start=(epoch - 1) * steps):
                batch = examples.take(torch.from_numpy(rows).to(examples.data.device))
                losses = batch_loss(batch, generator)
                losses["loss"].backward()  # type: ignore[no-untyped-call]
                share, momentum = rate(step / (epochs * steps))
                optimiser.step(settings.learning_rate * share, momentum)
                reporter.step(losses)
        reporter.epoch(epoch)


def steps_per_epoch(rows: int, batch_size: int) -> int:
    """Return the number of steps in which all rows are seen once."""
    return max(1, round(rows / min(batch_size, rows)))


def epochs_of(settings: Optimisation, rows: int) -> int:
    """Return the number of epochs of a training on this many rows."""
    steps = steps_per_epoch(rows, settings.batch_size)
    return epochs_within(settings.epochs, steps, settings.min_steps, settings.max_steps)


def epochs_within(epochs: int, steps: int, least: int = 0, most: int | None = None) -> int:
    """Return how many epochs of ``steps`` steps: more than ``epochs`` for ``least`` steps, fewer for ``most`` steps.

    An epoch is always whole, and there is at least one.

    >>> epochs_within(30, 4, least=500), epochs_within(30, 600, most=6_000), epochs_within(30, 9_000, most=6_000)
    (125, 10, 1)
    """
    enough = max(epochs, -(-least // steps))
    return enough if most is None else max(1, min(enough, most // steps))


class ProgressReporter:
    """Reports each epoch with its mean losses, and progress within an epoch.

    Args:
        listener: Receives an event at least twice a second; may raise to cancel.
        stage: Name of the stage.
        epochs: Number of epochs.
        steps: Steps per epoch.
    """

    SECONDS = 0.5

    def __init__(self, listener: Listener, stage: str, epochs: int, steps: int) -> None:
        self._listener, self._stage, self._epochs, self._steps = listener, stage, epochs, steps
        self._started = self._last_report = time.monotonic()
        self._totals: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._done = 0

    def step(self, losses: Losses) -> None:
        """Count one step with these losses."""
        self._done += 1
        for name, value in losses.items():
            self._totals[name] = self._totals.get(name, 0.0) + float(value.detach())
            self._counts[name] = self._counts.get(name, 0) + 1
        if time.monotonic() - self._last_report > self.SECONDS:
            self._report(self._done // self._steps, {})

    def epoch(self, number: int) -> None:
        """Report the end of an epoch."""
        means = {name: total / self._counts[name] for name, total in self._totals.items()}
        self._totals, self._counts = {}, {}
        self._report(number, means)

    def _report(self, epoch: int, losses: dict[str, float]) -> None:
        self._last_report = time.monotonic()
        elapsed = self._last_report - self._started
        left = elapsed / self._done * (self._epochs * self._steps - self._done)
        self._listener(Event(self._stage, epoch, self._epochs, losses=losses, seconds_left=left, updates=self._done))


def normal_noise(like: Tensor, generator: torch.Generator) -> Tensor:
    """Draw standard normal noise of the shape of ``like``, on the CPU so that all devices get the same numbers."""
    return torch.randn(like.shape, generator=generator, dtype=like.dtype).to(like.device)


def choose_device(name: str) -> torch.device:
    """Return the named device. ``auto`` is a CUDA GPU if there is one, else Apple's MPS, else the CPU.

    On a CUDA GPU, convolutions then compute in full single precision, so that losses agree with those of the CPU.

    Raises:
        ConfigError: This machine does not have the named device.
    """
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(device for device, usable in available.items() if usable)
    if not available.get(name, False):
        raise ConfigError(
            f"This machine has no usable device {name!r}; auto and cpu always work.",
            field="device",
            remedies=[change("device")],
        )
    if name == "cuda":
        torch.backends.cudnn.allow_tf32 = False  # by default torch rounds the inputs of convolutions to 10 bits
    return torch.device(name)


def thread_count() -> int:
    """Return the number of threads of torch; the same bytes need the same number."""
    return torch.get_num_threads()


def usable_cores() -> int:
    """Return the number of cores that this process may use: the threads of torch, within its share of the machine."""
    from loky import cpu_count

    return min(torch.get_num_threads(), int(cpu_count()))


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Let torch compute with one thread in the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
