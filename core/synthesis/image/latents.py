"""What encoders say of images, and the latents that are decoded: of a codeword's train images, or of the posterior."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import torch
from torch import nn

from core.data.images import Pixels
from core.synthesis.base import TEACHER
from core.synthesis.codebook import CODE_SEED, codebook_name
from core.synthesis.evaluation import Posterior
from core.synthesis.image.codewords import (
    CodewordImages,
    EncodedImages,
    Floats,
    Integers,
    draw_codes,
    fit_codewords,
    likeliest_points,
    nearest_values,
    share_codewords,
)
from models.codebook import SmallStrataCodebook

ENCODE_IMAGES = 512


@dataclass
class ImageLatents:
    """The latents of train images and of others.

    Args:
        networks: ``teacher`` and ``student``, and their codebooks if any; without them, latents are drawn from the
            posterior.
        device: Device of the networks.
        pixels: The train images, shape (n, size, size, 3).
        strata: Their strata, shape (n,): ``value * groups + group``.
        groups: Number of groups.
        sizes: Number of codewords of each value, shape (values,).
    """

    networks: dict[str, nn.Module]
    device: torch.device
    pixels: Pixels
    strata: Integers
    groups: int
    sizes: Integers

    def posterior(self, pixels: Pixels, groups: Integers, encoder: str) -> tuple[Floats, Floats]:
        """Return posterior means and standard deviations, each of shape (m, d)."""
        network = self.networks[encoder]
        means, deviations = [], []
        with torch.inference_mode():
            for start in range(0, len(groups), ENCODE_IMAGES):
                part = slice(start, start + ENCODE_IMAGES)
                images, codes = (
                    torch.from_numpy(np.array(values[part])).to(self.device) for values in (pixels, groups)
                )
                mean, log_variance = network(images, codes)
                means.append(mean.cpu().numpy())
                deviations.append((0.5 * log_variance).exp().cpu().numpy())
        return np.concatenate(means), np.concatenate(deviations)

    def encoded(self, pixels: Pixels, groups: Integers, values: Integers, encoder: str) -> EncodedImages:
        """Encode images.

        Args:
            pixels: Shape (m, size, size, 3).
            groups: Shape (m,).
            values: Value of the target of each, shape (m,). An image with the value -1 (no train image has its target)
                gets that of the nearest codeword.
            encoder: ``teacher`` or ``student``.
        """
        mean, deviation = self.posterior(pixels, groups, encoder)
        codebook = self._codebook(encoder)
        if codebook is not None and (values < 0).any():
            values = np.where(values < 0, nearest_values(codebook, mean, self.sizes), values)
        return EncodedImages(mean, deviation, values * self.groups + groups)

    def draw(self, images: EncodedImages, encoder: str, rng: np.random.Generator) -> Posterior:
        """Draw a latent for each image by its codeword; without codewords, return the posterior's own draw.

        The answer has the latents as means, shape (m, d), and with codewords also codes and targets.
        """
        codebook = self._codebook(encoder)
        if codebook is None:
            noise = rng.standard_normal(images.mean.shape, dtype=np.float32)
            return Posterior(images.mean + images.deviation * noise)
        codes = draw_codes(codebook, images, rng)
        return Posterior(self._codeword_images.draw(codes, rng), codes=codes, targets=images.strata // self.groups)

    def released(self, images: EncodedImages, encoder: str) -> Posterior:
        """Return what an encoder gives away of images: one drawn latent each, or means and standard deviations."""
        if self._codebook(encoder) is None:
            return Posterior(images.mean, images.deviation)
        return self.draw(images, encoder, np.random.default_rng(CODE_SEED))

    def likeliest(self, images: EncodedImages, encoder: str) -> Floats:
        """Return the likeliest latent of each image, shape (m, d): a codeword, or the posterior mean."""
        codebook = self._codebook(encoder)
        return images.mean if codebook is None else likeliest_points(codebook, images)

    def fit_codes(self, encoder: str, *, seed: int) -> None:
        """Fit the codewords of the trained teacher, or give the trained student the teacher's."""
        own, shared = (cast("SmallStrataCodebook", self._codebook(name)) for name in (encoder, TEACHER))
        images = self._train_images(encoder)
        if encoder == TEACHER:
            fit_codewords(own, images, self.sizes, seed=seed)
        else:
            share_codewords(own, shared, images, self.sizes)

    def _codebook(self, encoder: str) -> SmallStrataCodebook | None:
        return cast("SmallStrataCodebook | None", self.networks.get(codebook_name(encoder)))

    def _train_images(self, encoder: str) -> EncodedImages:
        groups = self.strata % self.groups
        return EncodedImages(*self.posterior(self.pixels, groups, encoder), self.strata)

    @cached_property
    def _codeword_images(self) -> CodewordImages:
        codebook = cast("SmallStrataCodebook", self._codebook(TEACHER))
        return CodewordImages.of(codebook, self._train_images(TEACHER), self.sizes)
