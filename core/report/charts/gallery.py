"""A sheet of images, with a title, a caption and its content as a table.

A sheet is drawn in parts no wider than a phone, so that its words are read there at their own size; on a wider screen
the parts stand beside one another.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.report.tables.base import Cell, Table

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

_SHOWN, _GAP, _LETTERS, _FONT = 64, 4, 18, 12
_INK, _PAPER, _NOTHING = (27, 31, 35), (255, 255, 255), (236, 239, 242)
_MAX_LETTERS = 48
_PHONE = 350  # pixels of a screen of 390 that the page leaves

Picture = NDArray[np.uint8]
"""Shape (height, width, 3): red, green, blue, 0 to 255."""


@dataclass(frozen=True)
class Line:
    """One row of a sheet.

    Args:
        label: What its images are.
        pictures: Each uint8, shape (height, width, 3), all of one size; ``None`` where there is none.
        words: What stands above each image; empty if nothing.
    """

    label: str
    pictures: Sequence[Picture | None]
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Gallery:
    """A sheet of images and what belongs to it.

    Args:
        title: What it shows.
        caption: How to read it.
        alt: What one sees, for those who do not.
        parts: The sheet, a PNG for each range of columns.
        table: What stands where.
    """

    title: str
    caption: str
    alt: str
    parts: tuple[bytes, ...]
    table: Table

    def spoken(self, part: int) -> str:
        """Return what a screen reader says of a part, counted from 1: all of it once, then its number."""
        return self.alt if part == 1 else f"{self.title}, part {part} of {len(self.parts)}."

    def addresses(self) -> list[str]:
        """Return each part as a data URI."""
        return [f"data:image/png;base64,{base64.b64encode(part).decode()}" for part in self.parts]


def gallery(title: str, caption: str, lines: Sequence[Line]) -> Gallery:
    """Lay the lines out on one sheet.

    Args:
        title: What it shows.
        caption: How to read it.
        lines: At least one, with at least one image among them.
    """
    width = max(len(line.pictures) for line in lines)
    heads = ("line", *(str(place) for place in range(1, width + 1)))
    rows = tuple((Cell(line.label), *(Cell(_said(line, place)) for place in range(width))) for line in lines)
    alt = f"{title}: {len(lines)} lines of up to {width} images: {'; '.join(line.label for line in lines)}."
    return Gallery(title, caption, alt, tuple(map(_sheet, _parts(lines, width))), Table(title, caption, heads, rows))


def _said(line: Line, place: int) -> str:
    if place >= len(line.pictures) or line.pictures[place] is None:
        return "none"
    return line.words[place] if place < len(line.words) else "image"


def _size(lines: Sequence[Line]) -> tuple[int, int]:
    """Return height and width of an image on the sheet: every pixel a square of whole pixels."""
    sample = next(image for line in lines for image in line.pictures if image is not None)
    scale = max(1, _SHOWN // max(sample.shape[:2]))
    return sample.shape[0] * scale, sample.shape[1] * scale


def _parts(lines: Sequence[Line], width: int) -> list[list[Line]]:
    """Return the lines cut into ranges of columns, each as wide as a phone shows; no range without an image."""
    _, wide = _size(lines)
    across = max((_PHONE - _GAP) // (wide + _GAP), 1)
    cut = [
        [
            replace(line, pictures=line.pictures[start : start + across], words=line.words[start : start + across])
            for line in lines
            if len(line.pictures) > start
        ]
        for start in range(0, width, across)
    ]
    return [part for part in cut if any(image is not None for line in part for image in line.pictures)]


def _sheet(lines: Sequence[Line]) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    high, wide = _size(lines)
    font = ImageFont.load_default(_FONT)
    labels = [_short(line.label, _MAX_LETTERS) for line in lines]
    across = max(len(line.pictures) for line in lines)
    heights = [_LETTERS + high + _GAP + (_LETTERS if line.words else 0) for line in lines]
    width = max(across * (wide + _GAP), *(int(font.getlength(label)) + _GAP for label in labels)) + _GAP
    sheet = Image.new("RGB", (width, sum(heights) + _GAP), _PAPER)
    pen, top = ImageDraw.Draw(sheet), _GAP
    for line, label, height in zip(lines, labels, heights, strict=True):
        at = top + height - high - _GAP
        pen.text((_GAP, top), label, fill=_INK, font=font)
        for place, image in enumerate(line.pictures):
            corner = (_GAP + place * (wide + _GAP), at)
            if image is None:
                pen.rectangle((*corner, corner[0] + wide - 1, corner[1] + high - 1), fill=_NOTHING)
            else:
                picture = Image.fromarray(np.ascontiguousarray(image))
                sheet.paste(picture.resize((wide, high), Image.Resampling.NEAREST), corner)
        for place, words in enumerate(line.words):
            _write(pen, font, (_GAP + place * (wide + _GAP), top + _LETTERS), words, wide)
        top += height
    kept = BytesIO()
    sheet.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _write(pen: ImageDraw, font: FreeTypeFont | ImageFont, corner: tuple[int, int], words: str, wide: int) -> None:
    """Write text no wider than the image below it."""
    while len(words) > 1 and font.getlength(words) > wide:
        words = words[:-1]
    pen.text((corner[0] + wide // 2, corner[1]), words, fill=_INK, font=font, anchor="ma")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
