"""Distillation of the student: a smaller encoder learns the frozen teacher's latent (Sikder et al., Algorithm 1).

Loss: ``Q(z, z') + lambda * KL(q'(z'|x,s) || N(0,I)) + weight * HSIC(z', s)``. The paper does not have the last term. It
keeps a small student from leaking more of s than its teacher. The code works for any pair of encoders.
"""

from __future__ import annotations

import torch
from torch import nn

from core.events import Listener, ignore
from core.synthesis.settings import DistillationSettings
from core.synthesis.training import BatchLoss, Losses, normal_noise, train
from core.synthesis.training_data import TrainingData
from models.losses import QUALITY_LOSSES, hsic, kl_to_standard_normal, reparameterised


def distil(
    teacher: nn.Module,
    student: nn.Module,
    examples: TrainingData,
    settings: DistillationSettings,
    *,
    seed: int,
    listener: Listener = ignore,
) -> None:
    """Train ``student`` in place; the teacher does not change.

    Args:
        teacher: Trained encoder ``(x, groups) -> (mean, log_variance)``, both (n, d).
        student: The encoder to train, with the same interface.
        examples: Train rows that both encoders accept. With one group the independence term is left out.
        settings: Quality loss, weights and optimisation.
        seed: Seed of batches and noise.
        listener: Receives one event per epoch.
    """
    batch_loss = distillation_loss(teacher, student, settings)
    train(
        student.parameters(),
        batch_loss,
        examples,
        settings.optimisation,
        stage="student",
        seed=seed,
        listener=listener,
    )


def distillation_loss(teacher: nn.Module, student: nn.Module, settings: DistillationSettings) -> BatchLoss:
    """Return the loss of a batch; see `distil`."""
    quality_loss = QUALITY_LOSSES[settings.quality]

    def batch_loss(batch: TrainingData, generator: torch.Generator) -> Losses:
        x, s = batch.data, batch.groups
        with torch.no_grad():
            mean, log_variance = teacher(x, s)
            z = reparameterised(mean, log_variance, normal_noise(mean, generator))
        student_mean, student_log_variance = student(x, s)
        student_z = reparameterised(student_mean, student_log_variance, normal_noise(mean, generator))
        quality = quality_loss(z, student_z, mean, log_variance, student_mean, student_log_variance)
        kl = kl_to_standard_normal(student_mean, student_log_variance)
        dependence = (
            hsic(student_z, s, batch.group_count, 1.0, batch.classes, batch.class_count)
            if batch.group_count > 1 and settings.independence_weight > 0
            else kl.new_zeros(())
        )
        loss = quality + settings.kl_weight * kl + settings.independence_weight * dependence
        return {"loss": loss, "quality": quality, "kl": kl, "dependence": dependence}

    return batch_loss
