"""Codewords of class scores: every group uses each alike, also where groups lie in different clusters."""

import numpy as np
import pytest
import torch

from core.synthesis.label_repair.class_codewords import MAX_IMBALANCE, fit_codewords
from models.codebook import Codebook

ROWS, CODEWORDS = 4000, 12


@pytest.mark.parametrize("apart", [0.0, 0.4])
def test_groups_use_codewords_alike(apart: float) -> None:
    rng = np.random.default_rng(0)
    groups = (rng.random(ROWS) < 0.3).astype(np.int64)
    cluster = np.where(rng.random(ROWS) < 0.5 + apart * (2 * groups - 1), 0, 1)
    scores = np.column_stack([cluster, 1 - cluster, cluster]) + rng.normal(0, 0.01, (ROWS, 3))
    codebook = Codebook(CODEWORDS, 2, [1.0] * 3)
    fit_codewords(codebook, scores.astype(np.float32), groups)
    probabilities = codebook.log_probabilities(torch.from_numpy(scores).float(), torch.from_numpy(groups)).exp().numpy()
    used = [probabilities[groups == group].mean(axis=0) for group in (0, 1)]
    assert np.abs(used[0] - used[1]).sum() / 2 <= 2 * MAX_IMBALANCE
