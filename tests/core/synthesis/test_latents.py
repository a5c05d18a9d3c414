"""Latents of rows: drawn and likeliest codewords, a part of the rows at a time."""

import numpy as np
import pytest
import torch

from core.synthesis.table import latents
from core.synthesis.table.latents import RowLatents
from models.codebook import Codebook


@pytest.fixture
def rows():
    torch.manual_seed(0)
    codebook = Codebook(6, 2, [1.0, 1.0])
    codebook.points.copy_(torch.randn(6, 2))
    rng = np.random.default_rng(0)
    mean = rng.standard_normal((50, 2)).astype(np.float32)
    return RowLatents(mean, np.ones_like(mean), rng.integers(0, 2, 50), codebook)


@pytest.mark.parametrize("at_once", [1, 7, 50])
def test_codewords_are_the_same_however_many_rows_are_in_memory(rows, at_once, monkeypatch):
    drawn, likeliest = rows.draw(np.random.default_rng(3)), rows.likeliest()
    assert len(np.unique(drawn, axis=0)) > 1
    monkeypatch.setattr(latents, "_CODED_AT_ONCE", at_once)
    np.testing.assert_array_equal(rows.draw(np.random.default_rng(3)), drawn)
    np.testing.assert_array_equal(rows.likeliest(), likeliest)
