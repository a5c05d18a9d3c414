"""A codebook that all groups share: each row is given one of K codewords, and every group uses each equally often.

Groups are compared over all rows, or within each value of a target. A stratum is what is compared: a group, or a group
within a value.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


class Codebook(nn.Module):
    """Codewords in the latent space, and how readily each group is given each of them.

    A row of stratum s with the posterior mean m is given codeword k with probability proportional to
    ``exp(potential[s, k] - |scale (m - point[k])|^2 / bandwidth)``. With the right potentials, the mean over the rows
    of every stratum that is compared is the same: `core.synthesis.codebook` finds them. A potential of minus infinity
    rules a codeword out.

    Shapes: points (K, latent), potentials (strata, K), scale (latent,).

    Args:
        size: Number of codewords K.
        strata: Number of strata.
        scale: How much each coordinate of the latent counts in distances.
    """

    points: Tensor
    potentials: Tensor
    bandwidth: Tensor
    scale: Tensor

    def __init__(self, size: int, strata: int, scale: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("scale", torch.tensor(scale), persistent=False)
        self.register_buffer("points", torch.zeros(size, len(scale)))
        self.register_buffer("potentials", torch.zeros(strata, size))
        self.register_buffer("bandwidth", torch.ones(()))

    def squares(self, mean: Tensor) -> Tensor:
        """Return the squared distances of means (n, latent) from the codewords, shape (n, K)."""
        scale = self.scale.to(mean.dtype)
        return torch.cdist(mean * scale, self.points.to(mean.dtype) * scale).square()

    def log_probabilities(self, mean: Tensor, strata: Tensor) -> Tensor:
        """Return the log probability of each codeword for means (n, latent) and strata (n,); shape (n, K)."""
        return functional.log_softmax(self.potentials[strata] - self.squares(mean) / self.bandwidth, dim=1)

    def draw(self, mean: Tensor, strata: Tensor, uniforms: Tensor) -> Tensor:
        """Return the codeword of each row, shape (n,), by inversion of ``uniforms`` (n,) in [0, 1)."""
        cumulative = self.log_probabilities(mean, strata).cpu().double().exp().cumsum(dim=1)
        places = (cumulative <= uniforms.double()[:, None] * cumulative[:, -1:]).sum(dim=1)
        return places.clamp(max=len(self.points) - 1).to(mean.device)

    def likeliest(self, mean: Tensor, strata: Tensor) -> Tensor:
        """Return the most probable codeword of each row, shape (n,)."""
        return self.log_probabilities(mean, strata).argmax(dim=1)


class SmallStrataCodebook(Codebook):
    """A codebook whose strata may have a few rows or none: part of the draws does not depend on the row.

    Potentials that were found on few rows fit these rows alone, so other rows of the stratum would use the codewords
    unevenly. So codeword k has the probability ``base[s, k]`` wherever the row lies; the rest is that of `Codebook`.

    Shape: base (strata, K), with sums of at most 1 over the codewords.
    """

    base: Tensor

    def __init__(self, size: int, strata: int, scale: Sequence[float]) -> None:
        super().__init__(size, strata, scale)
        self.register_buffer("base", torch.zeros(strata, size))

    def log_probabilities(self, mean: Tensor, strata: Tensor) -> Tensor:
        """Return the log probability of each codeword, shape (n, K)."""
        base = self.base[strata]
        rest = (1.0 - base.sum(dim=1, keepdim=True)).clamp(min=0.0)
        return torch.logaddexp(base.log(), rest.log() + super().log_probabilities(mean, strata))
