"""The images of a dataset: one array of pixels, and the name by which a row of the table asks for its own."""

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
"""Of pixels in memory at once: 87,381 images of 64 x 64, or 1,398,101 of 16 x 16."""


def max_images(size: tuple[int, int]) -> int:
    """How many images of this height and width may be in memory at once.

    >>> max_images((16, 16))
    1398101
    """
    return MAX_BYTES // (size[0] * size[1] * 3)


def check_image_count(count: int, size: tuple[int, int]) -> None:
    """Raise a `ConfigError` if so many images of this height and width cannot be made at once."""
    if count > max_images(size):
        raise ConfigError(
            f"{count:,} images of {size[0]} x {size[1]} pixels do not fit into memory; ask for at most "
            f"{max_images(size):,}, and again with another seed for more.",
            field="rows",
        )


@dataclass(frozen=True)
class Images:
    """Images of one size, by name.

    Args:
        names: Name of each image, shape (n,), no two alike.
        pixels: Shape (n, height, width, 3), uint8; may lie on disk.

    >>> two = Images(["a.png", "b.png"], np.zeros((2, 8, 8, 3), dtype=np.uint8))
    >>> two.of(["b.png", "a.png", "b.png"]).shape
    (3, 8, 8, 3)
    """

    names: Sequence[str]
    pixels: Pixels

    def __post_init__(self) -> None:
        """Check that names and pixels belong together."""
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
        """The images of these names, in their order, shape (m, height, width, 3); not to be changed.

        Raises:
            DataError: There is no image of one of the names.
        """
        places = self.places(names)
        whole = np.array_equal(places, np.arange(len(self.pixels)))  # then nothing is copied
        return np.asarray(self.pixels if whole else self.pixels[places])

    def fingerprint(self) -> str:
        """SHA-256 (hex) of the pixels."""
        return sha256(self.pixels)

    def each(self, names: Sequence[str] | pd.Series) -> Iterator[Pixels]:
        """The same one by one, each of shape (height, width, 3), so that they need not be in memory together."""
        return (self.pixels[place] for place in self.places(names))

    def places(self, names: Sequence[str] | pd.Series) -> NDArray[np.intp]:
        """Where the images of these names are among the pixels, shape (m,).

        Raises:
            DataError: There is no image of one of the names.
        """
        wanted = pd.Index(names)
        places = pd.Index(self.names).get_indexer(wanted)
        if (places < 0).any():
            raise DataError(f"There is no image {str(wanted[places < 0][0])!r}; each row needs its own.")
        return np.asarray(places, dtype=np.intp)


def sha256(pixels: Pixels) -> str:
    """What names these images: SHA-256 (hex) of their shape and bytes.

    >>> sha256(np.zeros((1, 2, 2, 3), dtype=np.uint8))[:8]
    '80e12d46'
    """
    found = hashlib.sha256(str(pixels.shape).encode())
    for start in range(0, len(pixels), 1024):
        found.update(np.ascontiguousarray(pixels[start : start + 1024]).tobytes())
    return found.hexdigest()
