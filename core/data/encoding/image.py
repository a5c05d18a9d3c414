"""Decode one image file to a square array of bytes, and encode it as PNG. Unsupported files raise an error.

Decoding takes the first frame, applies the EXIF orientation, puts transparent parts on white, repeats grey in three
channels, and scales 16 bits to 8. Then it crops the largest centred square and resizes it with antialiasing.
"""

from __future__ import annotations

import io
import warnings
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.errors import ConfigError, DataError

MIN_SIZE: Final = 8
MAX_SIZE: Final = 256
MAX_PIXELS: Final = 64_000_000
"""More than common cameras have; 192 MB as RGB."""

SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
# Other readers of Pillow start external programs (EPS) or are poorly tested.
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
_SHARPNESS: Final = 3
"""A JPEG may be decoded at reduced size, but at least at three times the target size: no difference is visible."""

SquareImage = NDArray[np.uint8]
"""Shape (size, size, 3): RGB, 0 to 255."""


def check_image_size(size: int) -> None:
    """Check the image size.

    Raises:
        ConfigError: The size is not between 8 and 256.
    """
    if not MIN_SIZE <= size <= MAX_SIZE:
        raise ConfigError(
            f"The image size must lie between {MIN_SIZE} and {MAX_SIZE} pixels, not {size}; 64 is usual.",
            field="image_size",
        )


def preprocessing_note(size: int) -> str:
    """Return the report's sentence on what `decode_image` does to each image."""
    return (
        f"Each image is cropped to its centred square and resized to {size} × {size} with antialiasing. Grey becomes "
        "three equal channels, and transparent parts become white."
    )


def decode_image(content: bytes, name: str, size: int) -> SquareImage:
    """Return the image in a file, shape (size, size, 3).

    Args:
        content: A PNG, JPEG, WebP, BMP, GIF or TIFF file.
        name: Name of the file in error messages.
        size: Height and width of the result, 8 to 256.

    Raises:
        DataError: The file is no image, is damaged or truncated, or has more than `MAX_PIXELS` (checked first).

    >>> grey = np.full((8, 8), 200, dtype=np.uint8)
    >>> decode_image(encode_png(np.stack([grey] * 3, axis=2)), "a.png", 8)[0, 0].tolist()
    [200, 200, 200]
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged tags and unusual palettes do not affect the pixels
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                return _square(image, name, size)
    except (DataError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(name) from error
    except Exception as error:  # a decoder may raise anything on malicious bytes
        raise DataError(
            f"The image {name!r} is damaged or has an unknown format; save it again as PNG or JPEG."
        ) from error


def encode_png(pixels: SquareImage) -> bytes:
    """Encode an image, shape (height, width, 3), as PNG, without loss. Equal pixels give equal bytes."""
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, format="PNG")
    return file.getvalue()


def _square(image: Image.Image, name: str, size: int) -> SquareImage:
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(name)
    image.draft(None, (_SHARPNESS * size, _SHARPNESS * size))
    eight_bit = _eight_bits(image, name)
    ImageOps.exif_transpose(eight_bit, in_place=True)
    rgb = _rgb(eight_bit)
    side = min(rgb.size)
    left, top = (rgb.width - side) // 2, (rgb.height - side) // 2
    box = (left, top, left + side, top + side)
    return np.asarray(rgb.resize((size, size), Image.Resampling.BICUBIC, box=box), dtype=np.uint8)


def _too_large(name: str) -> DataError:
    return DataError(f"The image {name!r} has more than {MAX_PIXELS:,} pixels, the maximum; make it smaller.")


def _eight_bits(image: Image.Image, name: str) -> Image.Image:
    """Scale a 16-bit grey image to 8 bits. Return any other image unchanged."""
    if image.mode in {"I", "F"}:
        raise DataError(f"The image {name!r} has 32 bits a pixel, so its white level is unknown; save it with 8 or 16.")
    if not image.mode.startswith("I;16"):
        return image
    values = np.asarray(image).astype(np.uint32)
    scaled = Image.fromarray(((values + 128) // 257).astype(np.uint8))
    scaled.info["exif"] = image.info.get("exif", b"")
    return scaled


def _rgb(image: Image.Image) -> Image.Image:
    """Convert to RGB, with transparent parts on white. Return an RGB image unchanged."""
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
