"""The images of a dataset: an array of pixels, and the name of each image."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import ConfigError, DataError

Pixels = NDArray[np.uint8]
"""Shape (n, height, width, 3): red, green, blue, 0 to 255."""
MAX_BYTES = 2**30
"""Maximum size of the pixels in memory: 87,381 images of 64 x 64, or 1,398,101 images of 16 x 16."""


def max_images(size: tuple[int, int]) -> int:
    """Return how many images of this height and width fit into `MAX_BYTES`.

    >>> max_images((16, 16))
    1398101
    """
    return MAX_BYTES // (size[0] * size[1] * 3)


def check_image_count(count: int, size: tuple[int, int]) -> None:
    """Raise a `ConfigError` if this number of images of this height and width does not fit into memory."""
    if count > max_images(size):
        raise ConfigError(
            f"{count:,} images of {size[0]} x {size[1]} pixels do not fit into memory. Generate at most "
            f"{max_images(size):,} at once; use another seed for more.",
            field="rows",
        )


@dataclass(frozen=True)
class Images:
    """Images of the same size, by name.

    Args:
        names: Unique name of each image, shape (n,).
        pixels: Shape (n, height, width, 3), uint8; may be a memory map.

    >>> two = Images(["a.png", "b.png"], np.zeros((2, 8, 8, 3), dtype=np.uint8))
    >>> two.of(["b.png", "a.png", "b.png"]).shape
    (3, 8, 8, 3)
    """

    names: Sequence[str]
    pixels: Pixels

    def __post_init__(self) -> None:
        """Check dtype and shape of the pixels, and that names are unique and match them."""
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 4 or self.pixels.shape[3] != 3:
            raise DataError(f"Images are bytes of shape (n, height, width, 3), not {self.pixels.shape}.")
        index = pd.Index(self.names)
        if len(index) != len(self.pixels):
            raise DataError(f"There are {len(index)} names for {len(self.pixels)} images; give one each.")
        if not index.is_unique:
            raise DataError(
                f"Two images are called {str(index[index.duplicated()][0])!r}; give each a name of its own."
            )

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return int(self.pixels.shape[1]), int(self.pixels.shape[2])

    def of(self, names: Sequence[str] | pd.Series) -> Pixels:
        """Return the images of these names in their order, shape (m, height, width, 3). Do not modify the result.

        Raises:
            DataError: There is no image of one of the names.
        """
        positions = self.positions(names)
        is_all = np.array_equal(positions, np.arange(len(self.pixels)))  # then no copy is needed
        return np.asarray(self.pixels if is_all else self.pixels[positions])

    def fingerprint(self) -> str:
        """Return the SHA-256 (hex) of the pixels."""
        return sha256(self.pixels)

    def each(self, names: Sequence[str] | pd.Series) -> Iterator[Pixels]:
        """Iterate over the images of these names, each of shape (height, width, 3), without loading all at once."""
        return (self.pixels[position] for position in self.positions(names))

    def positions(self, names: Sequence[str] | pd.Series) -> NDArray[np.intp]:
        """Return the positions of the images of these names, shape (m,).

        Raises:
            DataError: There is no image of one of the names.
        """
        requested = pd.Index(names)
        positions = pd.Index(self.names).get_indexer(requested)
        if (positions < 0).any():
            raise DataError(f"There is no image {str(requested[positions < 0][0])!r}. Each row needs an image.")
        return np.asarray(positions, dtype=np.intp)


def sha256(pixels: Pixels) -> str:
    """Return the SHA-256 (hex) of shape and bytes of the images.

    >>> sha256(np.zeros((1, 2, 2, 3), dtype=np.uint8))[:8]
    '80e12d46'
    """
    digest = hashlib.sha256(str(pixels.shape).encode())
    for start in range(0, len(pixels), 1024):
        digest.update(np.ascontiguousarray(pixels[start : start + 1024]).tobytes())
    return digest.hexdigest()
