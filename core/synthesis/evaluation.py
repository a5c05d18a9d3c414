"""Extra products of a synthesizer for the audit: latents and reconstructions of rows, measurements of its networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Measurement:
    """A measured property of a fitted synthesizer, such as the size of the student relative to the teacher."""

    source: str
    metric: str
    value: float
    note: str


class Posterior(NamedTuple):
    """Latents of rows.

    Args:
        mean: Means, shape (n, d).
        spread: Standard deviations, the same shape; ``None`` if the encoder gives points and no distribution.
        codes: Codeword of each row, shape (n,), where all that ``mean`` tells of the row is its codeword.
        targets: Value of the target of each row, an index, shape (n,), where the latent was made with regard to it;
            what it tells of the group is then what it tells within the value.
    """

    mean: NDArray[np.float32]
    spread: NDArray[np.float32] | None = None
    codes: NDArray[np.int64] | None = None
    targets: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class CodeReconstructions:
    """Codes decoded from the latents of rows, each of shape (n, columns).

    Args:
        frame: The typed rows that were encoded.
        columns: Headers of the decoded columns.
        sampled: Sampled codes: of the ``teacher``; of the teacher ``again``, with a second seed; of the ``student``,
            with the second seed.
        most_likely: Most likely codes of ``teacher`` and ``student``.
    """

    frame: pd.DataFrame
    columns: list[str]
    sampled: Mapping[str, NDArray[np.int64]]
    most_likely: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True)
class PixelReconstructions:
    """Images decoded from the latents of images, each of shape (n, height, width, 3).

    Args:
        real: The images that were encoded.
        decoded: The decoded images by name of the encoder.
    """

    real: NDArray[np.uint8]
    decoded: Mapping[str, NDArray[np.uint8]]
