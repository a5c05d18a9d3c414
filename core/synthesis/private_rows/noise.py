"""Random numbers that nobody can compute again."""

from __future__ import annotations

import os
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

_BITS = 53
Shape = int | tuple[int, ...]


class RandomSource(Protocol):
    """What noise and Poisson samples are drawn from. A `numpy.random.Generator` is one, for tests."""

    def random(self, size: Shape) -> NDArray[np.float64]:
        """Return uniform numbers in [0, 1)."""

    def standard_normal(self, size: Shape) -> NDArray[np.float64]:
        """Return independent standard normal numbers."""


class SystemRandom:
    """Random numbers of the operating system's cryptographic generator.

    Who knows the seed of a run could compute noise that depended on it, and subtract it. So noise has no seed, and two
    runs with a guarantee never give the same rows.
    """

    def random(self, size: Shape) -> NDArray[np.float64]:
        """Return uniform numbers, multiples of 2^-53 in [0, 1)."""
        return self._integers(size) * 2.0**-_BITS

    def standard_normal(self, size: Shape) -> NDArray[np.float64]:
        """Return standard normal numbers by inversion of uniform ones."""
        return np.asarray(ndtri((self._integers(size) + 0.5) * 2.0**-_BITS), dtype=np.float64)

    @staticmethod
    def _integers(size: Shape) -> NDArray[np.float64]:
        count = int(np.prod(size))
        drawn = np.frombuffer(os.urandom(8 * count), dtype=np.uint64) >> np.uint64(64 - _BITS)
        return drawn.astype(np.float64).reshape(size)
