"""One loop for every adversarial generator: some steps of the critic, one of the generator, and so on."""

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
from core.synthesis.training import ProgressReporter, passes
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
"""``(n, generator) -> fake rows (n, d)``, through which gradients flow."""

Extra = Callable[[Tensor, int], dict[str, Tensor]]
"""``(fake rows, further) -> named terms`` that the generator minimises too, already weighted.

``further`` numbers the further epochs from 1; before them it is 0 or less.
"""

_CRITIC = {"lsgan": least_squares_critic, "wgan_gp": wasserstein_critic}
_GENERATOR = {"lsgan": least_squares_generator, "wgan_gp": wasserstein_generator}


def no_more(_fake: Tensor, _further: int) -> dict[str, Tensor]:
    """No term beside the critic's."""
    return {}


@dataclass(frozen=True)
class Players:
    """The networks that are trained against one another.

    Args:
        generator: What makes fake rows; trained in place.
        critic: ``(n, d) -> (n, 1)``; trained in place.
        fake: Makes rows with the generator.
    """

    generator: nn.Module
    critic: nn.Module
    fake: Fake


@dataclass(frozen=True)
class RealRows:
    """What the critic compares fake rows with.

    Args:
        data: Real rows, shape (n, d); or what draws them anew for each epoch, e.g. latents.
        groups: Group of each real row, shape (n,): every batch has its share of each.
    """

    data: Tensor | Callable[[torch.Generator], Tensor]
    groups: Tensor


@dataclass(frozen=True)
class AdversarialLoss:
    """What both players minimise.

    Args:
        objective: The loss of critic and generator.
        penalty: Weight of the gradient penalty (``wgan_gp``).
        terms: Further terms of the generator.
    """

    objective: Objective
    penalty: float
    terms: Extra = no_more


def train_adversarially(
    players: Players,
    real: RealRows,
    loss: AdversarialLoss,
    settings: AdversarialOptimisation,
    *,
    seed: int,
    further_epochs: int = 0,
    listener: Listener = ignore,
) -> None:
    """Train a generator against a critic, in place.

    Args:
        players: Generator and critic.
        real: The rows to imitate.
        loss: What they minimise.
        settings: Epochs, batch size, rate, steps of the critic.
        seed: Seeds batches and noise.
        further_epochs: Epochs after those of the settings.
        listener: Is told of each epoch, and twice a second that it still lives.
    """
    membership, generator = real.groups.cpu().numpy(), players.generator
    steps, usual = passes(len(membership), settings.batch_size, settings.epochs, settings.least_steps)
    epochs = usual + further_epochs
    chance = torch.Generator().manual_seed(seed)
    order = np.random.default_rng([seed, 1])
    optimisers = Adam(generator.parameters()), Adam(players.critic.parameters())
    reporter = ProgressReporter(listener, LEARN, epochs, steps)
    mean = RunningMean(generator, max(1, epochs * steps // settings.critic_steps))
    generator.train()
    for epoch in range(1, epochs + 1):
        data = real.data if isinstance(real.data, Tensor) else real.data(chance)
        for step, rows in enumerate(stratified_batches(membership, steps, order)):
            batch = data[torch.from_numpy(rows).to(data.device)]
            losses = {"critic": _critic_loss(players, batch, loss, chance)}
            optimisers[1].step(settings.learning_rate, MOMENTUM)
            if step % settings.critic_steps == settings.critic_steps - 1 or steps < settings.critic_steps:
                losses |= _generator_terms(players, len(batch), loss, chance, epoch - usual)
                optimisers[0].step(settings.learning_rate, MOMENTUM)
                mean.take(generator)
            reporter.step(losses)
        reporter.epoch(epoch)
    mean.give(generator)
    generator.eval()


class RunningMean:
    """The exponential mean of a generator's weights, over about a tenth of its steps.

    A generator circles around its equilibrium rather than coming to rest there; the mean of its path lies nearer to it
    than its last step (Yazici et al., ICLR 2019). Nothing is drawn for it, and the training itself does not change.

    Args:
        network: The generator.
        steps: How many steps it will make.
    """

    SHARE = 0.1

    def __init__(self, network: nn.Module, steps: int) -> None:
        self._kept = {name: value.detach().clone() for name, value in network.state_dict().items()}
        self._forget = min(1.0, 1.0 / (self.SHARE * steps))

    @torch.no_grad()
    def take(self, network: nn.Module) -> None:
        """Add the network as it is now."""
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                self._kept[name].lerp_(value, self._forget)

    def give(self, network: nn.Module) -> None:
        """Put the mean in the network's place."""
        network.load_state_dict(self._kept)


def _critic_loss(players: Players, real: Tensor, loss: AdversarialLoss, chance: torch.Generator) -> Tensor:
    """The critic's loss of one batch; its gradients are left in its parameters."""
    with torch.no_grad():
        made = players.fake(len(real), chance)
    found = _CRITIC[loss.objective](players.critic(real), players.critic(made))
    if loss.objective == "wgan_gp" and loss.penalty:
        found = found + loss.penalty * gradient_penalty(players.critic, real, made, chance)
    found.backward()  # type: ignore[no-untyped-call]
    return found


def _generator_terms(
    players: Players, rows: int, loss: AdversarialLoss, chance: torch.Generator, further: int
) -> dict[str, Tensor]:
    """The generator's terms of one batch; the gradients of their sum are left in its parameters."""
    made = players.fake(rows, chance)
    terms = {"generator": _GENERATOR[loss.objective](players.critic(made)), **loss.terms(made, further)}
    total = torch.stack(list(terms.values())).sum()
    wanted = [parameter for parameter in players.generator.parameters() if parameter.requires_grad]
    for parameter, slope in zip(wanted, torch.autograd.grad(total, wanted), strict=True):
        parameter.grad = slope  # the critic's own gradients stay as they are
    return terms
