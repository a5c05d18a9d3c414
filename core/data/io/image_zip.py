"""Write images and their labels as a zip file that `core.data.sources.image_archive` can read.

::

    labels.csv          the schema's columns; the image column holds each image's path in the zip file
    images/NAME.png     one image for each row

The same frame and pixels give the same bytes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

import pandas as pd

from core.data.encoding.image import SUFFIXES, encode_png
from core.data.images import Pixels
from core.data.io.table_writer import atomic, csv_text
from core.data.schema import Schema
from core.errors import DataError

LABELS: Final = "labels.csv"
FOLDER: Final = "images"
_MAX_NAME_LENGTH: Final = 100
_FIRST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time in a zip file. A fixed time makes the bytes independent of the clock."""
_UNIX = 3
_REGULAR_FILE = 0o100644 << 16


def write_image_zip(frame: pd.DataFrame, schema: Schema, pixels: Pixels, path: Path) -> None:
    """Write rows and their images atomically, with one image in memory at a time.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: Schema with an image column, which names the files. Characters unsafe in file names are replaced.
        pixels: Aligned with the rows, shape (n, height, width, 3); may be a memory map.
        path: The file to create or replace.

    Raises:
        DataError: There is no image column, or the numbers of images and rows differ.
    """
    if schema.image is None:
        raise DataError("The schema has no column of kind image, so the image files have no names.")
    if len(frame) != len(pixels):
        raise DataError(f"There are {len(pixels)} images for {len(frame)} rows; give one each.")
    places = image_paths(map(str, frame[schema.image]))
    labels = csv_text(frame.assign(**{schema.image: pd.Series(places, index=frame.index, dtype="str")}), schema)

    with atomic(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        archive.writestr(_member(LABELS, zipfile.ZIP_DEFLATED), labels.encode())
        for place, image in zip(places, pixels, strict=True):
            archive.writestr(_member(place, zipfile.ZIP_STORED), encode_png(image))


def image_paths(names: Iterable[str]) -> list[str]:
    """Return the path of each image in the zip file. Paths are unique, even if case is ignored.

    >>> image_paths(["a.jpg", "folder/B.png", "../b"])
    ['images/a.png', 'images/B.png', 'images/b-2.png']
    """
    used: set[str] = set()
    paths = []
    for name in names:
        safe = _safe(name)
        number, unique = 1, safe
        while unique.casefold() in used:
            number += 1
            unique = f"{safe}-{number}"
        used.add(unique.casefold())
        paths.append(f"{FOLDER}/{unique}.png")
    return paths


def _safe(name: str) -> str:
    last = PurePosixPath(name.replace("\\", "/")).name
    stem = last[: -len(PurePosixPath(last).suffix)] if PurePosixPath(last).suffix.lower() in SUFFIXES else last
    return re.sub(r"[^\w. ()-]", "_", stem).strip(". ")[:_MAX_NAME_LENGTH] or "image"


def _member(place: str, compression: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(place, _FIRST_ZIP_TIME)
    info.compress_type = compression
    info.create_system = _UNIX
    info.external_attr = _REGULAR_FILE
    return info
