"""MNIST in colour: the 10,000 test digits of LeCun, Cortes and Burges, from a local folder or from OpenML."""

from __future__ import annotations

import gzip
import hashlib
import warnings
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.data.dataset import Dataset
from core.data.encoding.image import check_image_size
from core.data.sources.coloring import colored_dataset
from core.data.sources.dataset_folder import DATA_VARIABLE, cache_folder, find_file, is_local, sha256_check
from core.data.sources.load_options import LoadOptions
from core.errors import DataError

SIZE: Final = 32
URL: Final = "https://ossci-datasets.s3.amazonaws.com/mnist/"
IMAGES: Final = "t10k-images-idx3-ubyte.gz"
LABELS: Final = "t10k-labels-idx1-ubyte.gz"
SHA256: Final = {
    IMAGES: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    LABELS: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
# Of pixels and labels, so that a copy in another file format also passes.
CONTENT_SHA256: Final = "c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b"
_OPENML: Final = "mnist_784"
_IMAGES_HEAD, _LABELS_HEAD = 16, 8
_SIDE: Final = 28

Grey = NDArray[np.uint8]


def load_color_mnist(options: LoadOptions) -> Dataset:
    """Load the digits, padded to 32 × 32, resized only for another ``image_size``, and coloured.

    Raises:
        ConfigError: Bias or image size is out of range.
        DataError: The digits are not available, or not the published ones.
    """
    size = options.get("image_size")
    size = SIZE if size is None else size
    check_image_size(size)
    grey, digits = _from_files() if is_local(f"mnist/{IMAGES}") else _from_openml()
    margin = (SIZE - _SIDE) // 2
    framed = np.pad(grey, ((0, 0), (margin, margin), (margin, margin)))
    if size != SIZE:
        framed = np.stack([_resized(image, size) for image in framed])
    return colored_dataset("color-mnist", framed, digits.astype(np.int64), options.get("bias"), options.get("seed", 0))


def content_digest(grey: Grey, digits: Grey) -> str:
    """Return the SHA-256 (hex) of the pixels, shape (n, 28, 28), followed by the digits, shape (n,), as bytes."""
    return hashlib.sha256(grey.tobytes() + digits.tobytes()).hexdigest()


def _from_files() -> tuple[Grey, Grey]:
    images, labels = (_unzipped(name) for name in (IMAGES, LABELS))
    grey = np.frombuffer(images, dtype=np.uint8, offset=_IMAGES_HEAD).reshape(-1, _SIDE, _SIDE)
    return grey, np.frombuffer(labels, dtype=np.uint8, offset=_LABELS_HEAD)


def _unzipped(name: str) -> bytes:
    return gzip.decompress(find_file(f"mnist/{name}", URL + name, sha256_check(SHA256[name])))


def _from_openml() -> tuple[Grey, Grey]:
    """Return the digits from OpenML, whose table has the 60,000 train digits first and the 10,000 test digits last."""
    from sklearn.datasets import fetch_openml

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # warnings about each attempt; the error below reports the last
            pixels, digits = fetch_openml(
                _OPENML, version=1, return_X_y=True, as_frame=False, parser="liac-arff", data_home=cache_folder()
            )
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise DataError(
            f"MNIST could not be had from OpenML ({error}); connect to the internet, or put {IMAGES} and {LABELS} from "
            f"{URL} into the folder mnist of a folder and set {DATA_VARIABLE} to that folder."
        ) from error
    grey = np.asarray(pixels[-10_000:]).astype(np.uint8).reshape(-1, _SIDE, _SIDE)
    last = np.asarray(digits[-10_000:]).astype(np.uint8)
    if content_digest(grey, last) != CONTENT_SHA256:
        raise DataError(
            f"{_OPENML} of OpenML does not end with the published test digits; put the files from {URL} in place."
        )
    return grey, last


def _resized(grey: Grey, size: int) -> Grey:
    return np.asarray(Image.fromarray(grey).resize((size, size), Image.Resampling.BICUBIC))
