"""One loop for every adversarial generator: some steps of the critic, one of the generator, and so on."""

from __future__ import annotations

from collections.abc import Callable
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


def train_adversarially(
    generator: nn.Module,
    critic: nn.Module,
    fake: Fake,
    data: Tensor | Callable[[torch.Generator], Tensor],
    groups: Tensor,
    settings: AdversarialOptimisation,
    *,
    objective: Objective,
    penalty: float,
    seed: int,
    further_epochs: int = 0,
    extra: Extra = no_more,
    listener: Listener = ignore,
) -> None:
    """Train a generator against a critic, in place.

    Args:
        generator: What makes fake rows.
        critic: ``(n, d) -> (n, 1)``.
        fake: Makes rows with the generator.
        data: Real rows, shape (n, d); or what draws them anew for each epoch, e.g. latents.
        groups: Group of each real row, shape (n,): every batch has its share of each.
        settings: Epochs, batch size, rate, steps of the critic.
        objective: What critic and generator minimise.
        penalty: Weight of the gradient penalty (``wgan_gp``).
        seed: Seeds batches and noise.
        further_epochs: Epochs after those of the settings.
        extra: Further terms of the generator.
        listener: Is told of each epoch, and twice a second that it still lives.
    """
    membership = groups.cpu().numpy()
    steps, usual = passes(len(membership), settings.batch_size, settings.epochs, settings.least_steps)
    epochs = usual + further_epochs
    chance = torch.Generator().manual_seed(seed)
    order = np.random.default_rng([seed, 1])
    optimisers = Adam(generator.parameters()), Adam(critic.parameters())
    reporter = ProgressReporter(listener, LEARN, epochs, steps)
    mean = RunningMean(generator, max(1, epochs * steps // settings.critic_steps))
    generator.train()
    for epoch in range(1, epochs + 1):
        real = data if isinstance(data, Tensor) else data(chance)
        for step, rows in enumerate(stratified_batches(membership, steps, order)):
            batch = real[torch.from_numpy(rows).to(real.device)]
            losses = {"critic": _step_critic(critic, batch, fake, chance, objective, penalty, optimisers[1], settings)}
            if step % settings.critic_steps == settings.critic_steps - 1 or steps < settings.critic_steps:
                losses |= _step_generator(generator, critic, fake, len(batch), chance, objective, epoch - usual, extra)
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


def _step_critic(
    critic: nn.Module,
    real: Tensor,
    fake: Fake,
    chance: torch.Generator,
    objective: Objective,
    penalty: float,
    optimiser: Adam,
    settings: AdversarialOptimisation,
) -> Tensor:
    with torch.no_grad():
        made = fake(len(real), chance)
    loss = _CRITIC[objective](critic(real), critic(made))
    if objective == "wgan_gp" and penalty:
        loss = loss + penalty * gradient_penalty(critic, real, made, chance)
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step(settings.learning_rate, MOMENTUM)
    return loss


def _step_generator(
    generator: nn.Module,
    critic: nn.Module,
    fake: Fake,
    rows: int,
    chance: torch.Generator,
    objective: Objective,
    further: int,
    extra: Extra,
) -> dict[str, Tensor]:
    made = fake(rows, chance)
    terms = {"generator": _GENERATOR[objective](critic(made)), **extra(made, further)}
    loss = torch.stack(list(terms.values())).sum()
    wanted = [parameter for parameter in generator.parameters() if parameter.requires_grad]
    for parameter, slope in zip(wanted, torch.autograd.grad(loss, wanted), strict=True):
        parameter.grad = slope  # the critic's own gradients stay as they are
    return terms
