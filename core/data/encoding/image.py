"""One image file becomes a square of bytes, and back; every kind of file that people have is understood or refused.

What is done to an image, in this order: the first frame is taken; it is turned as its EXIF orientation says; what is
transparent is laid on white; grey becomes three equal channels, 16 bits become 8 by scaling; the largest centred square
is cut out; that is resized with antialiasing.
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
"""More than a camera gives; 192 MB as red, green and blue."""

SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
# Only these are tried: other readers of Pillow start programs (EPS) or are hardly ever tested.
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
_SHARPNESS: Final = 3
"""A JPEG may be decoded at a fraction of its size, but at three times the wanted one at least: no eye sees it then."""

SquareImage = NDArray[np.uint8]
"""Shape (size, size, 3): red, green, blue, 0 to 255."""


def check_image_size(size: int) -> None:
    """Raise a sentence if images cannot be made this large.

    Raises:
        ConfigError: It is not between 8 and 256.
    """
    if not MIN_SIZE <= size <= MAX_SIZE:
        raise ConfigError(
            f"The image size must lie between {MIN_SIZE} and {MAX_SIZE} pixels, not {size}; 64 is usual.",
            field="image_size",
        )


def preprocessing_note(size: int) -> str:
    """The sentence for a report on what `decode_image` does to each image."""
    return (
        f"Each image is cut to its centred square and made {size} × {size}, with antialiasing; grey becomes three "
        "equal channels, and what is transparent is laid on white."
    )


def decode_image(content: bytes, name: str, size: int) -> SquareImage:
    """The image in a file, shape (size, size, 3).

    Args:
        content: A PNG, JPEG, WebP, BMP, GIF or TIFF file.
        name: What to call the file in messages.
        size: Height and width of the result, 8 to 256.

    Raises:
        DataError: It is no image, damaged, cut short, or has more pixels than `MAX_PIXELS` (said before decoding).

    >>> grey = np.full((8, 8), 200, dtype=np.uint8)
    >>> decode_image(encode_png(np.stack([grey] * 3, axis=2)), "a.png", 8)[0, 0].tolist()
    [200, 200, 200]
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about damaged tags and odd palettes, which do not concern the pixels
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                return _square(image, name, size)
    except (DataError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(name) from error
    except Exception as error:  # a decoder of hostile bytes may stumble in any way
        raise DataError(
            f"The image {name!r} is damaged or of an unknown kind; save it again as PNG or JPEG."
        ) from error


def encode_png(pixels: SquareImage) -> bytes:
    """An image, shape (height, width, 3), as a PNG file: nothing is lost, and equal pixels give equal bytes."""
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, format="PNG")
    return file.getvalue()


def _square(image: Image.Image, name: str, size: int) -> SquareImage:
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(name)
    image.draft(None, (_SHARPNESS * size, _SHARPNESS * size))
    whole = _eight_bits(image, name)
    ImageOps.exif_transpose(whole, in_place=True)
    flat = _in_color(whole)
    side = min(flat.size)
    left, top = (flat.width - side) // 2, (flat.height - side) // 2
    box = (left, top, left + side, top + side)
    return np.asarray(flat.resize((size, size), Image.Resampling.BICUBIC, box=box), dtype=np.uint8)


def _too_large(name: str) -> DataError:
    return DataError(f"The image {name!r} has more than the {MAX_PIXELS:,} pixels that are read; make it smaller.")


def _eight_bits(image: Image.Image, name: str) -> Image.Image:
    """An image of 16-bit grey scaled to 8 bits, any other as it is."""
    if image.mode in {"I", "F"}:
        raise DataError(f"The image {name!r} has 32 bits a pixel, and no white is set; save it with 8 or 16 bits.")
    if not image.mode.startswith("I;16"):
        return image
    values = np.asarray(image).astype(np.uint32)
    scaled = Image.fromarray(((values + 128) // 257).astype(np.uint8))
    scaled.info["exif"] = image.info.get("exif", b"")
    return scaled


def _in_color(image: Image.Image) -> Image.Image:
    """As red, green and blue, what is transparent laid on white; not copied if it is so already."""
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
