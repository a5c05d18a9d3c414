"""FLDGM (fair latent deep generative models): a GAN or a diffusion model generates latents of a fair teacher.

Source: Ramachandranpillai, Sikder, Heintz, "Fair Latent Deep Generative Models for Syntax-Agnostic and Fair Synthetic
Data Generation", ECAI 2023. Settings of the authors (`paper`): GAN: generator 64-128-256-128-64-8, discriminator
8-128-64-32-1, batch norm, leaky ReLU of .2, least squares or Wasserstein with penalty 10 and five critic steps, Adam
2e-4, batch 2,048, 20,000 epochs; diffusion: v-prediction, cosine schedule, 1,000 levels, MLP 8-256-256-8, dropout .2,
Adam 1e-4, 5,000 epochs. `default`: 60 epochs (3,000 steps at least) of the GAN (see `latent_gan`), 100 of the
diffusion model, batch 512.

Differences from the authors' code:

- It is trained on the train rows only. Theirs also sees the test rows.
- The least-squares loss squares each score. Theirs squares the mean of the batch.
- Points of the gradient penalty lie between real and generated latents.
- Latents are standardised. Theirs are clamped to [-1, 1], which cuts off the tails.
- Groups and outcomes are generated too (`core.synthesis.methods.latent_generators`), for any number of groups.
- The discriminator has no batch norm. Batch norm would give real and generated batches the same scale, which is what
  the discriminator should tell apart.
- The final generator is the moving average of the weights.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from core.events import Listener
from core.synthesis.base import LEARN
from core.synthesis.methods.adversarial import AdversarialLoss, AdversarialNetworks, RealRows, train_adversarially
from core.synthesis.methods.latent_generators import LatentGenerator
from core.synthesis.methods.settings import LatentDiffusionSettings, LatentGanSettings, teacher_alone
from core.synthesis.settings import SynthesisSettings
from core.synthesis.training import Losses, train
from core.synthesis.training_data import TrainingData
from models.dense import dense
from models.diffusion import Denoiser, denoised, denoising_loss
from models.optimiser import seeded

GENERATOR, DISCRIMINATOR, SLOPE = (128, 256, 128, 64), (128, 64, 32), 0.2


class LatentGan(LatentGenerator[LatentGanSettings]):
    """FLDGM with a GAN, with the least-squares or the Wasserstein loss."""

    @property
    def synthesis(self) -> SynthesisSettings:
        """Settings of the teacher."""
        return teacher_alone(self.settings.teacher).synthesis

    def build(self, size: int) -> nn.Module:
        """Build the generator, which maps noise to latents."""
        return dense([self.settings.noise, *GENERATOR, size], slope=SLOPE, batch_norm=True)

    def learn_latents(self, network: nn.Module, *, seed: int, listener: Listener) -> None:
        """Train the generator against a discriminator, which is not saved."""
        sizes = [self.synthesis.teacher.latent, *DISCRIMINATOR, 1]
        critic = seeded(lambda: dense(sizes, slope=SLOPE), seed + 1).to(self.model.device)
        train_adversarially(
            AdversarialNetworks(network, critic, lambda rows, torch_rng: network(self._noise(rows, torch_rng))),
            RealRows(self.draw_latents, self.groups),
            AdversarialLoss(self.settings.loss, self.settings.penalty),
            self.settings.optimisation,
            seed=seed,
            listener=listener,
        )

    def new_latents(self, rows: int, torch_rng: torch.Generator) -> Tensor:
        """Generate latents from noise."""
        latents: Tensor = self.networks["latents"](self._noise(rows, torch_rng))
        return latents

    def _noise(self, rows: int, torch_rng: torch.Generator) -> Tensor:
        return torch.randn((rows, self.settings.noise), generator=torch_rng).to(self.model.device)


class LatentDiffusion(LatentGenerator[LatentDiffusionSettings]):
    """FLDGM with a diffusion model."""

    @property
    def synthesis(self) -> SynthesisSettings:
        """Settings of the teacher."""
        return teacher_alone(self.settings.teacher).synthesis

    def build(self, size: int) -> nn.Module:
        """Build the denoiser."""
        return Denoiser(size, self.settings.hidden, self.settings.dropout)

    def learn_latents(self, network: nn.Module, *, seed: int, listener: Listener) -> None:
        """Train the denoiser on latents that are drawn for each batch."""
        mean, deviation = self._posterior
        levels = self.settings.steps

        def batch_loss(batch: TrainingData, torch_rng: torch.Generator) -> Losses:
            rows = batch.data
            noise = torch.randn((len(rows), mean.shape[1]), generator=torch_rng).to(mean.device)
            clean = (mean[rows] + deviation[rows] * noise - self.centre) / self.scale
            return {"loss": denoising_loss(network, clean, levels, torch_rng)}

        network.train()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)  # dropout uses the global random generator
            train(
                network.parameters(),
                batch_loss,
                self.row_indices(),
                self.settings.optimisation,
                stage=LEARN,
                seed=seed,
                listener=listener,
            )
        network.eval()

    def new_latents(self, rows: int, torch_rng: torch.Generator) -> Tensor:
        """Generate latents by denoising noise step by step."""
        network = cast("Denoiser", self.networks["latents"])
        noise = torch.randn((rows, network.size), generator=torch_rng).to(self.model.device)
        return denoised(network, noise, self.settings.sampling_steps)
