"""Sheets of images, with a title, a caption and their content as a table.

A sheet has few lines, so that a screen shows it at once. It is drawn in parts no wider than a phone, so that its words
are read there at their own size; on a wider screen the parts stand beside one another.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
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
_SHEET = 300  # pixels of a screen of 800 below title and menu, with the caption beneath

Picture = NDArray[np.uint8]
"""Shape (height, width, 3): red, green, blue, 0 to 255."""


@dataclass(frozen=True)
class Line:
    """One row of a sheet.

    Args:
        label: What its images are.
        pictures: Each uint8, shape (height, width, 3), all of one size; ``None`` where there is none.
    """

    label: str
    pictures: Sequence[Picture | None]


Block = tuple[str, Sequence[Line]]
"""Lines that belong together, and their name."""


@dataclass(frozen=True, slots=True)
class Part:
    """A range of columns of a sheet.

    Args:
        png: The picture.
        alt: What one sees, for those who do not: the whole sheet with its first part, then the part's number.
    """

    png: bytes
    alt: str

    def address(self) -> str:
        """Return the picture as a data URI."""
        return f"data:image/png;base64,{base64.b64encode(self.png).decode()}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines of images that are shown at once.

    Args:
        name: Which lines, e.g. ``1`` or ``1 … 3``.
        parts: At least one.
    """

    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Gallery:
    """Sheets of images and what belongs to them.

    Args:
        title: What they show.
        caption: How to read them.
        sheets: At least one.
        table: What stands where.
    """

    title: str
    caption: str
    sheets: tuple[Sheet, ...]
    table: Table

    @property
    def parts(self) -> list[Part]:
        """The parts of all sheets, in their order."""
        return [part for sheet in self.sheets for part in sheet.parts]


def gallery(title: str, caption: str, blocks: Sequence[Block], heads: Sequence[str] = ()) -> Gallery:
    """Lay lines out on sheets.

    Args:
        title: What they show.
        caption: How to read them.
        blocks: None is cut. At least one, with at least one image among them.
        heads: What stands above each column of every sheet; empty if nothing.
    """
    lines = [line for _, block in blocks for line in block]
    size = _size(lines)
    width = max(len(line.pictures) for line in lines)
    header = ("line", *(str(place) for place in range(1, width + 1)))
    rows = [(Cell(line.label), *(Cell(_said(line, place)) for place in range(width))) for line in lines]
    if heads:
        rows.insert(0, (Cell("heads"), *(Cell(heads[place] if place < len(heads) else "") for place in range(width))))
    sheets = [_sheet(title, shown, heads, size) for shown in _shared_out(blocks, size[0])]
    return Gallery(title, caption, tuple(sheets), Table(title, caption, header, tuple(rows)))


def _said(line: Line, place: int) -> str:
    return "none" if place >= len(line.pictures) or line.pictures[place] is None else "image"


def _size(lines: Sequence[Line]) -> tuple[int, int]:
    """Return height and width of an image on the sheet: every pixel a square of whole pixels."""
    sample = next(image for line in lines for image in line.pictures if image is not None)
    scale = max(1, _SHOWN // max(sample.shape[:2]))
    return sample.shape[0] * scale, sample.shape[1] * scale


def _shared_out(blocks: Sequence[Block], high: int) -> list[list[Block]]:
    """Return the blocks of each sheet: as many as it has room for, and at least one."""
    room = max(_SHEET // (high + _LETTERS + _GAP), 1)
    shared: list[list[Block]] = []
    used = room
    for block in blocks:
        if used + len(block[1]) > room:
            shared.append([])
            used = 0
        shared[-1].append(block)
        used += len(block[1])
    return shared


def _sheet(title: str, blocks: Sequence[Block], heads: Sequence[str], size: tuple[int, int]) -> Sheet:
    lines = [line for _, block in blocks for line in block]
    first, last = blocks[0][0], blocks[-1][0]
    name = first if len(blocks) == 1 else f"{first} … {last}"
    drawn = [_draw(part, words, size) for part, words in _ranges(lines, heads, size[1])]
    most = max(len(line.pictures) for line in lines)
    whole = f"{title}: {len(lines)} lines of up to {most} images: {'; '.join(line.label for line in lines)}."
    rest = (f"{title}, {name}, part {place} of {len(drawn)}." for place in range(2, len(drawn) + 1))
    return Sheet(name, tuple(Part(png, alt) for png, alt in zip(drawn, (whole, *rest), strict=True)))


def _ranges(lines: Sequence[Line], heads: Sequence[str], wide: int) -> list[tuple[list[Line], Sequence[str]]]:
    """Return lines and heads of each range of columns as wide as a phone shows: the first, and those with images."""
    across = max((_PHONE - _GAP) // (wide + _GAP), 1)
    width = max(len(line.pictures) for line in lines)
    cut = [
        (
            [Line(line.label, line.pictures[start : start + across]) for line in lines if len(line.pictures) > start],
            heads[start : start + across],
        )
        for start in range(0, width, across)
    ]
    return [
        (part, words)
        for place, (part, words) in enumerate(cut)
        if place == 0 or any(image is not None for line in part for image in line.pictures)
    ]


def _draw(lines: Sequence[Line], heads: Sequence[str], size: tuple[int, int]) -> bytes:
    """Draw lines below one another, as a PNG: each its label above its images, the heads above the first images."""
    from PIL import Image, ImageDraw, ImageFont

    high, wide = size
    font = ImageFont.load_default(_FONT)
    labels = [_short(line.label, _MAX_LETTERS) for line in lines]
    across = max(len(line.pictures) for line in lines)
    head = _LETTERS if heads else 0
    each = _LETTERS + high + _GAP
    width = max(across * (wide + _GAP), *(int(font.getlength(label)) + _GAP for label in labels)) + _GAP
    sheet = Image.new("RGB", (width, head + len(lines) * each + _GAP), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for place, words in enumerate(heads):
        _write(pen, font, (_GAP + place * (wide + _GAP), _GAP), words, wide)
    for row, (line, label) in enumerate(zip(lines, labels, strict=True)):
        top = _GAP + head + row * each
        pen.text((_GAP, top), label, fill=_INK, font=font)
        for place, image in enumerate(line.pictures):
            corner = (_GAP + place * (wide + _GAP), top + _LETTERS)
            if image is None:
                pen.rectangle((*corner, corner[0] + wide - 1, corner[1] + high - 1), fill=_NOTHING)
            else:
                picture = Image.fromarray(np.ascontiguousarray(image))
                sheet.paste(picture.resize((wide, high), Image.Resampling.NEAREST), corner)
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
