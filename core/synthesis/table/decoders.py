"""The decoder of an encoding: which columns it generates, and which codes a group excludes."""

from __future__ import annotations

import torch
from torch.nn import functional

from core.data.encoding.table import TableEncoding
from models.table import TableDecoder

ROWS_PER_UNIT = 100
MIN_UNITS = 32


def decoder_units(rows: int, most: int, *, autoregressive: bool) -> int:
    """Return the number of hidden units of a table's decoder: at most ``most``, and fewer for few rows.

    An autoregressive decoder learns few rows by heart: with 256 units, an attack recognises train rows of COMPAS.
    Without the columns before it, a column depends on the latent and the group alone; such a decoder has ``most``.

    >>> [decoder_units(rows, 256, autoregressive=True) for rows in (1_000, 4_938, 32_561)]
    [32, 49, 256]
    """
    return min(most, max(rows // ROWS_PER_UNIT, MIN_UNITS)) if autoregressive else most


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
