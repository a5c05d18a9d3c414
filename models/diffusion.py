"""A small diffusion model of vectors: v-prediction along a cosine schedule (Salimans and Ho 2022).

At time t in 0 .. 1 a vector x is ``cos(pi t / 2) x + sin(pi t / 2) noise``; the network predicts
``v = cos(pi t / 2) noise - sin(pi t / 2) x``, which determines both x and the noise.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from models.dense import dense

FREQUENCIES = 8


class Denoiser(nn.Module):
    """``(x_t (n, d), t (n,)) -> v (n, d)``: two hidden layers that see the time as sines and cosines.

    Args:
        size: Dimensions d of the vectors.
        hidden: Units of both hidden layers.
        dropout: Dropout rate in training.
    """

    def __init__(self, size: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.size = size
        self.net = dense([size + 2 * FREQUENCIES, hidden, hidden, size], dropout=dropout)

    def forward(self, noisy: Tensor, time: Tensor) -> Tensor:
        """Return the predicted v."""
        angles = time[:, None] * math.pi * 2.0 ** torch.arange(FREQUENCIES, device=time.device)
        prediction: Tensor = self.net(torch.cat([noisy, angles.sin(), angles.cos()], dim=1))
        return prediction


def signal_and_noise(time: Tensor) -> tuple[Tensor, Tensor]:
    """Return ``cos`` and ``sin`` of the schedule, each of the shape of ``time``, which lies in 0 .. 1."""
    return (0.5 * math.pi * time).cos(), (0.5 * math.pi * time).sin()


def denoising_loss(denoiser: nn.Module, clean: Tensor, levels: int, generator: torch.Generator) -> Tensor:
    """Return the mean squared error of v at one random noise level per row, summed over dimensions; clean (n, d)."""
    level = torch.randint(0, levels, (len(clean),), generator=generator)
    time = ((level + 1) / levels).to(clean)
    noise = torch.randn(clean.shape, generator=generator, dtype=clean.dtype).to(clean.device)
    signal, spread = (part[:, None] for part in signal_and_noise(time))
    target = signal * noise - spread * clean
    prediction: Tensor = denoiser(signal * clean + spread * noise, time)
    return (prediction - target).square().sum(dim=1).mean()


@torch.no_grad()
def denoised(denoiser: Denoiser, noise: Tensor, steps: int) -> Tensor:
    """Denoise standard normal noise (n, d) in this number of steps of the deterministic sampler (DDIM)."""
    times = torch.linspace(1.0, 0.0, steps + 1, device=noise.device)
    current = noise
    for now, then in pairwise(times):
        signal, spread = signal_and_noise(now)
        v = denoiser(current, now.expand(len(current)))
        clean, left = signal * current - spread * v, spread * current + signal * v
        signal, spread = signal_and_noise(then)
        current = signal * clean + spread * left
    return current
