"""The latents of images that groups share alike within each value of the target.

Each image is given one of the codewords of its target value, drawn so that every group with this value uses each of
them equally often (`core.synthesis.codebook`). Its latent is then a posterior draw of a random train image of the same
value, one of those whose nearest codeword it is. So codeword and latent tell the same of the image's own group: what
the codeword tells, and nothing at all among the train images. The latents keep the variety of the train images, which
the codewords alone do not have.

Where target and group go together, a group can have a few images of a value, or none. Potentials that were found on
these alone would fit no other image. So each codeword counts as one further image of each group that lies anywhere:
of n images with K codewords, K / (n + K) of the draws regard the weights alone (`models.codebook.SmallStrataCodebook`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.synthesis.codebook import balance, codebook_size, fit_codebook
from models.codebook import SmallStrataCodebook

IMAGES_AT_ONCE = 4_096

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class EncodedImages:
    """What an encoder says of n images.

    Args:
        mean: Posterior means, shape (n, d).
        deviation: Posterior standard deviations, shape (n, d).
        strata: Value of the target and group of each image: ``value * groups + group``, shape (n,).
    """

    mean: Floats
    deviation: Floats
    strata: Integers


def codebook_sizes(values: Integers, most: int) -> Integers:
    """Return the number of codewords of each value of the target, shape (values,).

    Args:
        values: Value of each train image, an index from 0, shape (n,).
        most: Largest number for a value.

    >>> codebook_sizes(np.repeat([0, 1, 2], [9_000, 400, 5]), 128).tolist()
    [60, 16, 5]
    """
    return np.asarray([codebook_size(int(count), most) for count in np.bincount(values)], dtype=np.int64)


def fit_codewords(codebook: SmallStrataCodebook, images: EncodedImages, sizes: Integers, *, seed: int) -> None:
    """Find points and potentials of the teacher's codewords, in place.

    Args:
        codebook: All codewords, those of the first value first.
        images: The train images.
        sizes: See `codebook_sizes`.
        seed: Seed of k-means.
    """
    weights = fit_codebook(codebook, images.mean, images.strata, seed=seed, sizes=sizes)
    _set_base(codebook, images.strata, weights, sizes)


def share_codewords(
    own: SmallStrataCodebook, shared: SmallStrataCodebook, images: EncodedImages, sizes: Integers
) -> None:
    """Give the student the teacher's codewords and weights, with potentials of its own.

    Args:
        own: The student's codebook.
        shared: The teacher's.
        images: What the student says of the train images.
        sizes: See `codebook_sizes`.
    """
    own.points.copy_(shared.points)
    own.bandwidth.copy_(shared.bandwidth)
    base = shared.base.double().cpu().numpy()
    by_value = base[:: len(base) // len(sizes)]
    weights = by_value / by_value.sum(axis=1, keepdims=True)
    balance(own, images.mean, images.strata, weights)
    _set_base(own, images.strata, weights, sizes)


def _set_base(codebook: SmallStrataCodebook, strata: Integers, weights: NDArray[np.float64], sizes: Integers) -> None:
    """Let each codeword count as one further image of each stratum."""
    count = len(codebook.potentials)
    values = np.arange(count) // (count // len(sizes))
    shares = sizes[values] / (np.bincount(strata, minlength=count) + sizes[values])
    codebook.base.copy_(torch.from_numpy(shares[:, None] * weights[values]))


def nearest_values(codebook: SmallStrataCodebook, mean: Floats, sizes: Integers) -> Integers:
    """Return the value of the target whose codeword is nearest to each posterior mean (n, d), shape (n,)."""
    nearest = codebook.squares(torch.from_numpy(mean).to(codebook.points)).argmin(dim=1).cpu().numpy()
    return np.asarray(np.searchsorted(np.cumsum(sizes), nearest, side="right"), dtype=np.int64)


@dataclass(frozen=True)
class CodewordImages:
    """The train images of each codeword, by the teacher.

    Args:
        images: What the teacher says of the train images.
        order: Positions of the train images, those of the first codeword first, shape (m,).
        starts: Where those of each codeword start in ``order``, and m, shape (K + 1,).
    """

    images: EncodedImages
    order: Integers
    starts: Integers

    @classmethod
    def of(cls, codebook: SmallStrataCodebook, images: EncodedImages, sizes: Integers) -> CodewordImages:
        """Assign each train image to the nearest codeword of its value; an empty codeword takes the nearest image."""
        values = images.strata // (len(codebook.potentials) // len(sizes))
        members: list[Integers] = []
        for value, (size, end) in enumerate(zip(sizes, np.cumsum(sizes), strict=True)):
            rows = np.flatnonzero(values == value)
            squares = codebook.squares(torch.from_numpy(images.mean[rows]).to(codebook.points)).cpu().numpy()
            own = squares[:, end - size : end]
            nearest = own.argmin(axis=1)
            for code in range(size):
                inside = rows[nearest == code]
                members.append(inside if len(inside) else rows[[own[:, code].argmin()]])
        starts = np.cumsum([0, *(len(rows) for rows in members)])
        return cls(images, np.concatenate(members), np.asarray(starts, dtype=np.int64))

    def draw(self, codes: Integers, rng: np.random.Generator) -> Floats:
        """Draw a latent for each codeword (m,): a posterior draw of one of its train images, shape (m, d)."""
        first, counts = self.starts[codes], np.diff(self.starts)[codes]
        rows = self.order[first + np.floor(rng.random(len(codes)) * counts).astype(np.int64)]
        noise = rng.standard_normal((len(codes), self.images.mean.shape[1]), dtype=np.float32)
        return np.asarray(self.images.mean[rows] + self.images.deviation[rows] * noise)


def draw_codes(codebook: SmallStrataCodebook, images: EncodedImages, rng: np.random.Generator) -> Integers:
    """Draw the codeword of each image, shape (n,)."""
    uniforms = torch.from_numpy(rng.random(len(images.mean)))
    with torch.inference_mode():
        codes = [
            codebook.draw(mean, strata, uniforms[part]).cpu().numpy() for part, mean, strata in _parts(codebook, images)
        ]
    return np.concatenate(codes)


def likeliest_points(codebook: SmallStrataCodebook, images: EncodedImages) -> Floats:
    """Return the likeliest codeword of each image, shape (n, d)."""
    with torch.inference_mode():
        codes = [codebook.likeliest(mean, strata) for _, mean, strata in _parts(codebook, images)]
        return np.asarray(codebook.points[torch.cat(codes)].cpu().numpy())


def _parts(codebook: SmallStrataCodebook, images: EncodedImages) -> Iterator[tuple[slice, torch.Tensor, torch.Tensor]]:
    """Yield means and strata of some images at a time: the probabilities of all codewords fill much memory."""
    for start in range(0, len(images.mean), IMAGES_AT_ONCE):
        part = slice(start, start + IMAGES_AT_ONCE)
        mean, strata = (torch.from_numpy(values[part]) for values in (images.mean, images.strata))
        yield part, mean.to(codebook.points.device), strata.to(codebook.points.device)
