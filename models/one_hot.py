"""A linear layer on coded rows, without their one-hot codes."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


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
        self.register_buffer(
            "offsets", torch.tensor([0, *all_sizes[:-1]], dtype=torch.long).cumsum(dim=0), persistent=False
        )

    def forward(self, codes: Tensor, groups: Tensor) -> Tensor:
        """Sum the embeddings of each row's codes and group."""
        index = torch.cat([codes, groups[:, None]], dim=1) + self.offsets
        summed: Tensor = self.embedding(index)
        return summed + self.bias
