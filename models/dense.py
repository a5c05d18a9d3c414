"""Fully connected networks of the compared systems, and the Gumbel softmax."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional


def dense(sizes: Sequence[int], *, slope: float = 0.0, batch_norm: bool = False, dropout: float = 0.0) -> nn.Sequential:
    """Build linear layers of these sizes with a (leaky) ReLU between them, none after the last.

    Args:
        sizes: Inputs, hidden units, outputs.
        slope: Of the leaky ReLU on its negative side; 0: a plain one.
        batch_norm: Whether hidden layers are normalised over the batch.
        dropout: Share of hidden units left out in training.
    """
    layers: list[nn.Module] = []
    for inside, outside in pairwise(sizes[:-1]):
        layers.append(nn.Linear(inside, outside))
        if batch_norm:
            layers.append(nn.BatchNorm1d(outside))
        layers.append(nn.LeakyReLU(slope))
        if dropout:
            layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))


def gumbel_noise(like: Tensor, generator: torch.Generator) -> Tensor:
    """Draw standard Gumbel noise of the shape of ``like``, on the CPU so that all devices get the same numbers."""
    uniform = torch.rand(like.shape, generator=generator, dtype=like.dtype).clamp(1e-10, 1.0 - 1e-7)
    return -(-uniform.log()).log().to(like.device)


def softly_chosen(logits: Tensor, temperature: float, generator: torch.Generator) -> Tensor:
    """Draw from the Gumbel softmax (Jang et al. 2017): differentiable, and near one-hot at low temperatures."""
    return functional.softmax((logits + gumbel_noise(logits, generator)) / temperature, dim=1)
