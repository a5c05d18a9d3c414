"""The image galleries of an audit: by subgroup, both encoders, nearest, counterfactual, occlusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    """Show an original image above a synthetic one for each class and group, at most 12 of each.

    Args:
        original: An image by class and group, shape (height, width, 3); missing ones are left blank. If empty, only
            synthetic images are shown.
        synthetic: The same for synthetic rows.
        classes: Values of the target, in the order of the lines.
        groups: Groups, in the order of the columns.
    """
    classes, groups = list(classes)[:MAX_CLASSES], list(groups)[:MAX_GROUPS]
    sources = [(name, images) for name, images in (("original", original), ("synthetic", synthetic)) if images]
    blocks = [
        (name, [Line(f"{name}, {source}", [made.get((name, group)) for group in groups]) for source, made in sources])
        for name in classes
    ]
    if not original:
        caption = "Columns: groups. Lines: outcomes. Each image is the first synthetic one of its kind; blank: none."
        return gallery("Synthetic images by outcome and group", caption, blocks, groups)
    caption = (
        "Columns: groups. Lines: outcomes, a real train image above a synthetic one. Each is the first of its kind; "
        f"blank: none. {PERSONAL}"
    )
    return gallery("Real and synthetic images by outcome and group", caption, blocks, groups)


def encoders(teacher: Pixels, student: Pixels, labels: Sequence[str]) -> Gallery:
    """Show the same images decoded from teacher and student, each of shape (n, height, width, 3)."""
    caption = (
        "Each column is one image: decoded from the latents of the full model (teacher), and below from those of the "
        "compact model (student)."
    )
    lines = [Line("full model", list(teacher)), Line("compact model", list(student))]
    return gallery("The same images from full and compact model", caption, [("all", lines)], labels)


def nearest(synthetic: Pixels, train: Pixels, distances: Sequence[float]) -> Gallery:
    """Show synthetic images above the nearest train image of each, both of shape (n, height, width, 3)."""
    caption = (
        "Each column is a synthetic image above the most similar real train image, by edges and colours; the number is "
        "their distance. A synthetic image that repeats what identifies a person is a privacy breach. "
        f"{PERSONAL}"
    )
    lines = [Line("synthetic", list(synthetic)), Line("nearest train", list(train))]
    heads = [number(one) for one in distances]
    return gallery("The nearest train images of synthetic ones", caption, [("all", lines)], heads)


def counterfactual(images: Pixels, groups: Sequence[str], names: Sequence[str]) -> Gallery:
    """Show the same latents decoded as each group.

    Args:
        images: Shape (rows, groups, height, width, 3).
        groups: The columns.
        names: The name of each row.
    """
    caption = (
        "Each line is one image whose latents were decoded as every group in turn. What changes along the line comes "
        "from the group; what stays comes from the latents."
    )
    blocks = [(name, [Line(name, list(line))]) for name, line in zip(names, images, strict=True)]
    return gallery("The same image as each group", caption, blocks, groups)


def occlusion(images: Pixels, maps: Mapping[str, Falls], labels: Sequence[str]) -> Gallery:
    """Show occlusion maps of single images, for classifiers of several sources.

    Args:
        images: Shape (n, height, width, 3).
        maps: By source, how far the predicted probability falls if a part is covered, shape (n, grid, grid).
        labels: The class of each image.
    """
    caption = (
        "Each column is a real hold-out image. Below it, for the classifier trained on each source, are the parts that "
        "lower the probability of the predicted class if they are covered; bluer means a larger fall. "
        f"{PERSONAL}"
    )
    most = max(float(part.max()) for part in maps.values())
    lines = [Line("test image", list(images))]
    for source, falls in maps.items():
        shares = np.clip(falls / most, 0, 1) if most > 0 else np.zeros_like(falls)
        tinted = [_tinted(image, share) for image, share in zip(images, shares, strict=True)]
        lines.append(Line(f"trained on {source}", tinted))
    return gallery("Where single images decide", caption, [("all", lines)], labels)


def _tinted(image: Pixels, shares: Falls) -> Pixels:
    """Return a pale grey image tinted with the accent colour by ``shares``, shape (grid, grid), 0 to 1."""
    down, across = (np.arange(size) * len(shares) // size for size in image.shape[:2])
    weight = shares[down][:, across][..., None]
    pale = 255 - (255 - image.mean(axis=2, keepdims=True)) / 3
    return np.asarray(pale * (1 - weight) + np.asarray(_ACCENT) * weight, dtype=np.uint8).clip(0, 255)
