"""Codewords of class scores that all groups use alike: the levels of an outcome of several classes.

They are found as those of latents (``core.synthesis.codebook``), with a bandwidth of their own. Class probabilities
often lie in a few tight clusters with gaps between, and groups may lie in different ones. Then Sinkhorn's iteration
hardly moves with a small bandwidth. So the bandwidth is the smallest, of a doubling sequence, with which it balances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from core.synthesis.codebook import balance, fit_codebook

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.codebook import Codebook

SEED = 67
SMALLEST_BANDWIDTH = 0.02
"""Of the mean squared distance of the scores to their mean."""
DOUBLINGS = 8
MAX_IMBALANCE = 0.005
"""Largest total variation between a group's use of the codewords and their weights."""


def fit_codewords(codebook: Codebook, scores: NDArray[np.float32], groups: NDArray[np.int64]) -> None:
    """Find points, bandwidth and potentials, in place.

    Args:
        codebook: Its size is the number of codewords.
        scores: Scores of the train rows, shape (n, D).
        groups: Their groups, shape (n,).
    """
    (weights,) = fit_codebook(codebook, scores, groups, seed=SEED)
    smallest = max(SMALLEST_BANDWIDTH * float(scores.var(axis=0).sum()), float(codebook.bandwidth))
    for doubling in range(DOUBLINGS):
        codebook.bandwidth.fill_(smallest * 2**doubling)
        balance(codebook, scores, groups, weights)
        if imbalance(codebook, scores, groups, weights) <= MAX_IMBALANCE:
            break


def imbalance(
    codebook: Codebook, scores: NDArray[np.float32], groups: NDArray[np.int64], weights: NDArray[np.float64]
) -> float:
    """Return the largest total variation of any group's use of the codewords and ``weights`` (K,), 0 to 1."""
    points, members = torch.from_numpy(scores).to(codebook.points), torch.from_numpy(groups)
    used = codebook.log_probabilities(points, members.to(codebook.points.device)).exp().double().cpu().numpy()
    return max(float(np.abs(used[groups == group].mean(axis=0) - weights).sum()) / 2 for group in np.unique(groups))
