"""Images side by side on one sheet, with a title, a caption and what stands in it as a table."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.audit.figure_text import number
from core.data.images import Pixels
from core.report.tables.base import Cell, Table

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

PERSONAL = "Images of real people are personal data; they are shown here and in no report."
MAX_CLASSES = MAX_GROUPS = 12
_SHOWN, _GAP, _LETTERS, _FONT = 64, 4, 18, 12
_INK, _PAPER, _NOTHING = (27, 31, 35), (255, 255, 255), (236, 239, 242)
_ACCENT = (0, 114, 178)
_MAX_LETTERS = 24

Falls = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One row of a sheet.

    Args:
        label: What its images are.
        images: Each uint8, shape (height, width, 3), all of one size; ``None`` where there is none.
        words: What stands above each image; empty if nothing.
    """

    label: str
    images: Sequence[Pixels | None]
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Gallery:
    """A sheet of images and what belongs to it.

    Args:
        title: What it shows.
        caption: How to read it.
        alt: What one sees, for those who do not.
        png: The sheet.
        table: What stands where.
    """

    title: str
    caption: str
    alt: str
    png: bytes
    table: Table

    def address(self) -> str:
        """The sheet as a data URI."""
        return f"data:image/png;base64,{base64.b64encode(self.png).decode()}"


def by_subgroup(
    original: Mapping[tuple[str, str], Pixels],
    made: Mapping[tuple[str, str], Pixels],
    classes: Sequence[str],
    groups: Sequence[str],
) -> Gallery:
    """An original image above a synthetic one for each class and group; the first 12 of each.

    Args:
        original: By class and group an image, shape (height, width, 3); those that are lacking are left blank. Empty:
            synthetic images alone are shown.
        made: The same of synthetic rows.
        classes: Values of the target, in the order of the lines.
        groups: Groups, in the order across.
    """
    classes, groups = list(classes)[:MAX_CLASSES], list(groups)[:MAX_GROUPS]
    sources = [(name, found) for name, found in (("original", original), ("synthetic", made)) if found]
    lines = [
        Line(f"{name}, {source}", [found.get((name, group)) for group in groups], groups if place == 0 else ())
        for place, (name, (source, found)) in enumerate(product(classes, sources))
    ]
    if not original:
        caption = "Across: groups. Down: outcomes; each the first synthetic image of its kind. Blank: there is none."
        return gallery("Synthetic images by outcome and group", caption, lines)
    caption = (
        "Across: groups. Down: outcomes, a real train image above a synthetic one, each the first of its kind. Blank: "
        f"there is none. {PERSONAL}"
    )
    return gallery("Real and synthetic images by outcome and group", caption, lines)


def of_encoders(teacher: Pixels, student: Pixels, words: Sequence[str]) -> Gallery:
    """What teacher and student make of the same rows, each of shape (n, height, width, 3)."""
    caption = "Each column is one row: decoded from the teacher's latents, and below from the student's."
    lines = [Line("teacher", list(teacher), words), Line("student", list(student))]
    return gallery("The same rows from teacher and student", caption, lines)


def nearest(made: Pixels, train: Pixels, distances: Sequence[float]) -> Gallery:
    """Synthetic images above the train image that looks most like each, both of shape (n, height, width, 3)."""
    caption = (
        "Each column is a synthetic image and below it the real train image that looks most like it, by edges and "
        "colours; the number is their distance. One that repeats the train image in what tells a person betrays "
        f"somebody. {PERSONAL}"
    )
    lines = [Line("synthetic", list(made), [number(one) for one in distances]), Line("nearest train", list(train))]
    return gallery("The nearest train images of synthetic ones", caption, lines)


def counterfactual(images: Pixels, groups: Sequence[str], names: Sequence[str]) -> Gallery:
    """The same latents decoded as each group.

    Args:
        images: Shape (rows, groups, height, width, 3).
        groups: Across.
        names: What each row is called.
    """
    caption = (
        "Each line is one row whose latents were decoded as every group in turn: what changes across is what the "
        "decoder gives the group; what stays is what the latents hold."
    )
    lines = [
        Line(name, list(line), groups if place == 0 else ())
        for place, (name, line) in enumerate(zip(names, images, strict=True))
    ]
    return gallery("The same row as each group", caption, lines)


def decided(images: Pixels, maps: Mapping[str, Falls], words: Sequence[str]) -> Gallery:
    """Single images, and below each the parts that its class hangs on, for classifiers of several sources.

    Args:
        images: Shape (n, height, width, 3).
        maps: By source, how far the predicted chance falls if a part is covered, shape (n, grid, grid).
        words: What each image is.
    """
    caption = (
        "Each column is a real held-out image. Below it the parts whose cover lowers the chance of the predicted "
        f"class, for the classifier trained on each source; the bluer, the further it falls. {PERSONAL}"
    )
    most = max(float(part.max()) for part in maps.values())
    lines = [Line("held-out image", list(images), words)]
    for source, falls in maps.items():
        shares = np.clip(falls / most, 0, 1) if most > 0 else np.zeros_like(falls)
        tinted = [_tinted(image, share) for image, share in zip(images, shares, strict=True)]
        lines.append(Line(f"trained on {source}", tinted))
    return gallery("Where single images decide", caption, lines)


def _tinted(image: Pixels, shares: Falls) -> Pixels:
    """A pale image in grey under the accent colour, as strong as ``shares``, shape (grid, grid), 0 to 1."""
    down, across = (np.arange(size) * len(shares) // size for size in image.shape[:2])
    weight = shares[down][:, across][..., None]
    pale = 255 - (255 - image.mean(axis=2, keepdims=True)) / 3
    return np.asarray(pale * (1 - weight) + np.asarray(_ACCENT) * weight, dtype=np.uint8).clip(0, 255)


def gallery(title: str, caption: str, lines: Sequence[Line]) -> Gallery:
    """The lines on one sheet.

    Args:
        title: What it shows.
        caption: How to read it.
        lines: At least one, with at least one image among them.
    """
    width = max(len(line.images) for line in lines)
    heads = ("line", *(str(place) for place in range(1, width + 1)))
    rows = tuple((Cell(line.label), *(Cell(_said(line, place)) for place in range(width))) for line in lines)
    alt = f"{title}: {len(lines)} lines of up to {width} images: {'; '.join(line.label for line in lines)}."
    return Gallery(title, caption, alt, _sheet(lines), Table(title, caption, heads, rows))


def _said(line: Line, place: int) -> str:
    if place >= len(line.images) or line.images[place] is None:
        return "none"
    return line.words[place] if place < len(line.words) else "image"


def _sheet(lines: Sequence[Line]) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    sample = next(image for line in lines for image in line.images if image is not None)
    scale = max(1, _SHOWN // max(sample.shape[:2]))
    high, wide = sample.shape[0] * scale, sample.shape[1] * scale
    font = ImageFont.load_default(_FONT)
    across = max(len(line.images) for line in lines)
    left = max(int(font.getlength(_short(line.label, _MAX_LETTERS))) for line in lines) + 2 * _GAP
    heights = [high + _GAP + (_LETTERS if line.words else 0) for line in lines]
    sheet = Image.new("RGB", (left + across * (wide + _GAP), sum(heights) + _GAP), _PAPER)
    pen, top = ImageDraw.Draw(sheet), _GAP
    for line, height in zip(lines, heights, strict=True):
        at = top + height - high - _GAP
        pen.text((_GAP, at + high // 2), _short(line.label, _MAX_LETTERS), fill=_INK, font=font, anchor="lm")
        for place, image in enumerate(line.images):
            corner = (left + place * (wide + _GAP), at)
            if image is None:
                pen.rectangle((*corner, corner[0] + wide - 1, corner[1] + high - 1), fill=_NOTHING)
            else:
                picture = Image.fromarray(np.ascontiguousarray(image))
                sheet.paste(picture.resize((wide, high), Image.Resampling.NEAREST), corner)
        for place, words in enumerate(line.words):
            _write(pen, font, (left + place * (wide + _GAP), top), words, wide)
        top += height
    kept = BytesIO()
    sheet.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _write(pen: ImageDraw, font: FreeTypeFont | ImageFont, corner: tuple[int, int], words: str, wide: int) -> None:
    """Words no wider than the image below them."""
    while len(words) > 1 and font.getlength(words) > wide:
        words = words[:-1]
    pen.text((corner[0] + wide // 2, corner[1]), words, fill=_INK, font=font, anchor="ma")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
