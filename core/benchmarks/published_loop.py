"""The teacher's epoch in the shape that the authors published, written afresh; `core.benchmarks.speed_ratios` times it.

Rows are taken one by one by a loader and stacked to batches. The independence term makes the whole array of pairwise
overlaps, of shape (n, n, d), anew for each of its three sums, and masks it for each group.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from core.synthesis.settings import FairnessSettings
from core.synthesis.training_data import TrainingData
from models.losses import kl_to_standard_normal, reparameterised


class Rows(Dataset[tuple[Tensor, Tensor]]):
    """Train rows, one at a time."""

    def __init__(self, examples: TrainingData) -> None:
        self._examples = examples

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._examples)

    def __getitem__(self, place: int) -> tuple[Tensor, Tensor]:
        """Return a row and its group."""
        return self._examples.data[place], self._examples.groups[place]


def epoch(encoder: nn.Module, decoder: nn.Module, examples: TrainingData, settings: FairnessSettings) -> float:
    """Train for one epoch in place, and return the mean loss of its batches."""
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=settings.optimisation.learning_rate)
    loader = DataLoader(Rows(examples), batch_size=settings.optimisation.batch_size, shuffle=True)
    losses = []
    for data, groups in loader:
        mean, log_variance = encoder(data, groups)
        z = reparameterised(mean, log_variance, torch.randn_like(mean))
        loss = decoder.reconstruction(decoder(z, groups), data).mean()  # type: ignore[operator]
        loss = loss + settings.kl_weight * kl_to_standard_normal(mean, log_variance)
        term = pairwise_v_squared(mean, log_variance, groups, examples.group_count)
        loss = loss + settings.independence_weight * term
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    return sum(losses) / len(losses)


def pairwise_v_squared(mean: Tensor, log_variance: Tensor, groups: Tensor, group_count: int) -> Tensor:
    """Return what `models.losses.v_squared` returns, from three whole arrays for each group."""
    total = mean.new_zeros(())
    for group in range(group_count):
        mine = (groups == group).to(mean.dtype)
        size = mine.sum().clamp(min=1.0)
        within = (_overlaps(mean, log_variance) * mine[:, None] * mine[None, :]).sum() / size**2
        with_all = (_overlaps(mean, log_variance) * mine[:, None]).sum() / (size * len(mean))
        overall = _overlaps(mean, log_variance).sum() / len(mean) ** 2
        total = total + (mine.sum() / len(mean)) ** 2 * (within - 2.0 * with_all + overall)
    return total


def _overlaps(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return the pairwise overlaps of the posteriors times ``(4 pi)^(d/2)``, shape (n, n)."""
    variance = log_variance.exp()
    spread = variance[:, None, :] + variance[None, :, :]
    distance = mean[:, None, :] - mean[None, :, :]
    log_kernel = -0.5 * (spread.log() + distance.square() / spread).sum(dim=2)
    return (log_kernel + 0.5 * mean.shape[1] * math.log(2.0)).exp()
