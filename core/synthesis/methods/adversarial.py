"""The training loop of all adversarial generators: some steps of the critic, then one step of the generator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from core.events import Listener, ignore
from core.synthesis.base import LEARN
from core.synthesis.methods.settings import AdversarialOptimisation
from core.synthesis.training import ProgressReporter, epochs_within, steps_per_epoch
from core.synthesis.training_data import stratified_batches
from models.adversarial import (
    gradient_penalty,
    least_squares_critic,
    least_squares_generator,
    wasserstein_critic,
    wasserstein_generator,
)
from models.optimiser import Adam

Objective = Literal["lsgan", "wgan_gp"]
MOMENTUM = 0.5

Fake = Callable[[int, torch.Generator], Tensor]
"""``(n, random generator) -> fake rows (n, d)``, differentiable."""

ExtraTerms = Callable[[Tensor, int], dict[str, Tensor]]
"""``(fake rows, extra epoch) -> named loss terms`` of the generator, already weighted.

The extra epochs are numbered from 1; before them the number is 0 or less.
"""

_CRITIC = {"lsgan": least_squares_critic, "wgan_gp": wasserstein_critic}
_GENERATOR = {"lsgan": least_squares_generator, "wgan_gp": wasserstein_generator}


def no_extra_terms(_fake: Tensor, _extra_epoch: int) -> dict[str, Tensor]:
    """Return no extra loss terms."""
    return {}


@dataclass(frozen=True)
class AdversarialNetworks:
    """The two networks of a GAN.

    Args:
        generator: Generates fake rows; trained in place.
        critic: ``(n, d) -> (n, 1)``; trained in place.
        fake: Generates rows with the generator.
    """

    generator: nn.Module
    critic: nn.Module
    fake: Fake


@dataclass(frozen=True)
class RealRows:
    """The real rows of the critic.

    Args:
        data: Real rows, shape (n, d), or a function that draws them for each epoch, such as latents.
        groups: Group of each real row, shape (n,); batches are stratified by group.
    """

    data: Tensor | Callable[[torch.Generator], Tensor]
    groups: Tensor


@dataclass(frozen=True)
class AdversarialLoss:
    """The losses of critic and generator.

    Args:
        objective: The adversarial loss.
        penalty: Weight of the gradient penalty (``wgan_gp``).
        terms: Extra loss terms of the generator.
    """

    objective: Objective
    penalty: float
    terms: ExtraTerms = no_extra_terms


def train_adversarially(
    networks: AdversarialNetworks,
    real: RealRows,
    loss: AdversarialLoss,
    settings: AdversarialOptimisation,
    *,
    seed: int,
    extra_epochs: int = 0,
    listener: Listener = ignore,
) -> None:
    """Train a generator against a critic, in place.

    Args:
        networks: Generator and critic.
        real: The real rows.
        loss: The losses of both networks.
        settings: Epochs, batch size, learning rate and steps of the critic.
        seed: Seed of batches and noise.
        extra_epochs: Epochs after those of the settings.
        listener: Receives an event per epoch, and at least twice a second.
    """
    groups, generator = real.groups.cpu().numpy(), networks.generator
    steps = steps_per_epoch(len(groups), settings.batch_size)
    base_epochs = epochs_within(settings.epochs, steps, settings.min_steps)
    epochs = base_epochs + extra_epochs
    torch_rng = torch.Generator().manual_seed(seed)
    order = np.random.default_rng([seed, 1])
    optimisers = Adam(generator.parameters()), Adam(networks.critic.parameters())
    reporter = ProgressReporter(listener, LEARN, epochs, steps)
    running_mean = RunningMean(generator, max(1, epochs * steps // settings.critic_steps))
    generator.train()
    for epoch in range(1, epochs + 1):
        data = real.data if isinstance(real.data, Tensor) else real.data(torch_rng)
        for step, rows in enumerate(stratified_batches(groups, steps, order)):
            batch = data[torch.from_numpy(rows).to(data.device)]
            losses = {"critic": _critic_loss(networks, batch, loss, torch_rng)}
            optimisers[1].step(settings.learning_rate, MOMENTUM)
            if step % settings.critic_steps == settings.critic_steps - 1 or steps < settings.critic_steps:
                losses |= _generator_terms(networks, len(batch), loss, torch_rng, epoch - base_epochs)
                optimisers[0].step(settings.learning_rate, MOMENTUM)
                running_mean.update(generator)
            reporter.step(losses)
        reporter.epoch(epoch)
    running_mean.copy_to(generator)
    generator.eval()


class RunningMean:
    """The exponential moving average of a generator's weights, over about a tenth of its steps.

    A generator circles around its equilibrium and does not converge to it. The average of its weights lies nearer to
    the equilibrium than the last weights (Yazici et al., ICLR 2019). The training itself does not change.

    Args:
        network: The generator.
        steps: Number of steps of the generator.
    """

    SHARE = 0.1

    def __init__(self, network: nn.Module, steps: int) -> None:
        self._mean = {name: value.detach().clone() for name, value in network.state_dict().items()}
        self._rate = min(1.0, 1.0 / (self.SHARE * steps))

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Add the current weights to the average."""
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                self._mean[name].lerp_(value, self._rate)

    def copy_to(self, network: nn.Module) -> None:
        """Replace the weights of the network by the average."""
        network.load_state_dict(self._mean)


def _critic_loss(
    networks: AdversarialNetworks, real: Tensor, loss: AdversarialLoss, torch_rng: torch.Generator
) -> Tensor:
    """Compute the critic's loss of one batch; its gradients are stored in its parameters."""
    with torch.no_grad():
        fake_rows = networks.fake(len(real), torch_rng)
    critic_loss = _CRITIC[loss.objective](networks.critic(real), networks.critic(fake_rows))
    if loss.objective == "wgan_gp" and loss.penalty:
        critic_loss = critic_loss + loss.penalty * gradient_penalty(networks.critic, real, fake_rows, torch_rng)
    critic_loss.backward()  # type: ignore[no-untyped-call]
    return critic_loss


def _generator_terms(
    networks: AdversarialNetworks, rows: int, loss: AdversarialLoss, torch_rng: torch.Generator, extra_epoch: int
) -> dict[str, Tensor]:
    """Compute the generator's loss terms of one batch; the gradients of their sum are stored in its parameters."""
    fake_rows = networks.fake(rows, torch_rng)
    terms = {"generator": _GENERATOR[loss.objective](networks.critic(fake_rows)), **loss.terms(fake_rows, extra_epoch)}
    total = torch.stack(list(terms.values())).sum()
    trained = [parameter for parameter in networks.generator.parameters() if parameter.requires_grad]
    for parameter, gradient in zip(trained, torch.autograd.grad(total, trained), strict=True):
        parameter.grad = gradient  # the gradients of the critic do not change
    return terms
