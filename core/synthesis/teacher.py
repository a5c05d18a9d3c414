"""The teacher: a variational autoencoder whose latent is penalised for depending on the group (FairDisCo).

Loss: ``reconstruction + kl * KL(q(z|x,s) || N(0,I)) + beta * dependence(z, s)``; the dependence is the authors' V^2 or
HSIC. The code works for any encoder ``(x, groups) -> (mean, log_variance)`` and any decoder ``(z, groups) -> output``
with a reconstruction loss, so tables and images share it.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn

from core.events import Listener, ignore
from core.synthesis.settings import FairnessSettings
from core.synthesis.training import BatchLoss, Losses, normal_noise, train
from core.synthesis.training_data import TrainingData
from models.losses import hsic, kl_to_standard_normal, reparameterised, v_squared


class Decoder(Protocol):
    """Interface of a decoder."""

    def __call__(self, latent: Tensor, groups: Tensor) -> Tensor:
        """Return the parameters of p(x | z, s)."""

    def reconstruction(self, output: Tensor, data: Tensor) -> Tensor:
        """Return ``-log p(x | z, s)`` of each row in nats, shape (n,)."""


def fit_teacher(
    encoder: nn.Module,
    decoder: nn.Module,
    examples: TrainingData,
    settings: FairnessSettings,
    *,
    seed: int,
    listener: Listener = ignore,
) -> None:
    """Train encoder and decoder in place.

    Args:
        encoder: ``(x, groups) -> (mean, log_variance)``, both (n, d).
        decoder: A module that satisfies ``Decoder``.
        examples: Train rows that the networks accept. With one group the independence term is left out.
        settings: Loss weights and optimisation.
        seed: Seed of batches and noise.
        listener: Receives one event per epoch.
    """
    batch_loss = teacher_loss(encoder, decoder, settings, len(examples))
    parameters = [*encoder.parameters(), *decoder.parameters()]
    train(parameters, batch_loss, examples, settings.optimisation, stage="teacher", seed=seed, listener=listener)


def teacher_loss(encoder: nn.Module, decoder: nn.Module, settings: FairnessSettings, rows: int) -> BatchLoss:
    """Return the loss of a batch of ``rows`` train rows; see `fit_teacher`."""
    full_batch = min(settings.optimisation.batch_size, rows)

    def batch_loss(batch: TrainingData, generator: torch.Generator) -> Losses:
        x, s = batch.data, batch.groups
        mean, log_variance = encoder(x, s)
        z = reparameterised(mean, log_variance, normal_noise(mean, generator))
        reconstruction = decoder.reconstruction(decoder(z, s), x).mean()  # type: ignore[operator]
        kl = kl_to_standard_normal(mean, log_variance)
        dependence = _dependence(z, mean, log_variance, batch, settings)
        if settings.last_batch_factor:
            dependence = dependence * (len(x) / full_batch)
        loss = reconstruction + settings.kl_weight * kl + settings.independence_weight * dependence
        return {"loss": loss, "reconstruction": reconstruction, "kl": kl, "dependence": dependence}

    return batch_loss


def _dependence(
    z: Tensor, mean: Tensor, log_variance: Tensor, batch: TrainingData, settings: FairnessSettings
) -> Tensor:
    if batch.group_count < 2 or settings.independence_weight == 0:
        return z.new_zeros(())
    if settings.independence == "v_squared":
        return v_squared(mean, log_variance, batch.groups, batch.group_count)
    return hsic(z, batch.groups, batch.group_count, classes=batch.classes, class_count=batch.class_count)
