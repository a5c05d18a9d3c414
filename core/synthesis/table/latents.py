"""The latents of rows: what an encoder says of them, and the latents that are drawn from it and decoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from core.data.encoding.table import CodedRows
from core.synthesis.codebook import CODE_SEED
from core.synthesis.evaluation import Posterior
from models.codebook import Codebook

ENCODE_ROWS = 4096
_CODED_AT_ONCE = 65_536
"""Rows whose probabilities of all codewords are in memory at once."""
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class RowLatents:
    """What an encoder says of n rows.

    Args:
        mean: Posterior means, shape (n, d).
        deviation: Posterior standard deviations, shape (n, d).
        groups: The rows' groups, shape (n,).
        codebook: The codewords of which each row is given one; ``None``: latents are drawn from the posterior.
    """

    mean: Floats
    deviation: Floats
    groups: NDArray[np.int64]
    codebook: Codebook | None = None

    @classmethod
    def of(cls, network: nn.Module, rows: CodedRows, device: torch.device, codebook: Codebook | None) -> RowLatents:
        """Encode rows."""
        means, deviations = [], []
        with torch.inference_mode():
            for start in range(0, len(rows), ENCODE_ROWS):
                part = slice(start, start + ENCODE_ROWS)
                codes = torch.from_numpy(rows.codes[part]).to(device)
                mean, log_variance = network(codes, torch.from_numpy(rows.groups[part]).to(device))
                means.append(mean.cpu().numpy())
                deviations.append((0.5 * log_variance).exp().cpu().numpy())
        return cls(np.concatenate(means), np.concatenate(deviations), rows.groups, codebook)

    def take(self, rows: NDArray[np.int64]) -> RowLatents:
        """Return the rows at these positions."""
        return RowLatents(self.mean[rows], self.deviation[rows], self.groups[rows], self.codebook)

    def draw(self, rng: np.random.Generator) -> Floats:
        """Draw a latent for each row, shape (n, d): a codeword, or a draw from the posterior."""
        if self.codebook is None:
            noise = rng.standard_normal(self.mean.shape, dtype=np.float32)
            return np.asarray(self.mean + self.deviation * noise)
        codebook, uniforms = self.codebook, torch.from_numpy(rng.random(len(self.mean)))
        return self._codewords(codebook, lambda rows, mean, groups: codebook.draw(mean, groups, uniforms[rows]))

    def likeliest(self) -> Floats:
        """Return the likeliest latent of each row, shape (n, d): a codeword, or the posterior mean."""
        if self.codebook is None:
            return self.mean
        codebook = self.codebook
        return self._codewords(codebook, lambda _, mean, groups: codebook.likeliest(mean, groups))

    def released(self) -> Posterior:
        """Return what an encoder gives away of rows: one drawn codeword each, or means and standard deviations."""
        if self.codebook is None:
            return Posterior(self.mean, self.deviation)
        return Posterior(self.draw(np.random.default_rng(CODE_SEED)))

    def _codewords(
        self, codebook: Codebook, choose: Callable[[slice, torch.Tensor, torch.Tensor], torch.Tensor]
    ) -> Floats:
        """Return the codeword of each row, shape (n, d), chosen by the rows' positions, means and groups."""
        device, found = codebook.points.device, np.empty_like(self.mean)
        with torch.inference_mode():
            for start in range(0, len(self.mean), _CODED_AT_ONCE):
                rows = slice(start, start + _CODED_AT_ONCE)
                mean, groups = (torch.from_numpy(each[rows]).to(device) for each in (self.mean, self.groups))
                found[rows] = codebook.points[choose(rows, mean, groups)].cpu().numpy()
        return found
