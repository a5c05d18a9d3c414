"""The part of a row's code from which its outcome is drawn: the level of a fair score within the row's group."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.codebook import Codebook
from models.one_hot import OneHotLinear

HIGHEST_RANK = 0.998
TIE_WIDTH = 0.01
"""Log-odds over which equal scores are spread, so that a level takes its share of rows with equal features."""


class ScoreShape(NamedTuple):
    """How many groups, hidden units, levels and target codes a score has."""

    groups: int
    hidden: int
    levels: int
    outcomes: int = 2


class LevelledScore(nn.Module, ABC):
    """Scores of a row's features, one hidden ReLU layer, with levels that every group has equally often.

    So the level says nothing of the group, whatever the scores do. A subclass says how a row gets its level. The
    distribution of the target's codes follows from it: ``log_odds`` are those of a positive outcome, and ``within`` is
    the distribution of the codes among positive outcomes and among the others. ``observed`` is the distribution of the
    codes in the train rows.

    Shapes: codes (n, C) and groups (n,) to scores (n, D); log_odds (groups, levels), within and observed (groups,
    levels, outcomes).

    Args:
        sizes: Number of codes of each column.
        inputs: The columns that the score sees.
        shape: Number of groups, hidden units, levels and target codes.
        scores: Number of scores, D.
    """

    log_odds: Tensor
    within: Tensor
    observed: Tensor
    sees_groups: Tensor
    inputs: Tensor
    coordinate_count: int

    def __init__(self, sizes: Sequence[int], inputs: Sequence[int], shape: ScoreShape, scores: int) -> None:
        super().__init__()
        groups, hidden, levels, outcomes = shape
        self.first = OneHotLinear([sizes[column] for column in inputs], groups, hidden)
        self.head = nn.Linear(hidden, scores)
        self.register_buffer("inputs", torch.tensor(inputs, dtype=torch.long), persistent=False)
        self.register_buffer("sees_groups", torch.ones((), dtype=torch.bool))
        self.register_buffer("log_odds", torch.zeros(groups, levels, dtype=torch.double))
        self.register_buffer("within", torch.zeros(groups, levels, outcomes, dtype=torch.double))
        self.register_buffer("observed", torch.zeros(groups, levels, outcomes, dtype=torch.double))

    def forward(self, codes: Tensor, groups: Tensor) -> Tensor:
        """Return the scores, shape (n, D); those of a blind score do not depend on the group."""
        seen = torch.where(self.sees_groups, groups, torch.zeros_like(groups))
        scores: Tensor = self.head(functional.relu(self.first(codes[:, self.inputs], seen)))
        return scores

    @abstractmethod
    def levels(self, codes: Tensor, groups: Tensor, uniforms: Tensor) -> Tensor:
        """Return the level of each row, shape (n,); ``uniforms`` (n,) in [0, 1) decide where several are possible."""

    @abstractmethod
    def coordinates(self, codes: Tensor, groups: Tensor) -> Tensor:
        """Return where each row lies among all levels, alike in every group, shape (n, coordinate_count); no gradient.

        They have about the variance 1.
        """


class FairScore(LevelledScore):
    """One score, in log-odds: level r of group s holds its scores between two quantiles.

    Shapes: cuts (groups, levels - 1).

    Args:
        sizes: As in `LevelledScore`.
        inputs: As in `LevelledScore`.
        groups: Number of groups.
        hidden: Units of the hidden layer.
        levels: Number of levels.
        outcomes: Number of target codes.
    """

    cuts: Tensor
    coordinate_count = 1

    def __init__(
        self, sizes: Sequence[int], inputs: Sequence[int], groups: int, hidden: int, levels: int, outcomes: int = 2
    ) -> None:
        super().__init__(sizes, inputs, ScoreShape(groups, hidden, levels, outcomes), scores=1)
        self.register_buffer("cuts", torch.zeros(groups, levels - 1))

    def spread(self, codes: Tensor, groups: Tensor, uniforms: Tensor) -> Tensor:
        """Return the scores, shape (n,), with ties spread by ``uniforms`` (n,) in [0, 1)."""
        scores: Tensor = self(codes, groups)[:, 0]
        return scores + TIE_WIDTH * (uniforms.to(codes.device) - 0.5)

    def coordinates(self, codes: Tensor, groups: Tensor) -> Tensor:
        """Return the standard normal quantile of the rank of each row's score within its group, shape (n, 1).

        The rank, in 0 to 1, is interpolated between the cuts. So it has the same distribution in every group.
        """
        with torch.no_grad():
            scores, cuts = self(codes, groups), self.cuts[groups]
            level, most = (cuts < scores).sum(dim=1, keepdim=True), cuts.shape[1]
            below, above = (cuts.gather(1, (level - shift).clamp(0, most - 1)) for shift in (1, 0))
            inner = (level > 0) & (level < most)
            part = ((scores - below) / (above - below).clamp(min=1e-6)).clamp(0, 1)
            rank = (level + torch.where(inner, part, torch.full_like(part, 0.5))) / (most + 1)
            normal: Tensor = 2**0.5 * torch.erfinv((2 * rank - 1).clamp(-HIGHEST_RANK, HIGHEST_RANK))
        return normal

    def levels(self, codes: Tensor, groups: Tensor, uniforms: Tensor) -> Tensor:
        """Return the level of each row, shape (n,)."""
        above: Tensor = self.cuts[groups] < self.spread(codes, groups, uniforms)[:, None]
        return above.sum(dim=1)


class FairClassScores(LevelledScore):
    """A score for each class, the root of its probability: a level is a codeword that all groups use alike.

    Distances of the scores are Hellinger distances of the probabilities, up to a factor.

    Args:
        sizes: As in `LevelledScore`.
        inputs: As in `LevelledScore`.
        groups: Number of groups.
        hidden: Units of the hidden layer.
        levels: Number of codewords.
        outcomes: Number of classes.
    """

    def __init__(
        self, sizes: Sequence[int], inputs: Sequence[int], groups: int, hidden: int, levels: int, outcomes: int
    ) -> None:
        super().__init__(sizes, inputs, ScoreShape(groups, hidden, levels, outcomes), scores=outcomes)
        self.codebook = Codebook(levels, groups, [1.0] * outcomes)
        self.coordinate_count = outcomes

    def levels(self, codes: Tensor, groups: Tensor, uniforms: Tensor) -> Tensor:
        """Return the level of each row, shape (n,), drawn by inversion of ``uniforms`` (n,)."""
        return self.codebook.draw(self(codes, groups), groups, uniforms)

    def coordinates(self, codes: Tensor, groups: Tensor) -> Tensor:
        """Return the likeliest codeword of each row, standardised, shape (n, outcomes)."""
        with torch.no_grad():
            points = self.codebook.points
            spread = points.std(dim=0).clamp(min=1e-3)
            return ((points - points.mean(dim=0)) / spread)[self.codebook.likeliest(self(codes, groups), groups)]
