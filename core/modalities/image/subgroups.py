"""A gallery of the images of each outcome and group, with a table of their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
    """Show the first images of each outcome and group.

    With few outcomes and groups, each pair has a line of up to 12 images. With many, the lines are outcomes and the
    columns are groups, the first 12 of both, with one image for each pair.

    Args:
        schema: Image column, target and sensitive columns.
        frame: Typed rows, at least one, each with a target.
        images: The images of the rows; it may hold further ones.
        description: Which images they are, e.g. ``Real images``.
    """
    places = subgroups(schema, frame)
    classes = sorted({name for name, _ in places})
    groups = sorted({group for _, group in places}, key=group_order(schema, schema.sensitive))
    names = frame[schema.image]
    images_by_subgroup = {cell: images.of(names.iloc[positions[:ACROSS]]) for cell, positions in places.items()}
    attribute = attribute_name(schema.sensitive)
    title = f"{description} by {schema.target} and {attribute}"
    if len(places) <= MAX_LINES:
        pairs = [(name, group) for name in classes for group in groups if (name, group) in places]
        lines = [Line(f"{name}, {group}", list(images_by_subgroup[name, group])) for name, group in pairs]
        heads: Sequence[str] = ()
        how = f"Each line: one {schema.target} and {attribute}, its first images."
    else:
        heads = groups[:MAX_GROUPS]
        lines = _crossed(images_by_subgroup, classes[:MAX_CLASSES], heads)
        how = f"Lines: {schema.target}. Columns: {attribute}. Each image is the first of its kind; blank: none."
    blocks = [(line.label, [line]) for line in lines]
    found = gallery(title, f"{how} {_rarest(places)}".strip(), blocks, heads)
    return replace(found, table=_counts(schema, title, places, classes, groups))


def subgroups(schema: Schema, frame: pd.DataFrame) -> dict[Subgroup, list[int]]:
    """Return the positions of the rows of each outcome and group; a threshold splits a numeric target in two."""
    positions: dict[Subgroup, list[int]] = {}
    labels = target_texts(frame, schema), group_labels(frame, schema, schema.sensitive)
    for place, (name, group) in enumerate(zip(*labels, strict=True)):
        positions.setdefault((str(name), str(group)), []).append(place)
    return positions


def _crossed(
    images_by_subgroup: Mapping[Subgroup, Pixels], classes: Sequence[str], groups: Sequence[str]
) -> list[Line]:
    return [
        Line(
            name,
            [images_by_subgroup[name, group][0] if (name, group) in images_by_subgroup else None for group in groups],
        )
        for name in classes
    ]


def _rarest(places: Mapping[Subgroup, Sequence[int]]) -> str:
    """Return a note on the rarest pair, since it is learned worst."""
    if len(places) < 2:
        return ""
    (name, group), positions = min(places.items(), key=lambda pair: len(pair[1]))
    return f"Rarest of those there are: {name}, {group} ({len(positions):,})."


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
