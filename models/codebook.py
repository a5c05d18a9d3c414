"""A codebook that all groups share: each row is given one of K codewords, and every group uses each equally often."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


class Codebook(nn.Module):
    """Codewords in the latent space, and how readily each group is given each of them.

    A row of group s with the posterior mean m is given codeword k with probability proportional to
    ``exp(potential[s, k] - |scale (m - point[k])|^2 / bandwidth)``. With the right potentials, the mean over the rows
    of every group is the same: `core.synthesis.codebook` finds them.

    Shapes: points (K, latent), potentials (groups, K), scale (latent,).

    Args:
        size: Number of codewords K.
        groups: Number of groups.
        scale: How much each coordinate of the latent counts in distances.
    """

    points: Tensor
    potentials: Tensor
    bandwidth: Tensor
    scale: Tensor

    def __init__(self, size: int, groups: int, scale: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("scale", torch.tensor(scale), persistent=False)
        self.register_buffer("points", torch.zeros(size, len(scale)))
        self.register_buffer("potentials", torch.zeros(groups, size))
        self.register_buffer("bandwidth", torch.ones(()))

    def squares(self, mean: Tensor) -> Tensor:
        """Return the squared distances of means (n, latent) from the codewords, shape (n, K)."""
        scale = self.scale.to(mean.dtype)
        return torch.cdist(mean * scale, self.points.to(mean.dtype) * scale).square()

    def log_probabilities(self, mean: Tensor, groups: Tensor) -> Tensor:
        """Return the log probability of each codeword for means (n, latent) and groups (n,); shape (n, K)."""
        return functional.log_softmax(self.potentials[groups] - self.squares(mean) / self.bandwidth, dim=1)

    def draw(self, mean: Tensor, groups: Tensor, uniforms: Tensor) -> Tensor:
        """Return the codeword of each row, shape (n,), by inversion of ``uniforms`` (n,) in [0, 1)."""
        cumulative = self.log_probabilities(mean, groups).cpu().double().exp().cumsum(dim=1)
        places = (cumulative <= uniforms.double()[:, None] * cumulative[:, -1:]).sum(dim=1)
        return places.clamp(max=len(self.points) - 1).to(mean.device)

    def likeliest(self, mean: Tensor, groups: Tensor) -> Tensor:
        """Return the most probable codeword of each row, shape (n,)."""
        return self.log_probabilities(mean, groups).argmax(dim=1)
