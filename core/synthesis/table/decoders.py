"""The decoder of an encoding: which columns it generates, and which codes a group excludes."""

from __future__ import annotations

import torch
from torch.nn import functional

from core.data.encoding.table import TableEncoding
from models.table import TableDecoder


def decoded_sizes(encoding: TableEncoding, *, autoregressive: bool) -> list[int]:
    """Return the number of codes of each decoded column; an autoregressive decoder generates the target last."""
    return [*encoding.sizes, encoding.target.size] if autoregressive else encoding.sizes


def decoder_of(encoding: TableEncoding, hidden: int, latent: int, *, autoregressive: bool) -> TableDecoder:
    """Return an untrained decoder of this encoding."""
    sizes = decoded_sizes(encoding, autoregressive=autoregressive)
    allowed = functional.pad(
        torch.from_numpy(encoding.allowed_mask()), (0, sum(sizes) - sum(encoding.sizes)), value=True
    )
    return TableDecoder(sizes, allowed, hidden, latent, autoregressive=autoregressive)
