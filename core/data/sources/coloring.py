"""Colour grey digits with a known bias, which an audit must find and a fair version must remove.

Each digit has its own colour, and most of its images have it: the Colored MNIST of Nam et al. 2020 ("Learning from
Failure: Training Debiased Classifier from Biased Classifier") and Lee et al. 2021 ("Learning Debiased Representation
via Disentangled Feature Augmentation"). As in these papers, strokes are coloured, the background is black, and the
colour of each image has some noise. The papers give at least 95 % of the images their digit's colour; here it is a
parameter.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Column, Kind, Role
from core.data.dataset import Dataset
from core.data.holdout_fraction import HOLDOUT_FRACTION
from core.data.holdout_split import stratified_mask
from core.data.images import Images, Pixels
from core.data.schema import Schema
from core.errors import ConfigError

# The colours differ in hue. The stroke determines the brightness.
COLORS: Final[dict[str, tuple[int, int, int]]] = {
    "red": (255, 0, 0),
    "orange": (255, 128, 0),
    "yellow": (255, 255, 0),
    "green": (0, 255, 0),
    "cyan": (0, 255, 255),
    "azure": (0, 128, 255),
    "blue": (0, 0, 255),
    "purple": (128, 0, 255),
    "magenta": (255, 0, 255),
    "white": (255, 255, 255),
}
DEFAULT_BIAS: Final = 0.9
INDEPENDENT: Final = 1 / len(COLORS)
JITTER: Final = 0.05 * 255
"""Standard deviation of an image's red, green and blue; the largest value of Nam et al."""

Codes = NDArray[np.int64]


def colored_dataset(name: str, grey: NDArray[np.uint8], digits: Codes, bias: float | None, seed: int) -> Dataset:
    """Colour digits. A fifth of them is held out *first* and gets colours independent of the digit.

    Args:
        name: Name of the dataset.
        grey: Images of the digits, shape (n, height, width); 0 is the background.
        digits: The digit of each image, shape (n,), 0 to 9.
        bias: Share of the train images in their digit's own colour; 0.9 if left out, 0.1 means independence.
        seed: Seed of hold-out and colours.

    Returns:
        A dataset with the columns ``image``, ``digit`` (target, positive ``3``) and ``color`` (sensitive).

    Raises:
        ConfigError: ``bias`` is not between 0 and 1.
    """
    share = DEFAULT_BIAS if bias is None else bias
    if not 0 <= share <= 1:
        raise ConfigError(
            f"The bias must lie between 0 and 1, not {share:g}; 0.1 makes colours independent of digits.",
            field="bias",
        )
    held = stratified_mask(digits.astype(str), HOLDOUT_FRACTION, seed)
    colors = np.where(held, color_codes(digits, INDEPENDENT, (seed, 1)), color_codes(digits, share, (seed, 0)))
    names = [f"digit-{number:05d}" for number in range(len(digits))]
    frame = pd.DataFrame(
        {
            "image": pd.Series(names, dtype="str"),
            "digit": pd.Series(digits.astype(str), dtype="str"),
            "color": pd.Series(np.asarray(list(COLORS))[colors], dtype="str"),
        }
    )
    return Dataset(
        name=name,
        frame=frame[~held].reset_index(drop=True),
        schema=_schema(),
        holdout=frame[held].reset_index(drop=True),
        notes=(_note(share, int(held.sum()), seed),),
        attachments=Images(names, colorize(grey, colors, (seed, 2))),
    )


def color_codes(digits: Codes, bias: float, seed: tuple[int, ...]) -> Codes:
    """Draw a colour for each digit, shape (n,): its own with probability ``bias``, else any other, uniformly.

    >>> color_codes(np.array([3, 3, 7]), 1.0, (0,)).tolist()
    [3, 3, 7]
    """
    rng = np.random.default_rng(seed)
    count = len(COLORS)
    other = (digits + rng.integers(1, count, len(digits))) % count
    return np.where(rng.random(len(digits)) < bias, digits, other)


def colorize(grey: NDArray[np.uint8], colors: Codes, seed: tuple[int, ...]) -> Pixels:
    """Colour grey images, shape (n, height, width, 3): black stays black, white becomes the image's colour.

    Args:
        grey: Shape (n, height, width).
        colors: Index of each image's colour in `COLORS`, shape (n,).
        seed: Seed of the colours' jitter.
    """
    mean = np.asarray(list(COLORS.values()), dtype=np.float64)[colors]
    jitter = np.random.default_rng(seed).normal(0, JITTER, mean.shape)
    scale = (mean + jitter).clip(0, 255) / 255
    pixels = np.empty((*grey.shape, 3), dtype=np.uint8)
    for channel in range(3):
        pixels[..., channel] = np.rint(grey * scale[:, channel, None, None])
    return pixels


def _schema() -> Schema:
    roles = {"digit": Role.TARGET, "color": Role.SENSITIVE}
    known = [
        Column(name=name, kind=Kind.CATEGORICAL, role=role, reason="Known: made here.") for name, role in roles.items()
    ]
    image = Column(name="image", kind=Kind.IMAGE, role=Role.IGNORED, reason="Known: it names the image of the row.")
    return Schema(columns=(image, *known), positive="3")


def _note(bias: float, held: int, seed: int) -> str:
    return (
        f"Evenhand adds the colours: each digit has its own of ten colours, and {100 * bias:.0f} % of its train images "
        f"have it (drawn with seed {seed}). The colours of the {held:,} held-out images are independent of the digit, "
        "so a classifier that relies on colour fails there."
    )
