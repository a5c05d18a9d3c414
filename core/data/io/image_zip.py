"""Images and their labels as a zip that `core.data.sources.image_archive` reads again.

::

    labels.csv          the schema's columns; the image column holds the image's place in the zip
    images/NAME.png     one for each row

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
from core.data.io.table_writer import csv_text, write_atomically
from core.data.schema import Schema
from core.errors import DataError

LABELS: Final = "labels.csv"
FOLDER: Final = "images"
_MAX_NAME_LENGTH: Final = 100
_FIRST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can hold, so that the bytes do not depend on the clock."""
_UNIX = 3
_REGULAR_FILE = 0o100644 << 16


def write_image_zip(frame: pd.DataFrame, schema: Schema, pixels: Pixels, path: Path) -> None:
    """Write rows and their images, one image in memory at a time, whole or not at all.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: With an image column, whose values name the files; letters that no file name should have are replaced.
        pixels: Aligned with the rows, shape (n, height, width, 3); may lie on disk.
        path: The file to make or replace.

    Raises:
        DataError: There is no image column, or not one image for each row.
    """
    if schema.image is None:
        raise DataError("The schema has no column of kind image, so there is nothing that names the images' files.")
    if len(frame) != len(pixels):
        raise DataError(f"There are {len(pixels)} images for {len(frame)} rows; give one each.")
    places = image_paths(map(str, frame[schema.image]))
    labels = csv_text(frame.assign(**{schema.image: pd.Series(places, index=frame.index, dtype="str")}), schema)

    def write(temporary: Path) -> None:
        with zipfile.ZipFile(temporary, "w") as archive:
            archive.writestr(_member(LABELS, zipfile.ZIP_DEFLATED), labels.encode())
            for place, image in zip(places, pixels, strict=True):
                archive.writestr(_member(place, zipfile.ZIP_STORED), encode_png(image))

    write_atomically(path, write)


def image_paths(names: Iterable[str]) -> list[str]:
    """Where the image of each name lies in the zip; no two alike, not even where case does not count.

    >>> image_paths(["a.jpg", "folder/B.png", "../b"])
    ['images/a.png', 'images/B.png', 'images/b-2.png']
    """
    taken: set[str] = set()
    places = []
    for name in names:
        plain = _safe(name)
        number, chosen = 1, plain
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{plain}-{number}"
        taken.add(chosen.casefold())
        places.append(f"{FOLDER}/{chosen}.png")
    return places


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
