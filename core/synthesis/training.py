"""One training loop for every network: it takes a loss, reports progress events, knows neither screen nor data type."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import ConfigError
from core.events import Event, Listener, ignore
from core.synthesis.settings import Optimisation

Losses = dict[str, Tensor]
"""Named terms of one step; ``loss`` is the one that is minimised."""

BatchLoss = Callable[[Tensor, Tensor, torch.Generator], Losses]
"""``(x, groups, generator) -> losses`` of a batch; the generator is the only source of chance."""


def train(
    parameters: Iterable[nn.Parameter],
    batch_loss: BatchLoss,
    data: Tensor,
    groups: Tensor,
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
        data: Inputs, shape (n, ...), on the device of the parameters.
        groups: Group codes, shape (n,), on the same device.
        settings: Epochs, batch size, rate, schedule.
        stage: Name of the stage in the events.
        seed: Seeds batches and noise; same seed, versions, device and threads: same weights.
        listener: Receives the events; may raise to cancel.
    """
    batch = min(settings.batch_size, len(data))
    steps = max(1, round(len(data) / batch))
    optimiser = torch.optim.Adam(parameters, lr=settings.learning_rate)
    schedule = None
    if settings.schedule == "one_cycle":
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, max_lr=settings.learning_rate, total_steps=steps * settings.epochs + 1
        )
    generator = torch.Generator().manual_seed(seed)
    order = np.random.default_rng([seed, 1])
    membership = groups.cpu().numpy()
    started = time.monotonic()
    for epoch in range(1, settings.epochs + 1):
        totals: dict[str, float] = {}
        with _without_denormals():
            for rows in stratified_batches(membership, steps, order):
                index = torch.from_numpy(rows).to(data.device)
                losses = batch_loss(data[index], groups[index], generator)
                optimiser.zero_grad(set_to_none=True)
                losses["loss"].backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                if schedule is not None:
                    schedule.step()
                for name, value in losses.items():
                    totals[name] = totals.get(name, 0.0) + float(value.detach()) / steps
        spent = time.monotonic() - started
        left = spent / epoch * (settings.epochs - epoch)
        listener(Event(stage, epoch, settings.epochs, losses=totals, seconds_left=left))


@contextmanager
def _without_denormals() -> Iterator[None]:
    """Kernel tails and Adam's moments decay into denormals, which are slow; others in this thread may need theirs."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def stratified_batches(groups: np.ndarray, steps: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Split all rows into ``steps`` batches in which every group has its share, so that rare ones are always present.

    Each group's rows are shuffled and laid out at even distances; sorting by place then deals them to the batches.
    """
    places = np.empty(len(groups))
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        places[rng.permutation(rows)] = (np.arange(len(rows)) + rng.random()) / len(rows)
    yield from np.array_split(np.argsort(places, kind="stable"), steps)


def normal_noise(like: Tensor, generator: torch.Generator) -> Tensor:
    """Standard normal noise of the shape of ``like``, drawn on the CPU so that every device sees the same numbers."""
    return torch.randn(like.shape, generator=generator, dtype=like.dtype).to(like.device)


def seeded(build: Callable[[], nn.Module], seed: int) -> nn.Module:
    """Build a network whose initial weights depend on ``seed`` alone and leave the global generator as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build()


def choose_device(name: str) -> torch.device:
    """``auto``: a CUDA GPU if there is one, else Apple's MPS, else the CPU; or the device named.

    Raises:
        ConfigError: This machine does not have the device named.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(device for device, found in there.items() if found)
    if not there.get(name, False):
        raise ConfigError(f"This machine has no usable device {name!r}; choose auto or cpu.")
    return torch.device(name)


def thread_count() -> int:
    """Threads that torch computes with: part of what a run must repeat to repeat its bytes."""
    return torch.get_num_threads()
