"""Any kind of image becomes a square of bytes; what is none is refused by name."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.data.encoding import image as module
from core.data.encoding.image import check_image_size, decode_image, encode_png
from core.errors import ConfigError, DataError

KINDS = [
    *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
    *(("TIFF", mode) for mode in ("1", "L", "RGB", "RGBA", "CMYK", "LAB", "I;16")),
    *((form, mode) for form in ("WEBP", "BMP", "GIF") for mode in ("L", "RGB", "RGBA")),
]


def saved(image: Image.Image, form: str = "PNG", **settings: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format=form, **settings)
    return file.getvalue()


def gradient(width: int, height: int, mode: str) -> Image.Image:
    """Left to right from black to white."""
    ramp = np.tile(np.linspace(0, 1, width), (height, 1))
    if mode == "I;16":
        return Image.fromarray(np.rint(ramp * 65535).astype(np.uint16))
    grey = Image.fromarray(np.rint(ramp * 255).astype(np.uint8))
    return Image.merge("LAB", [grey] * 3) if mode == "LAB" else grey.convert("RGB").convert(mode)


@given(
    kind=st.sampled_from(KINDS), width=st.integers(1, 70), height=st.integers(1, 70), size=st.sampled_from([8, 16, 31])
)
@settings(max_examples=80, deadline=None)
def test_any_size_and_mode_gives_a_square_of_bytes(kind: tuple[str, str], width: int, height: int, size: int) -> None:
    content = saved(gradient(width, height, kind[1]), kind[0])
    found = decode_image(content, "a", size)
    assert found.shape == (size, size, 3)
    assert found.dtype == np.uint8
    assert np.array_equal(found, decode_image(content, "a", size))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "I;16"])
def test_a_gradient_is_a_gradient_in_every_mode(mode: str) -> None:
    found = decode_image(saved(gradient(64, 64, mode)), "a", 16).astype(int)
    reference = decode_image(saved(gradient(64, 64, "RGB")), "a", 16).astype(int)
    assert np.abs(found - reference).mean() < (20 if mode == "1" else 1)  # two values make a gradient by dithering
    assert np.array_equal(found[..., 0], found[..., 2])


def test_16_bits_are_scaled_not_clipped() -> None:
    values = np.arange(256, dtype=np.uint16).reshape(16, 16) * 257
    found = decode_image(saved(Image.fromarray(values)), "a", 16)
    assert np.array_equal(found[..., 1], np.arange(256).reshape(16, 16))


def test_32_bits_are_refused_because_nothing_says_what_is_white() -> None:
    with pytest.raises(DataError, match=r"'a\.tif' has 32 bits a pixel"):
        decode_image(saved(Image.new("F", (9, 9), 0.5), "TIFF"), "a.tif", 8)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
def test_what_is_transparent_lies_on_white(form: str) -> None:
    pixels = np.zeros((16, 16, 4), dtype=np.uint8)
    pixels[:, 8:, 3] = 255
    found = decode_image(saved(Image.fromarray(pixels), form), "a", 16)
    assert found[:, :8].min() > 250
    assert found[:, 8:].max() < 5


def test_a_transparent_palette_lies_on_white() -> None:
    image = Image.new("P", (16, 16), 0)
    image.putpalette([10, 20, 30, 200, 0, 0])
    image.paste(1, (8, 0, 16, 16))
    found = decode_image(saved(image, "GIF", transparency=0), "a", 16)
    assert found[0, 0].tolist() == [255, 255, 255]
    assert found[0, 15].tolist() == [200, 0, 0]


@pytest.mark.parametrize("mode", ["L", "I;16"])
def test_it_is_turned_as_its_camera_says(mode: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown a quarter turn clockwise
    content = saved(gradient(32, 32, mode), "PNG", exif=exif)
    found = decode_image(content, "a", 32)[..., 0].astype(int)
    assert found[0].max() < 10
    assert found[-1].min() > 245


def test_the_centred_square_is_kept() -> None:
    wide = np.zeros((10, 30, 3), dtype=np.uint8)
    wide[:, 10:20] = 255
    assert decode_image(encode_png(wide), "a", 10).min() == 255
    assert decode_image(encode_png(wide.transpose(1, 0, 2)), "a", 10).min() == 255


def test_a_fine_pattern_becomes_grey_not_stripes() -> None:
    stripes = np.zeros((256, 256, 3), dtype=np.uint8)
    stripes[:, ::2] = 255
    found = decode_image(encode_png(stripes), "a", 16)
    assert found.min() > 115
    assert found.max() < 140


def test_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decode_image(content, "a", 8)[0, 0].tolist() == [255, 0, 0]


def test_a_png_gives_the_same_pixels_back() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    assert np.array_equal(decode_image(encode_png(pixels), "a", 24), pixels)
    assert encode_png(pixels) == encode_png(pixels.copy())


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_a_file_that_was_cut_short_is_named(form: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8))
    content = saved(noise, form)
    with pytest.raises(DataError, match=r"The image 'photo\.x' is damaged or has an unknown format; save it again"):
        decode_image(content[: len(content) // 2], "photo.x", 16)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"PK\x03\x04", b"<svg></svg>"])
def test_what_is_no_image_is_named(content: bytes) -> None:
    with pytest.raises(DataError, match=r"'photo\.x' is damaged or has an unknown format"):
        decode_image(content, "photo.x", 16)


@given(data=st.data(), form=st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"]))
@settings(max_examples=150, deadline=None)
def test_damaged_bytes_give_an_image_or_a_sentence(data: st.DataObject, form: str) -> None:
    content = bytearray(saved(gradient(24, 17, "RGB"), form))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert decode_image(bytes(content), "a", 8).shape == (8, 8, 3)
    except DataError as error:
        assert "The image 'a'" in str(error)  # noqa: PT017  # either end is right


def _bomb(width: int, height: int) -> bytes:
    """A PNG that says it has this many pixels, and holds almost none."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9_000, 12_000, 60_000])
def test_too_many_pixels_are_refused_before_they_are_made(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "convert", lambda *_, **__: pytest.fail("it was decoded"))
    with pytest.raises(DataError, match=r"The image 'bomb\.png' has more than 64,000,000 pixels"):
        decode_image(_bomb(side, side), "bomb.png", 16)


def test_the_limit_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PIXELS", 99)
    with pytest.raises(DataError, match="'a' has more than 99 pixels, the maximum; make it smaller"):
        decode_image(saved(gradient(10, 10, "RGB")), "a", 8)


@pytest.mark.parametrize("size", [7, 257, 0, -64])
def test_sizes_outside_the_range_are_refused(size: int) -> None:
    with pytest.raises(ConfigError, match=f"between 8 and 256 pixels, not {size}"):
        check_image_size(size)
