"""Generator outputs as rows of mixed columns: a rank in 0 .. 1 for each number, a near one-hot code for the rest."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from models.dense import softly_chosen

Place = tuple[slice, bool]
"""Where a variable stands in a row, and whether it is a number."""


def activated(raw: Tensor, places: Sequence[Place], temperature: float, generator: torch.Generator) -> Tensor:
    """Convert raw outputs (n, width) to rows (n, width): sigmoid for numbers, the Gumbel softmax for codes.

    Args:
        raw: Outputs of the generator.
        places: All variables in their order; together they fill the row.
        temperature: Of the Gumbel softmax.
        generator: Random numbers of the codes.
    """
    parts = [
        raw[:, place].sigmoid() if numeric else softly_chosen(raw[:, place], temperature, generator)
        for place, numeric in places
    ]
    return torch.cat(parts, dim=1)


def selection_gap(positive: Tensor, members: Tensor) -> Tensor:
    """How far apart the groups' rates of the positive outcome are, 0 to 1, for rows that are soft in both.

    ``sum_g p_g |r_g - r| / sum_g p_g (1 - p_g)`` with shares p and rates r: for two groups the absolute difference of
    their rates.

    Args:
        positive: Probability of the positive outcome, shape (n,).
        members: Soft membership, shape (n, G), rows sum to 1.
    """
    sizes = members.sum(dim=0)
    shares = sizes / sizes.sum()
    rates = (positive @ members) / sizes.clamp(min=1e-6)
    spread = (shares * (rates - positive.mean()).abs()).sum()
    return spread / (shares * (1.0 - shares)).sum().clamp(min=1e-6)
