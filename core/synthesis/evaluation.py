"""What a synthesizer hands to the audit beside its product: figures of its networks, and what its rows decode to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Figure:
    """A measured property of a fitted synthesizer, e.g. the size of its student beside its teacher."""

    source: str
    metric: str
    value: float
    note: str


@dataclass(frozen=True)
class CodeReconstructions:
    """Codes that the cells of rows decode to, each of shape (n, columns).

    Args:
        frame: The typed rows that were encoded.
        columns: Headers of the decoded columns.
        drawn: Codes drawn from ``teacher``, from the teacher ``again`` with another seed, and from ``student`` with
            that other seed.
        likeliest: Most likely codes from ``teacher`` and ``student``.
    """

    frame: pd.DataFrame
    columns: list[str]
    drawn: Mapping[str, NDArray[np.int64]]
    likeliest: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True)
class PixelReconstructions:
    """Images that images decode to, each of shape (n, height, width, 3).

    Args:
        real: The images that were encoded.
        decoded: What they decode to, by encoder.
    """

    real: NDArray[np.uint8]
    decoded: Mapping[str, NDArray[np.uint8]]


Reconstructions = CodeReconstructions | PixelReconstructions
