"""Read a zip of images with a table of labels: the only CSV file in the zip, or a separate file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

import pandas as pd

from core.data.casting import cast_to_schema
from core.data.column import Column, Kind, Role
from core.data.encoding.image import SUFFIXES, check_image_size
from core.data.external import external_frame
from core.data.inference.column_kinds import infer_schema
from core.data.io.archive import Archive, open_archive
from core.data.io.delimited_text import read_csv
from core.data.io.table_files import read_table
from core.data.schema import Schema
from core.data.sources.image_files import DEFAULT_SIZE, ImagesInFiles, ReadFile
from core.data.sources.image_labels import match_labels
from core.errors import DataError, about_field, give

SUFFIX: Final = ".zip"
_TABLES: Final = (".csv", ".tsv")


def read_image_archive(
    path: Path,
    *,
    labels: Path | None = None,
    schema: Schema | None = None,
    encoding: str | None = None,
    image_size: int | None = None,
) -> ImagesInFiles:
    """Read the labels of a zip of images and match rows and image files. The images are read later.

    The column that names the files becomes the image column. Other columns that are neither target nor sensitive are
    ignored, because models learn images from their pixels alone.

    Args:
        path: The zip file. It is not unpacked to disk.
        labels: The table of labels, if it is not in the zip.
        schema: An edited schema of the labels, instead of inference.
        encoding: Encoding of the labels, if they are CSV.
        image_size: Height and width of the resized images, 8 to 256; 64 if left out.

    Raises:
        ConfigError: The image size is out of range.
        DataError: The zip is damaged or not safe, or labels and images do not match.
    """
    size = DEFAULT_SIZE if image_size is None else image_size
    check_image_size(size)
    if schema is not None and schema.image is None:
        raise DataError(
            "The schema has no column of kind image; give that kind to the column that names the images.",
            field="schema",
        )
    with open_archive(path) as archive:
        images = [member for member in archive.members if _suffix(member) in SUFFIXES]
        if not images:
            raise DataError(
                f"{path.name!r} holds no image ({', '.join(SUFFIXES)}); put the images of the labels into it, or "
                "keep a single table in it."
            )
        table = _labels_member(archive) if labels is None else labels.name
        if labels is None:
            raw, read_notes = read_csv(archive.read(table), table, encoding)
        else:
            with about_field("labels"):
                raw, read_notes = read_table(labels, encoding=encoding)
        others = [member for member in archive.members if _suffix(member) not in SUFFIXES and member != table]
    matched = match_labels(raw, images, table, None if schema is None else schema.image)
    frame, schema, typed_notes = _typed(matched.rows, matched.header, schema)

    @contextmanager
    def open_files() -> Iterator[ReadFile]:
        with open_archive(path) as archive:
            yield lambda name: archive.read(matched.files[name])

    return ImagesInFiles(
        name=path.name,
        frame=frame,
        schema=schema,
        notes=(*read_notes, *_others_note(others), *matched.notes, *typed_notes),
        open_files=open_files,
        image_size=size,
    )


def _suffix(member: str) -> str:
    return PurePosixPath(member).suffix.lower()


def _labels_member(archive: Archive) -> str:
    tables = [member for member in archive.members if _suffix(member) in _TABLES]
    if not tables:
        raise DataError(
            f"{archive.name!r} holds no CSV with the labels of its images; put one in, with the file name of each "
            "image in a column, or give it apart.",
            field="labels",
            remedies=[give("labels")],
        )
    if len(tables) > 1:
        raise DataError(
            f"{archive.name!r} holds {len(tables)} CSV files, such as {tables[0]!r} and {tables[1]!r}; keep the one "
            "with the labels, or give it apart.",
            field="labels",
            remedies=[give("labels")],
        )
    return tables[0]


def _typed(raw: pd.DataFrame, header: str, schema: Schema | None) -> tuple[pd.DataFrame, Schema, tuple[str, ...]]:
    """Cast the labels to the given schema or an inferred one. Return them with the schema and notes."""
    if schema is not None:
        frame, notes = external_frame(raw, schema)
        return frame, schema, notes
    inferred, kind_notes = infer_schema(raw.drop(columns=header))
    by_name = {column.name: _label(column) for column in inferred.columns}
    by_name[header] = Column(
        name=header, kind=Kind.IMAGE, role=Role.IGNORED, reason="Image: the values name the image files."
    )
    schema = Schema(columns=tuple(by_name[str(name)] for name in raw.columns))
    frame, type_notes = cast_to_schema(raw, schema)
    return frame, schema, (*kind_notes, *type_notes)


def _label(column: Column) -> Column:
    if column.role is not Role.FEATURE:
        return column
    reason = f"{column.reason} Ignored: images are learned from their pixels alone."
    return column.model_copy(update={"role": Role.IGNORED, "reason": reason})


def _others_note(others: list[str]) -> list[str]:
    if not others:
        return []
    count = "1 file is neither image" if len(others) == 1 else f"{len(others):,} files are neither images"
    return [f"{count} nor the labels and was not read, such as {others[0]!r}; a zip in the zip is not opened."]
