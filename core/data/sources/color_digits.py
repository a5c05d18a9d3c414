"""Small handwritten digits in colour: 1,797 images from scikit-learn, available offline."""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.data.dataset import Dataset
from core.data.encoding.image import check_image_size
from core.data.sources.coloring import colored_dataset
from core.data.sources.load_options import LoadOptions

SIZE = 16


def load_color_digits(options: LoadOptions) -> Dataset:
    """Load UCI's handwritten digits (test part, 8 × 8 in 17 shades), resized to ``image_size`` (16) and coloured.

    Raises:
        ConfigError: Bias or image size is out of range.
    """
    from sklearn.datasets import load_digits

    size = options.get("image_size")
    size = SIZE if size is None else size
    check_image_size(size)
    digits = load_digits()
    shades = np.rint(digits.images / 16 * 255).astype(np.uint8)
    grey = np.stack([_resized(image, size) for image in shades])
    return colored_dataset(
        "color-digits", grey, digits.target.astype(np.int64), options.get("bias"), options.get("seed", 0)
    )


def _resized(grey: np.ndarray, size: int) -> np.ndarray:
    return np.asarray(Image.fromarray(grey).resize((size, size), Image.Resampling.BICUBIC))
