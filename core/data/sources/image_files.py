"""Images in files, read once the rows are known, and as many as fit into memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.data.encoding.image import MIN_SIZE, decode_image, preprocessing_note
from core.data.holdout_split import stratified_sample
from core.data.images import Images, Pixels, max_images
from core.errors import DataError

MAX_DAMAGED: Final = 0.5
DEFAULT_SIZE: Final = 64

ReadFile = Callable[[str], bytes]
"""Returns the bytes of the file of an image by name. Raises a `DataError` if the file is unreadable."""


@dataclass(frozen=True)
class ImagesInFiles(Dataset):
    """A dataset with images that are not read yet.

    Args:
        open_files: Opens the source of the files as a context.
        image_size: Height and width of the resized images.
        header: Maps a column's name as the user types it to its header.
    """

    open_files: Callable[[], AbstractContextManager[ReadFile]] = field(kw_only=True)
    image_size: int = field(kw_only=True)
    header: Callable[[str], str] = field(kw_only=True, default=str)


def read_images(source: ImagesInFiles, seed: int) -> Dataset:
    """Return the dataset with its images, or with as many as fit into memory. Rows with damaged images are left out.

    Args:
        source: Dataset with roles. A sample is stratified by target × group.
        seed: Seed of the sample.

    Raises:
        DataError: More than half of the images are damaged.
    """
    header = _image_header(source)
    parts, notes = _fitting(source, seed)
    names = [str(name) for part in parts for name in part[header]]
    pixels, damaged = _pixels(source, names)
    if damaged:
        notes.append(_damaged_note(damaged, len(names)))
        parts = [part[~part[header].isin(damaged.keys())].reset_index(drop=True) for part in parts]
        names = [name for name in names if name not in damaged]
    return Dataset(
        name=source.name,
        frame=parts[0],
        schema=source.schema,
        holdout=parts[1] if len(parts) > 1 else None,
        official=source.official,
        notes=(*source.notes, *notes, preprocessing_note(source.image_size)),
        options=source.options,
        attachments=Images(names, pixels),
    )


def _image_header(source: ImagesInFiles) -> str:
    if source.schema.image is None:
        raise DataError(
            f"No column of {source.name!r} is of kind image; give that kind to the column that names the images.",
            field="schema",
        )
    return source.schema.image


def _fitting(source: ImagesInFiles, seed: int) -> tuple[list[pd.DataFrame], list[str]]:
    """Return train rows and, if any, hold-out rows: all of them, or the same share of each that fits into memory."""
    parts = [part for part in (source.frame, source.holdout) if part is not None]
    size = source.image_size
    count, fitting = sum(map(len, parts)), max_images((size, size))
    if count <= fitting:
        return parts, []
    drawn = [stratified_sample(part, source.schema, fitting / count, seed) if len(part) > 1 else part for part in parts]
    smaller = "" if size == MIN_SIZE else f"; a smaller image size than {size} lets more be read"
    note = (
        f"{sum(map(len, drawn)):,} of {count:,} images are read, drawn with seed {seed} and stratified by target and "
        f"group, because no more are kept in memory{smaller}."
    )
    return drawn, [note]


def _pixels(source: ImagesInFiles, names: list[str]) -> tuple[Pixels, dict[str, str]]:
    """Return the readable images in the order of their names, and the error of each unreadable one."""
    size = source.image_size
    pixels = np.empty((len(names), size, size, 3), dtype=np.uint8)
    damaged: dict[str, str] = {}
    kept = 0
    with source.open_files() as read:
        for done, name in enumerate(names, start=1):
            try:
                pixels[kept] = decode_image(read(name), name, size)
                kept += 1
            except DataError as error:
                damaged[name] = error.sentence
            if len(damaged) > MAX_DAMAGED * len(names):
                first = next(iter(damaged.values()))
                raise DataError(
                    f"{len(damaged):,} of the first {done:,} images of {source.name!r} cannot be read, more than half "
                    f"of all {len(names):,}. The first: {first}"
                )
    return pixels[:kept], damaged


def _damaged_note(damaged: dict[str, str], count: int) -> str:
    return (
        f"{len(damaged):,} of {count:,} images were left out with their rows, because they cannot be read. The first: "
        f"{next(iter(damaged.values()))}"
    )
