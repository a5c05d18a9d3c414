"""Images of each outcome and group on one sheet, and how many there are of each as the table behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from core.data.encoding.table import target_texts
from core.data.groups import attribute_name, group_labels, group_order
from core.data.images import Images, Pixels
from core.data.schema import Schema
from core.modalities.image.sheets import MAX_CLASSES, MAX_GROUPS
from core.report.charts.gallery import Gallery, Line, gallery
from core.report.tables.base import Cell, Table

MAX_LINES: Final = 24
ACROSS: Final = 12

Subgroup = tuple[str, str]
"""An outcome and a group."""


def subgroup_sheet(schema: Schema, frame: pd.DataFrame, images: Images, description: str) -> Gallery:
    """Return the first images of each outcome and group.

    Few outcomes and groups have a line each, of up to 12 images; of many, one image of each is shown, outcomes down and
    groups across, the first 12 of both.

    Args:
        schema: Names image column, target and sensitive columns.
        frame: Typed rows, at least one, each with a target.
        images: Those of the rows, and perhaps of others.
        description: Of which images, e.g. ``Real images``.
    """
    places = subgroups(schema, frame)
    classes = sorted({name for name, _ in places})
    groups = sorted({group for _, group in places}, key=group_order(schema, schema.sensitive))
    names = frame[schema.image]
    images_by_subgroup = {cell: images.of(names.iloc[found[:ACROSS]]) for cell, found in places.items()}
    attribute = attribute_name(schema.sensitive)
    title = f"{description} by {schema.target} and {attribute}"
    if len(places) <= MAX_LINES:
        lines = [
            Line(f"{name}, {group}", list(images_by_subgroup[name, group]))
            for name in classes
            for group in groups
            if (name, group) in images_by_subgroup
        ]
        how = f"Each line: one {schema.target} and {attribute}, its first images."
    else:
        lines = _crossed(images_by_subgroup, classes[:MAX_CLASSES], groups[:MAX_GROUPS])
        how = (
            f"Down: {schema.target}. Across: {attribute}. Each the first image of its kind; blank where there is none."
        )
    sheet = gallery(title, f"{how} {_rarest(places)}".strip(), lines)
    return Gallery(title, sheet.caption, sheet.alt, sheet.png, _counts(schema, title, places, classes, groups))


def subgroups(schema: Schema, frame: pd.DataFrame) -> dict[Subgroup, list[int]]:
    """Where in the frame the rows of each outcome and group are; of a target with a threshold, of each side of it."""
    found: dict[Subgroup, list[int]] = {}
    labels = target_texts(frame, schema), group_labels(frame, schema, schema.sensitive)
    for place, (name, group) in enumerate(zip(*labels, strict=True)):
        found.setdefault((str(name), str(group)), []).append(place)
    return found


def _crossed(
    images_by_subgroup: Mapping[Subgroup, Pixels], classes: Sequence[str], groups: Sequence[str]
) -> list[Line]:
    return [
        Line(
            name,
            [images_by_subgroup[name, group][0] if (name, group) in images_by_subgroup else None for group in groups],
            groups if place == 0 else (),
        )
        for place, name in enumerate(classes)
    ]


def _rarest(places: Mapping[Subgroup, Sequence[int]]) -> str:
    """Return which kind is rarest, as that is what is learned worst."""
    if len(places) < 2:
        return ""
    (name, group), found = min(places.items(), key=lambda pair: len(pair[1]))
    return f"Rarest of those there are: {name}, {group} ({len(found):,})."


def _counts(
    schema: Schema,
    title: str,
    places: Mapping[Subgroup, Sequence[int]],
    classes: Sequence[str],
    groups: Sequence[str],
) -> Table:
    attribute = attribute_name(schema.sensitive)
    rows = tuple(
        (Cell(name), Cell(group), Cell(f"{len(places.get((name, group), ())):,}"))
        for name in classes
        for group in groups
    )
    heads = (schema.target, attribute, "number of images")
    return Table(title, "How many images there are of each.", heads, rows, labels=2)
