"""The part of a row's code from which its outcome is drawn: the level of a fair score within the row's group."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.one_hot import OneHotLinear

HIGHEST_RANK = 0.998
TIE_WIDTH = 0.01
"""Log-odds over which equal scores are spread, so that a level takes its share of rows with equal features."""


class FairScore(nn.Module):
    """A score of a row's features, one hidden ReLU layer, and the levels into which it is cut in each group.

    Every group has each level equally often: level r of group s holds its scores between two quantiles. So the level
    says nothing of the group, whatever the score does.

    Shapes: codes (n, C) and groups (n,) to scores (n,); cuts (groups, levels - 1), log_odds and observed (groups,
    levels).

    Args:
        sizes: Number of codes of each column.
        inputs: The columns that the score sees.
        groups: Number of groups.
        hidden: Units of the hidden layer.
        levels: Number of levels.
    """

    cuts: Tensor
    log_odds: Tensor
    observed: Tensor
    sees_groups: Tensor
    inputs: Tensor

    def __init__(self, sizes: Sequence[int], inputs: Sequence[int], groups: int, hidden: int, levels: int) -> None:
        super().__init__()
        self.first = OneHotLinear([sizes[column] for column in inputs], groups, hidden)
        self.head = nn.Linear(hidden, 1)
        self.register_buffer("inputs", torch.tensor(inputs, dtype=torch.long), persistent=False)
        self.register_buffer("sees_groups", torch.ones((), dtype=torch.bool))
        self.register_buffer("cuts", torch.zeros(groups, levels - 1))
        self.register_buffer("log_odds", torch.zeros(groups, levels, dtype=torch.double))
        self.register_buffer("observed", torch.zeros(groups, levels, dtype=torch.double))

    def forward(self, codes: Tensor, groups: Tensor) -> Tensor:
        """Return the scores, in log-odds; those of a blind score do not depend on the group."""
        seen = torch.where(self.sees_groups, groups, torch.zeros_like(groups))
        scores: Tensor = self.head(functional.relu(self.first(codes[:, self.inputs], seen)))[:, 0]
        return scores

    def spread(self, codes: Tensor, groups: Tensor, uniforms: Tensor) -> Tensor:
        """Return the scores with ties spread by ``uniforms`` (n,) in [0, 1)."""
        scores: Tensor = self(codes, groups)
        return scores + TIE_WIDTH * (uniforms.to(codes.device) - 0.5)

    def standardised(self, codes: Tensor, groups: Tensor) -> Tensor:
        """Return the standard normal quantile of the rank of each row's score within its group, shape (n,).

        The rank, in 0 to 1, is interpolated between the cuts. So it has the same distribution in every group, and no
        gradient.
        """
        with torch.no_grad():
            scores, cuts = self(codes, groups), self.cuts[groups]
            level, most = (cuts < scores[:, None]).sum(dim=1, keepdim=True), cuts.shape[1]
            below, above = (cuts.gather(1, (level - shift).clamp(0, most - 1)) for shift in (1, 0))
            inner = (level > 0) & (level < most)
            part = ((scores[:, None] - below) / (above - below).clamp(min=1e-6)).clamp(0, 1)
            rank = (level + torch.where(inner, part, torch.full_like(part, 0.5))) / (most + 1)
            normal: Tensor = 2**0.5 * torch.erfinv((2 * rank - 1).clamp(-HIGHEST_RANK, HIGHEST_RANK))
        return normal[:, 0]

    def levels(self, codes: Tensor, groups: Tensor, uniforms: Tensor) -> Tensor:
        """Return the level of each row, shape (n,)."""
        above: Tensor = self.cuts[groups] < self.spread(codes, groups, uniforms)[:, None]
        return above.sum(dim=1)
