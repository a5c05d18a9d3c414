"""Objectives of generative adversarial networks: least squares, and Wasserstein with a gradient penalty.

Sources: LSGAN, Mao et al. 2017; WGAN-GP, Gulrajani et al. 2017.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def gradient_penalty(critic: nn.Module, real: Tensor, fake: Tensor, generator: torch.Generator) -> Tensor:
    """Compute ``E (|grad D(x)| - 1)^2`` at uniform random points between real and fake rows; both (n, d)."""
    share = torch.rand((len(real), 1), generator=generator, dtype=real.dtype).to(real.device)
    between = (share * real + (1.0 - share) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.square().sum(dim=1).add(1e-12).sqrt() - 1.0).square().mean()


def wasserstein_critic(real: Tensor, fake: Tensor) -> Tensor:
    """Return the critic's loss: mean score of fake rows minus mean score of real rows; scores (n, 1)."""
    return fake.mean() - real.mean()


def wasserstein_generator(fake: Tensor) -> Tensor:
    """Return the generator's loss against a Wasserstein critic."""
    return -fake.mean()


def least_squares_critic(real: Tensor, fake: Tensor) -> Tensor:
    """Half the mean squared error of a critic that should say 1 of real and 0 of fake rows.

    The square is of each row's score: squaring the batch's mean, as some code does, lets scores cancel.
    """
    return 0.5 * ((real - 1.0).square().mean() + fake.square().mean())


def least_squares_generator(fake: Tensor) -> Tensor:
    """Return the generator's loss against a least-squares critic."""
    return 0.5 * (fake - 1.0).square().mean()
