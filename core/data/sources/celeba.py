"""CelebA (Liu et al. 2015, "Deep Learning Face Attributes in the Wild"): faces and 40 attributes, in a local folder.

The folder has the published layout. The licence allows non-commercial research only, so CelebA is never downloaded.
"""

from __future__ import annotations

import difflib
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from core.data.column import Column, Kind, Role
from core.data.encoding.image import check_image_size
from core.data.schema import Schema
from core.data.sources.dataset_folder import DATA_VARIABLE, cache_folder
from core.data.sources.image_files import DEFAULT_SIZE, ImagesInFiles, ReadFile
from core.data.sources.load_options import LoadOptions
from core.errors import DataError, SchemaError

IMAGES: Final = "img_align_celeba"
ATTRIBUTES: Final = "list_attr_celeba"
PARTITION: Final = "list_eval_partition"
IMAGE: Final = "image"
TEST: Final = 2
TARGET: Final = "Male"
SENSITIVE: Final = "Smiling"
_ALIASES: Final = {"gender": "male", "sex": "male"}
_MAX_FILE_BYTES: Final = 2**28
_EXPECTED: Final = (
    f"CelebA's layout is {IMAGES}/000001.jpg and so on, {ATTRIBUTES}.txt, and {PARTITION}.txt (or the same under Img, "
    "Anno and Eval, or as .csv)"
)


def load_celeba(options: LoadOptions) -> ImagesInFiles:
    """Load CelebA from the subfolder ``celeba`` of ``EVENHAND_DATA``, or else of the cache.

    Raises:
        ConfigError: The image size is out of range.
        DataError: The folder does not exist or does not have CelebA's layout.
    """
    own = os.environ.get(DATA_VARIABLE)
    folder = (Path(own) if own else cache_folder()) / "celeba"
    if not folder.is_dir():
        raise DataError(
            f"There is no folder {str(folder)!r}; get CelebA from its authors (its licence allows non-commercial "
            f"research only), put it there, or give its folder instead of 'celeba'. {_EXPECTED}."
        )
    return read_celeba(folder, options.get("image_size"))


def read_celeba(folder: Path, image_size: int | None = None) -> ImagesInFiles:
    """Read a folder in CelebA's layout: target ``Male``, sensitive ``Smiling``, hold-out the official test part.

    Each published image, 178 × 218, is cropped to its centred square of 178 × 178. The narrower crop of 148 in other
    work cuts off hats and hair, which attributes describe.

    Args:
        folder: Folder with images, attributes and, if available, the official partition.
        image_size: Height and width of the resized images, 8 to 256; 64 if left out.

    Raises:
        ConfigError: The image size is out of range.
        DataError: A file is missing or damaged. The sentence describes the expected layout.
    """
    size = DEFAULT_SIZE if image_size is None else image_size
    check_image_size(size)
    images = _images_folder(folder)
    table, notes = _attributes(folder)
    attributes = [str(name) for name in table.columns[1:]]
    has_image = table[IMAGE].isin({entry.name for entry in os.scandir(images)})
    notes += _missing_note(table[IMAGE][~has_image], len(table), images)
    table = table[has_image].reset_index(drop=True)
    held, part_notes = _held_out(folder, table[IMAGE])
    frame = _as_yes_no(table, attributes)

    @contextmanager
    def open_files() -> Iterator[ReadFile]:
        yield lambda name: _file(images / name)

    return ImagesInFiles(
        name="celeba",
        frame=frame[~held].reset_index(drop=True),
        schema=_schema(attributes),
        holdout=frame[held].reset_index(drop=True) if held.any() else None,
        notes=(*notes, *part_notes),
        open_files=open_files,
        image_size=size,
        header=lambda name: find_attribute(name, attributes),
    )


def find_attribute(name: str, attributes: list[str]) -> str:
    """Return the attribute with this name. Case does not matter; blanks or hyphens may replace underscores.

    Raises:
        SchemaError: There is no such attribute. The sentence names the nearest ones.

    >>> find_attribute("wearing hat", ["Male", "Wearing_Hat"]), find_attribute("Gender", ["Male", "Wearing_Hat"])
    ('Wearing_Hat', 'Male')
    """
    by_key = {_plain(attribute): attribute for attribute in attributes}
    plain = _plain(name)
    key = plain if plain in by_key else _ALIASES.get(plain, plain)
    if key in by_key:
        return by_key[key]
    near = [repr(by_key[match]) for match in difflib.get_close_matches(key, by_key, n=3, cutoff=0.5)]
    hint = f"did you mean {' or '.join(near)}?" if near else f"choose one of {', '.join(map(repr, attributes))}."
    raise SchemaError(f"CelebA has no attribute {name!r}; {hint}")


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).lower()


def _images_folder(folder: Path) -> Path:
    for place in (folder / IMAGES / IMAGES, folder / IMAGES, folder / "Img" / IMAGES):
        if place.is_dir():
            return place
    raise DataError(f"The folder {str(folder)!r} has no {IMAGES} with images. {_EXPECTED}; a table is given as a file.")


def _list_file(folder: Path, below: str, name: str) -> Path | None:
    places = (place / f"{name}{suffix}" for place in (folder, folder / below) for suffix in (".txt", ".csv"))
    return next((place for place in places if place.is_file()), None)


def _attributes(folder: Path) -> tuple[pd.DataFrame, list[str]]:
    """Return file and attributes (1 or -1) of each image, shape (n, 1 + attributes), and notes."""
    path = _list_file(folder, "Anno", ATTRIBUTES)
    if path is None:
        raise DataError(
            f"The folder {str(folder)!r} has no {ATTRIBUTES}.txt, which says what is on the images. {_EXPECTED}."
        )
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = text.split("\n", 2)
    if path.suffix == ".csv":
        names, body, stated = lines[0].strip().split(",")[1:], text.partition("\n")[2], None
    elif len(lines) == 3 and lines[0].strip().isdigit():
        names, body, stated = lines[1].split(), lines[2], int(lines[0])
    else:
        raise _damaged(path, "its first line is not the number of images, or it has no second and third line")
    if len(set(names)) != len(names) or not names:
        raise _damaged(path, "its attributes have no names, or two have the same")
    table = _table(path, body, [IMAGE, *names])
    odd = ~table[names].isin([1, -1]).to_numpy()
    if odd.any():
        row, place = np.argwhere(odd)[0]
        raise _damaged(path, f"{names[place]} of {table[IMAGE][row]} is {table[names[place]][row]}, neither 1 nor -1")
    short = (
        []
        if stated in (None, len(table))
        else [f"{path.name} says that it has {stated:,} rows; it has {len(table):,}."]
    )
    return table, short


def _table(path: Path, body: str, names: list[str]) -> pd.DataFrame:
    """Parse a list of files and integers, separated by whitespace or commas."""
    kinds: dict[str, type] = dict.fromkeys(names, np.int8) | {IMAGE: str}
    try:
        table = pd.read_csv(
            io.StringIO(body),
            sep="," if path.suffix == ".csv" else r"\s+",
            header=None,
            names=names,
            dtype=kinds,
            index_col=False,
        )
    except (ValueError, OverflowError) as error:
        raise _damaged(path, str(error).strip().splitlines()[0]) from error
    repeated = table[IMAGE][table[IMAGE].duplicated()]
    if table.empty or len(repeated):
        raise _damaged(path, f"{repeated.iloc[0]} stands in it twice" if len(repeated) else "it has no rows")
    return table


def _damaged(path: Path, why: str) -> DataError:
    return DataError(f"{path.name} in {str(path.parent)!r} cannot be read: {why}; get it again.")


def _missing_note(missing: pd.Series, count: int, images: Path) -> list[str]:
    if len(missing) == count:
        raise DataError(f"{str(images)!r} has none of the images, such as {missing.iloc[0]}. {_EXPECTED}.")
    if missing.empty:
        return []
    return [
        f"{len(missing):,} of {count:,} rows were left out, because their image is not in {images.name}, such as "
        f"{missing.iloc[0]}."
    ]


def _held_out(folder: Path, names: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Return which rows are the official test part, shape (n,), and notes. Without partition file, no row is."""
    none = np.zeros(len(names), dtype=bool)
    path = _list_file(folder, "Eval", PARTITION)
    if path is None:
        return none, [
            f"There is no {PARTITION}.txt, so the hold-out is a random sample and not the official test part."
        ]
    body = path.read_text(encoding="utf-8", errors="replace")
    table = _table(path, body.partition("\n")[2] if path.suffix == ".csv" else body, [IMAGE, "part"])
    part = names.map(table.set_index(IMAGE)["part"])
    unknown = names[~part.isin([0, 1, TEST])]
    if len(unknown):
        raise _damaged(path, f"it does not say whether {unknown.iloc[0]} is 0 (train), 1 (validation) or 2 (test)")
    held = (part == TEST).to_numpy(dtype=bool)
    if held.all() or not held.any():
        return none, [
            f"{path.name} puts {'all' if held.all() else 'none'} of the images into the test part, so it is not used."
        ]
    return held, ["The hold-out is the official test part. The official train and validation parts are train rows."]


def _as_yes_no(table: pd.DataFrame, attributes: list[str]) -> pd.DataFrame:
    words = np.asarray(["no", "yes"])
    return pd.DataFrame(
        {IMAGE: table[IMAGE].astype("str")}
        | {name: pd.Series(words[(table[name] == 1).to_numpy(dtype=int)], dtype="str") for name in attributes}
    )


def _schema(attributes: list[str]) -> Schema:
    roles = {TARGET: Role.TARGET, SENSITIVE: Role.SENSITIVE}
    columns = [Column(name=IMAGE, kind=Kind.IMAGE, role=Role.IGNORED, reason="Known: it names the image of the row.")]
    columns += [
        Column(
            name=name,
            kind=Kind.CATEGORICAL,
            role=roles.get(name, Role.IGNORED),
            reason="Known: CelebA's own attributes.",
        )
        for name in attributes
    ]
    return Schema(columns=tuple(columns), positive="yes" if TARGET in attributes else None)


def _file(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise DataError(
                f"The file {path.name!r} is larger than {_MAX_FILE_BYTES / 2**20:,.0f} MiB; make it smaller."
            )
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"The file {path.name!r} cannot be read ({error.strerror}).") from error
