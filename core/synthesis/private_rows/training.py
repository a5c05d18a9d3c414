"""Training of an autoregressive network with differential privacy (DP-SGD; Abadi et al. 2016)."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from core.events import Listener
from core.synthesis.private_rows.accounting import PrivacyAccount
from core.synthesis.private_rows.noise import RandomSource
from core.synthesis.settings import PrivacySettings
from core.synthesis.training import ProgressReporter
from models.clipped_gradient import add_clipped_gradients
from models.optimiser import Adam, one_cycle, seeded, without_denormals
from models.table import TableDecoder

STAGE = "private_rows"
_REPORTS = 50


def independent_network(codes: NDArray[np.int64], sizes: list[int], hidden: int, seed: int) -> TableDecoder:
    """Return a network without latent whose columns start out independent, with the shares of these codes.

    Args:
        codes: Rows with the shares to start from, shape (n, C); they must not be the train rows.
        sizes: Number of codes of each column.
        hidden: Units of the hidden layer.
        seed: Seed of the other weights.
    """
    network = seeded(
        lambda: TableDecoder(sizes, torch.ones(1, sum(sizes), dtype=torch.bool), hidden, 0, autoregressive=True), seed
    )
    counts = [np.bincount(codes[:, column], minlength=size) for column, size in enumerate(sizes)]
    shares = np.concatenate([(count + 0.5) / (count + 0.5).sum() for count in counts])
    with torch.no_grad():
        network.head.bias.copy_(torch.from_numpy(np.log(shares)))
        network.head.weight.mul_(0.1)
    return network


def train_privately(
    network: TableDecoder,
    codes: NDArray[np.int64],
    settings: PrivacySettings,
    account: PrivacyAccount,
    *,
    random: RandomSource,
    listener: Listener,
) -> None:
    """Train on the codes of the train rows, shape (n, C), in place.

    In each step every row takes part with the same probability, independently. The sum of the clipped gradients gets
    noise of ``noise_training * clip`` and is divided by the expected number of rows. What the listener hears is the
    step, and no loss, because losses of real rows are not private.
    """
    rows, expected = torch.from_numpy(codes), account.sampling_rate * len(codes)
    optimiser = Adam(network.parameters())
    reporter = ProgressReporter(listener, STAGE, _REPORTS, -(-account.steps // _REPORTS))
    deviation = account.noise_training * account.clip
    with without_denormals():
        for step in range(account.steps):
            chosen = torch.from_numpy(np.flatnonzero(random.random(len(codes)) < account.sampling_rate))
            batch = rows[chosen]
            none = torch.zeros(len(batch), 0), torch.zeros(len(batch), dtype=torch.long)
            add_clipped_gradients(network, *none, batch, account.clip)
            for parameter in network.parameters():
                noise = torch.from_numpy(random.standard_normal(tuple(parameter.shape))).to(parameter.dtype)
                assert parameter.grad is not None  # noqa: S101  # it was just set
                parameter.grad.add_(noise, alpha=deviation).div_(expected)
            share, momentum = one_cycle(step / account.steps)
            optimiser.step(settings.learning_rate * share, momentum)
            reporter.step({})
