"""The student: a smaller encoder that learns the frozen teacher's latent (Sikder et al., Algorithm 1).

Loss: ``Q(z, z') + lambda * KL(q'(z'|x,s) || N(0,I))``. Nothing here looks at the data: any pair of encoders will do.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.events import Listener, ignore
from core.synthesis.settings import StudentSettings
from core.synthesis.training import Losses, normal_noise, train
from models.losses import QUALITY_LOSSES, kl_to_standard_normal, reparameterised


def distil(
    teacher: nn.Module,
    student: nn.Module,
    data: Tensor,
    groups: Tensor,
    settings: StudentSettings,
    *,
    seed: int,
    listener: Listener = ignore,
) -> None:
    """Train ``student`` in place; the teacher is not touched.

    Args:
        teacher: Trained encoder ``(x, groups) -> (mean, log_variance)``, both (n, d).
        student: The encoder to train, same interface.
        data: Inputs, shape (n, ...).
        groups: Group codes, shape (n,).
        settings: Quality loss, lambda, optimisation.
        seed: Seeds batches and noise.
        listener: Receives one event an epoch.
    """
    quality_loss = QUALITY_LOSSES[settings.quality]

    def batch_loss(x: Tensor, s: Tensor, generator: torch.Generator) -> Losses:
        with torch.no_grad():
            mean, log_variance = teacher(x, s)
            z = reparameterised(mean, log_variance, normal_noise(mean, generator))
        student_mean, student_log_variance = student(x, s)
        student_z = reparameterised(student_mean, student_log_variance, normal_noise(mean, generator))
        quality = quality_loss(z, student_z, mean, log_variance, student_mean, student_log_variance)
        kl = kl_to_standard_normal(student_mean, student_log_variance)
        return {"loss": quality + settings.kl_weight * kl, "quality": quality, "kl": kl}

    train(
        student.parameters(),
        batch_loss,
        data,
        groups,
        settings.optimisation,
        stage="student",
        seed=seed,
        listener=listener,
    )
