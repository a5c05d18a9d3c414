"""Convolutional networks for images: pixels and a group in, latent Gaussians out, and back.

The authors' image model is a variational autoencoder with five convolutions at 64 x 64. Here each convolution halves
the side until it is at most two pixels (five at 64, four at 32, three at 16), so any size works.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

LOG_VARIANCE_RANGE = (-12.0, 4.0)
LAST_SIDE = 2
WIDEST = 8
"""No layer has more than this many times the first layer's channels."""


def sides(size: int) -> list[int]:
    """Return the side length of the image before the first and after each convolution.

    >>> sides(64), sides(28)
    ([64, 32, 16, 8, 4, 2], [28, 14, 7, 4, 2])
    """
    lengths = [size]
    while lengths[-1] > LAST_SIDE:
        lengths.append(math.ceil(lengths[-1] / 2))
    return lengths


def _widths(size: int, channels: int) -> list[int]:
    return [min(channels * 2**depth, channels * WIDEST) for depth in range(len(sides(size)) - 1)]


def planes(pixels: Tensor) -> Tensor:
    """Convert bytes (n, size, size, 3) to numbers 0 to 1, channels first: (n, 3, size, size), float32."""
    return pixels.permute(0, 3, 1, 2).float() / 255.0


class GroupScale(nn.Module):
    """A scale and shift of each channel for each group (feature-wise linear modulation, Perez et al. 2018).

    It starts as the identity. Shapes: (n, channels, height, width) and groups (n,) to the former.
    """

    def __init__(self, groups: int, channels: int) -> None:
        super().__init__()
        self.scale = nn.Embedding(groups, channels)
        self.shift = nn.Embedding(groups, channels)
        nn.init.ones_(self.scale.weight)
        nn.init.zeros_(self.shift.weight)

    def forward(self, seen: Tensor, groups: Tensor) -> Tensor:
        """Scale and shift the channels."""
        scaled: Tensor = seen * self.scale(groups)[:, :, None, None] + self.shift(groups)[:, :, None, None]
        return scaled


class ImageEncoder(nn.Module):
    """``q(z | x, s) = N(mean, diag(exp(log_variance)))``.

    Shapes: pixels (n, size, size, 3) of bytes, groups (n,) to a pair of (n, latent).

    Args:
        size: Side of the images, at least 8.
        groups: How many there are.
        channels: Of the first convolution; each further one has twice as many, eight times as many at most.
        latent: Dimensions of z.
    """

    def __init__(self, size: int, groups: int, channels: int, latent: int) -> None:
        super().__init__()
        self.groups = groups
        widths = _widths(size, channels)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, width, kernel_size=3, stride=2, padding=1)
            for before, width in zip([3, *widths[:-1]], widths, strict=True)
        )
        self.scales = nn.ModuleList(GroupScale(groups, width) for width in widths)
        self.head = nn.Linear(widths[-1] * sides(size)[-1] ** 2 + groups, 2 * latent)

    def forward(self, pixels: Tensor, groups: Tensor) -> tuple[Tensor, Tensor]:
        """Return the posterior's mean and log variance."""
        seen = planes(pixels)
        for layer, scale in zip(self.convolutions, self.scales, strict=True):
            seen = functional.relu(scale(layer(seen), groups))
        group = functional.one_hot(groups, self.groups).to(seen.dtype)
        mean, log_variance = self.head(torch.cat([seen.flatten(1), group], dim=1)).chunk(2, dim=1)
        return mean, log_variance.clamp(*LOG_VARIANCE_RANGE)


class ImageDecoder(nn.Module):
    """``p(x | z, s)``: each colour of each pixel a Bernoulli whose mean is the colour, as in the authors' code.

    Shapes: latent (n, d), groups (n,) to logits (n, 3, size, size).
    """

    def __init__(self, size: int, groups: int, channels: int, latent: int) -> None:
        super().__init__()
        self.groups = groups
        self.sides = sides(size)
        widths = _widths(size, channels)
        self.first = nn.Linear(latent + groups, widths[-1] * self.sides[-1] ** 2)
        self.deconvolutions = nn.ModuleList(
            nn.ConvTranspose2d(width, after, kernel_size=4, stride=2, padding=1)
            for width, after in zip(widths[::-1], [*widths[-2::-1], 3], strict=True)
        )
        self.scales = nn.ModuleList(GroupScale(groups, width) for width in widths[::-1])

    def forward(self, latent: Tensor, groups: Tensor) -> Tensor:
        """Return the logits of the colours."""
        group = functional.one_hot(groups, self.groups).to(latent.dtype)
        side = self.sides[-1]
        output: Tensor = self.first(torch.cat([latent, group], dim=1)).unflatten(1, (-1, side, side))
        for scale, layer, side in zip(self.scales, self.deconvolutions, self.sides[-2::-1], strict=True):
            output = layer(functional.relu(scale(output, groups)))[:, :, :side, :side]
        return output

    def reconstruction(self, output: Tensor, pixels: Tensor) -> Tensor:
        """Return the binary cross-entropy of each image in nats, summed over pixels and colours; shape (n,)."""
        losses = functional.binary_cross_entropy_with_logits(output, planes(pixels), reduction="none")
        return losses.flatten(1).sum(dim=1)

    def pixels(self, output: Tensor) -> Tensor:
        """Return the mean image as bytes, (n, size, size, 3)."""
        return (output.sigmoid() * 255.0).round().byte().permute(0, 2, 3, 1)
