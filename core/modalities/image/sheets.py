"""The sheets of images that an audit shows: by subgroup, of both encoders, nearest, counterfactual, decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from core.audit.figure_text import number
from core.data.images import Pixels
from core.report.charts.gallery import Gallery, Line, gallery

PERSONAL = "Images of real people are personal data; they are shown here and in no report."
MAX_CLASSES = MAX_GROUPS = 12
_ACCENT = (0, 114, 178)

Falls = NDArray[np.float64]


def by_subgroup(
    original: Mapping[tuple[str, str], Pixels],
    synthetic: Mapping[tuple[str, str], Pixels],
    classes: Sequence[str],
    groups: Sequence[str],
) -> Gallery:
    """Return an original image above a synthetic one for each class and group; the first 12 of each.

    Args:
        original: By class and group an image, shape (height, width, 3); those that are lacking are left blank. Empty:
            synthetic images alone are shown.
        synthetic: The same of synthetic rows.
        classes: Values of the target, in the order of the lines.
        groups: Groups, in the order across.
    """
    classes, groups = list(classes)[:MAX_CLASSES], list(groups)[:MAX_GROUPS]
    sources = [(name, found) for name, found in (("original", original), ("synthetic", synthetic)) if found]
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


def encoders(teacher: Pixels, student: Pixels, labels: Sequence[str]) -> Gallery:
    """Return what teacher and student make of the same rows, each of shape (n, height, width, 3)."""
    caption = "Each column is one row: decoded from the teacher's latents, and below from the student's."
    lines = [Line("teacher", list(teacher), labels), Line("student", list(student))]
    return gallery("The same rows from teacher and student", caption, lines)


def nearest(synthetic: Pixels, train: Pixels, distances: Sequence[float]) -> Gallery:
    """Synthetic images above the train image that looks most like each, both of shape (n, height, width, 3)."""
    caption = (
        "Each column is a synthetic image and below it the real train image that looks most like it, by edges and "
        "colours; the number is their distance. One that repeats the train image in what tells a person betrays "
        f"somebody. {PERSONAL}"
    )
    lines = [Line("synthetic", list(synthetic), [number(one) for one in distances]), Line("nearest train", list(train))]
    return gallery("The nearest train images of synthetic ones", caption, lines)


def counterfactual(images: Pixels, groups: Sequence[str], names: Sequence[str]) -> Gallery:
    """Return the same latents decoded as each group.

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


def occlusion(images: Pixels, maps: Mapping[str, Falls], labels: Sequence[str]) -> Gallery:
    """Return the single images, and below each the parts that its class hangs on, for classifiers of several sources.

    Args:
        images: Shape (n, height, width, 3).
        maps: By source, how far the predicted chance falls if a part is covered, shape (n, grid, grid).
        labels: What each image is.
    """
    caption = (
        "Each column is a real held-out image. Below it the parts whose cover lowers the chance of the predicted "
        f"class, for the classifier trained on each source; the bluer, the further it falls. {PERSONAL}"
    )
    most = max(float(part.max()) for part in maps.values())
    lines = [Line("held-out image", list(images), labels)]
    for source, falls in maps.items():
        shares = np.clip(falls / most, 0, 1) if most > 0 else np.zeros_like(falls)
        tinted = [_tinted(image, share) for image, share in zip(images, shares, strict=True)]
        lines.append(Line(f"trained on {source}", tinted))
    return gallery("Where single images decide", caption, lines)


def _tinted(image: Pixels, shares: Falls) -> Pixels:
    """Return a pale image in grey under the accent colour, as strong as ``shares``, shape (grid, grid), 0 to 1."""
    down, across = (np.arange(size) * len(shares) // size for size in image.shape[:2])
    weight = shares[down][:, across][..., None]
    pale = 255 - (255 - image.mean(axis=2, keepdims=True)) / 3
    return np.asarray(pale * (1 - weight) + np.asarray(_ACCENT) * weight, dtype=np.uint8).clip(0, 255)
