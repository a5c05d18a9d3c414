"""Networks for coded tables: rows of category codes and a group in, latent Gaussians out, and back.

A row is C integer codes, column c in ``0 .. sizes[c] - 1``. The first layer is a sum of embeddings, which equals a
linear layer on the concatenated one-hot codes without ever building them.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

LOG_VARIANCE_RANGE = (-12.0, 4.0)


def _offsets(sizes: Sequence[int]) -> Tensor:
    return torch.tensor([0, *sizes[:-1]], dtype=torch.long).cumsum(dim=0)


class OneHotLinear(nn.Module):
    """A linear layer on concatenated one-hot codes and a one-hot group.

    Shapes: codes (n, C) and groups (n,), both long, to (n, width).
    """

    offsets: Tensor

    def __init__(self, sizes: Sequence[int], groups: int, width: int) -> None:
        super().__init__()
        all_sizes = [*sizes, groups]
        self.embedding = nn.EmbeddingBag(sum(all_sizes), width, mode="sum")
        bound = len(all_sizes) ** -0.5
        nn.init.uniform_(self.embedding.weight, -bound, bound)
        self.bias = nn.Parameter(torch.zeros(width))
        self.register_buffer("offsets", _offsets(all_sizes), persistent=False)

    def forward(self, codes: Tensor, groups: Tensor) -> Tensor:
        """Sum the embeddings of each row's codes and group."""
        index = torch.cat([codes, groups[:, None]], dim=1) + self.offsets
        summed: Tensor = self.embedding(index)
        return summed + self.bias


class TableEncoder(nn.Module):
    """``q(z | x, s) = N(mean, diag(exp(log_variance)))``, one hidden ReLU layer.

    Of the C columns it sees those in ``inputs`` (the features); the sensitive ones reach it as the group.

    Shapes: codes (n, C), groups (n,) to a pair of (n, latent).
    """

    inputs: Tensor

    def __init__(self, sizes: Sequence[int], inputs: Sequence[int], groups: int, hidden: int, latent: int) -> None:
        super().__init__()
        self.first = OneHotLinear([sizes[column] for column in inputs], groups, hidden)
        self.register_buffer("inputs", torch.tensor(inputs, dtype=torch.long), persistent=False)
        self.head = nn.Linear(hidden, 2 * latent)

    def forward(self, codes: Tensor, groups: Tensor) -> tuple[Tensor, Tensor]:
        """The posterior's mean and log variance."""
        mean, log_variance = self.head(functional.relu(self.first(codes[:, self.inputs], groups))).chunk(2, dim=1)
        return mean, log_variance.clamp(*LOG_VARIANCE_RANGE)


class TableDecoder(nn.Module):
    """``p(x | z, s)``: one softmax per column, given z and s, one hidden ReLU layer.

    ``allowed`` (groups, sum(sizes)) is false where a group excludes a code: a row of group "Female" cannot decode to
    the sex "Male". Where a group leaves one code only, that column costs nothing and is always right.

    Shapes: latent (n, d), groups (n,) to logits (n, sum(sizes)).
    """

    offset: Tensor

    def __init__(self, sizes: Sequence[int], allowed: Tensor, hidden: int, latent: int) -> None:
        super().__init__()
        self.sizes = list(sizes)
        self.groups = allowed.shape[0]
        self.first = nn.Linear(latent + self.groups, hidden)
        self.head = nn.Linear(hidden, sum(sizes))
        self.register_buffer("offset", torch.where(allowed, 0.0, -1e9), persistent=False)

    def forward(self, latent: Tensor, groups: Tensor) -> Tensor:
        """Logits of all columns side by side."""
        one_hot = functional.one_hot(groups, self.groups).to(latent.dtype)
        hidden = functional.relu(self.first(torch.cat([latent, one_hot], dim=1)))
        logits: Tensor = self.head(hidden)
        return logits + self.offset[groups]

    def reconstruction(self, logits: Tensor, codes: Tensor) -> Tensor:
        """``-log p(x | z, s)`` of each row in nats, summed over columns; shape (n,)."""
        total = torch.zeros(len(logits), dtype=logits.dtype, device=logits.device)
        for column, part in enumerate(torch.split(logits, self.sizes, dim=1)):
            total = total + functional.cross_entropy(part, codes[:, column], reduction="none")
        return total

    def sample(self, logits: Tensor, uniforms: Tensor) -> Tensor:
        """Draw one code per column from its softmax, by inversion of ``uniforms`` (n, C) in [0, 1)."""
        drawn = []
        for column, part in enumerate(torch.split(logits, self.sizes, dim=1)):
            cumulative = part.double().softmax(dim=1).cumsum(dim=1)
            threshold = uniforms[:, column : column + 1].double() * cumulative[:, -1:]
            drawn.append((cumulative <= threshold).sum(dim=1).clamp(max=part.shape[1] - 1))
        return torch.stack(drawn, dim=1)

    def likeliest(self, logits: Tensor) -> Tensor:
        """The most likely code of each column, shape (n, C)."""
        return torch.stack([part.argmax(dim=1) for part in torch.split(logits, self.sizes, dim=1)], dim=1)
