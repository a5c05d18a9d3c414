"""Networks for coded tables: rows of category codes and a group in, latent Gaussians out, and back.

A row is C integer codes, column c in ``0 .. sizes[c] - 1``. The first layer is a sum of embeddings, which equals a
linear layer on the concatenated one-hot codes without ever building them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.fair_score import LevelledScore
from models.one_hot import OneHotLinear

LOG_VARIANCE_RANGE = (-12.0, 4.0)
TOLD_LOG_VARIANCE = -4.0
CONTEXT_INIT_STD = 0.05

Choose = Callable[[int, Tensor], Tensor]
"""``(column, logits (n, size)) -> codes (n,)``."""


class TableEncoder(nn.Module):
    """``q(z | x, s) = N(mean, diag(exp(log_variance)))``, one hidden ReLU layer.

    It sees the columns in ``inputs`` (the features). The sensitive columns reach it as the group. With a fair score,
    the first coordinates of the latent are those of the score (``told`` of them): what the latent tells of the outcome,
    alike in every group. The score is trained before.

    Shapes: codes (n, C), groups (n,) to a pair of (n, latent).
    """

    inputs: Tensor

    def __init__(
        self,
        sizes: Sequence[int],
        inputs: Sequence[int],
        groups: int,
        hidden: int,
        latent: int,
        score: LevelledScore | None = None,
    ) -> None:
        super().__init__()
        self.score = score
        self.told = 0 if score is None else min(score.coordinate_count, latent - 1)
        self.first = OneHotLinear([sizes[column] for column in inputs], groups, hidden)
        self.register_buffer("inputs", torch.tensor(inputs, dtype=torch.long), persistent=False)
        self.head = nn.Linear(hidden, 2 * latent)

    def forward(self, codes: Tensor, groups: Tensor) -> tuple[Tensor, Tensor]:
        """Return the posterior's mean and log variance."""
        mean, log_variance = self.head(functional.relu(self.first(codes[:, self.inputs], groups))).chunk(2, dim=1)
        log_variance = log_variance.clamp(*LOG_VARIANCE_RANGE)
        if self.score is None:
            return mean, log_variance
        told = self.score.coordinates(codes, groups)[:, : self.told]
        known = torch.full_like(told, TOLD_LOG_VARIANCE)
        return torch.cat([told, mean[:, self.told :]], dim=1), torch.cat([known, log_variance[:, self.told :]], dim=1)


class TableDecoder(nn.Module):
    """``p(x | z, s)``: one softmax per column, given z, s and (if autoregressive) the columns before it.

    Column c is read by one ReLU layer from ``W [z, s] + b + sum_{i<c} E_i[x_i]``. By the chain rule this is the joint
    distribution of a row given z and s, not the product of its marginals: the neural autoregressive distribution
    estimator of Larochelle and Murray (2011), conditioned on z and s. Without the sum, columns are independent given z
    and s, as in the paper.

    ``allowed`` (groups, sum(sizes)) is false where a group excludes a code: a row of group "Female" cannot decode to
    the sex "Male". Where a group leaves one code only, that column costs nothing and is always right.

    Shapes: latent (n, d), groups (n,) to the layer's input before any column is known and the offsets of the codes of
    those columns in which some group excludes some, side by side: (n, hidden + their sizes).
    """

    offset: Tensor

    def __init__(
        self, sizes: Sequence[int], allowed: Tensor, hidden: int, latent: int, *, autoregressive: bool
    ) -> None:
        super().__init__()
        self.sizes = list(sizes)
        self.groups = allowed.shape[0]
        self.hidden = hidden
        self.first = nn.Linear(latent + self.groups, hidden)
        self.head = nn.Linear(hidden, sum(sizes))
        self.context = nn.Embedding(sum(sizes), hidden) if autoregressive else None
        if self.context is not None:
            nn.init.normal_(self.context.weight, std=CONTEXT_INIT_STD)
        self.excludes = [not bool(block.all()) for block in torch.split(allowed, self.sizes, dim=1)]
        kept = torch.tensor(self.excludes).repeat_interleave(torch.tensor(self.sizes))
        self.register_buffer("offset", torch.where(allowed, 0.0, -1e9)[:, kept], persistent=False)

    def forward(self, latent: Tensor, groups: Tensor) -> Tensor:
        """Return the decoder input before any column is known; shapes above."""
        one_hot = functional.one_hot(groups, self.groups).to(latent.dtype)
        return torch.cat([self.first(torch.cat([latent, one_hot], dim=1)), self.offset[groups]], dim=1)

    def reconstruction(self, output: Tensor, codes: Tensor) -> Tensor:
        """Return ``-log p(x | z, s)`` of each row in nats, summed over columns; shape (n,)."""
        total = torch.zeros(len(output), dtype=output.dtype, device=output.device)
        for column, logits in enumerate(self._in_turn(output, lambda column, _logits: codes[:, column])):
            total = total + functional.cross_entropy(logits, codes[:, column], reduction="none")
        return total

    def sample(self, output: Tensor, uniforms: Tensor) -> tuple[Tensor, Tensor]:
        """Draw one code per column from its softmax, by inversion of ``uniforms`` (n, C) in [0, 1).

        Returns the codes, shape (n, C), and the probabilities of the last column's codes, shape (n, size).
        """
        last = uniforms.new_empty(0)

        def draw(column: int, logits: Tensor) -> Tensor:
            nonlocal last
            last = logits
            cumulative = logits.cpu().double().softmax(dim=1).cumsum_(dim=1)  # not every device has doubles
            threshold = uniforms[:, column : column + 1].double() * cumulative[:, -1:]
            below = torch.searchsorted(cumulative, threshold, right=True)[:, 0]
            return below.clamp(max=logits.shape[1] - 1).to(logits.device)

        codes = self._chosen(output, draw)
        return codes, last.softmax(dim=1)

    def likeliest(self, output: Tensor) -> Tensor:
        """Return the most likely code of each column, given the columns before it; shape (n, C)."""
        return self._chosen(output, lambda _column, logits: logits.argmax(dim=1))

    def _chosen(self, output: Tensor, choose: Choose) -> Tensor:
        chosen: list[Tensor] = []

        def keep(column: int, logits: Tensor) -> Tensor:
            chosen.append(choose(column, logits))
            return chosen[-1]

        for _ in self._in_turn(output, keep):
            pass
        return torch.stack(chosen, dim=1)

    def offsets_by_column(self, offset: Tensor) -> list[Tensor | None]:
        """Return the part of ``offset`` (n, m) for each column; ``None`` where no group excludes a code."""
        sizes = [size for size, excludes in zip(self.sizes, self.excludes, strict=True) if excludes]
        parts = iter(torch.split(offset, sizes, dim=1))
        return [next(parts) if excludes else None for excludes in self.excludes]

    def _in_turn(self, output: Tensor, choose: Choose) -> Iterator[Tensor]:
        """Yield the logits (n, size) of each column in order; ``choose`` gives the codes that the next columns see."""
        known, offset = output[:, : self.hidden], output[:, self.hidden :]
        offsets = self.offsets_by_column(offset)
        start = 0
        for column, size in enumerate(self.sizes):
            block = slice(start, start + size)
            logits = functional.linear(functional.relu(known), self.head.weight[block], self.head.bias[block])
            if (excluded := offsets[column]) is not None:
                logits = logits + excluded
            yield logits
            codes = choose(column, logits)
            if self.context is not None:
                known = known + self.context(codes + start)
            start += size
