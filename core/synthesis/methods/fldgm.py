"""FLDGM: fair latent deep generative models. New latents of a fair teacher, made by a GAN or a diffusion model.

Source: Ramachandranpillai, Sikder, Heintz, "Fair Latent Deep Generative Models for Syntax-Agnostic and Fair Synthetic
Data Generation", ECAI 2023. Settings of the authors (`paper`): GAN: generator 64-128-256-128-64-8, discriminator
8-128-64-32-1, batch norm, leaky ReLU of .2, least squares or Wasserstein with penalty 10 and five critic steps, Adam
2e-4, batch 2,048, 20,000 epochs; diffusion: v-prediction, cosine schedule, 1,000 levels, MLP 8-256-256-8, dropout .2,
Adam 1e-4, 5,000 epochs. `default`: 60 epochs (3,000 steps at least) of the GAN (see `latent_gan`), 100 of the
diffusion model, batch 512.

Mended: trained on train rows only (theirs see the test rows); the least-squares loss squares each score, not the
batch's mean; penalty points lie between real and made ones; latents are scaled instead of clamped to [-1, 1], which
cut their tails; groups and outcomes are made too (`core.synthesis.methods.latent_generators`), of any number of
groups. The
discriminator has no batch norm: it would bring real and made batches to one scale, the very thing to be told apart.
The generator that is kept is the running mean of its weights.
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
from core.synthesis.training_data import Examples
from models.dense import dense
from models.diffusion import Denoiser, denoised, denoising_loss
from models.optimiser import seeded

GENERATOR, DISCRIMINATOR, SLOPE = (128, 256, 128, 64), (128, 64, 32), 0.2


class LatentGan(LatentGenerator[LatentGanSettings]):
    """FLDGM (GAN), with the least-squares or the Wasserstein loss."""

    @property
    def synthesis(self) -> SynthesisSettings:
        """Settings of the teacher."""
        return teacher_alone(self.settings.teacher).synthesis

    def build(self, size: int) -> nn.Module:
        """The generator: noise to latents."""
        return dense([self.settings.noise, *GENERATOR, size], slope=SLOPE, batch_norm=True)

    def learn_latents(self, network: nn.Module, *, seed: int, listener: Listener) -> None:
        """Train generator against discriminator; the latter is not kept."""
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
        """What the generator makes of noise."""
        latents: Tensor = self.networks["latents"](self._noise(rows, torch_rng))
        return latents

    def _noise(self, rows: int, torch_rng: torch.Generator) -> Tensor:
        return torch.randn((rows, self.settings.noise), generator=torch_rng).to(self.model.device)


class LatentDiffusion(LatentGenerator[LatentDiffusionSettings]):
    """FLDGM (DM)."""

    @property
    def synthesis(self) -> SynthesisSettings:
        """Settings of the teacher."""
        return teacher_alone(self.settings.teacher).synthesis

    def build(self, size: int) -> nn.Module:
        """The denoiser."""
        return Denoiser(size, self.settings.hidden, self.settings.dropout)

    def learn_latents(self, network: nn.Module, *, seed: int, listener: Listener) -> None:
        """Train the denoiser on latents drawn anew for each batch."""
        mean, deviation = self._posterior
        levels = self.settings.steps

        def batch_loss(batch: Examples, torch_rng: torch.Generator) -> Losses:
            rows = batch.data
            noise = torch.randn((len(rows), mean.shape[1]), generator=torch_rng).to(mean.device)
            clean = (mean[rows] + deviation[rows] * noise - self.centre) / self.scale
            return {"loss": denoising_loss(network, clean, levels, torch_rng)}

        network.train()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)  # dropout draws from the global source
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
        """What noise becomes when it is taken away step by step."""
        network = cast("Denoiser", self.networks["latents"])
        noise = torch.randn((rows, network.size), generator=torch_rng).to(self.model.device)
        return denoised(network, noise, self.settings.sampling_steps)
