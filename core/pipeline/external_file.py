"""Synthetic rows that any generator made, read against the real rows; every front end reads them this way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.data.external import external_frame, new_categories, oddities, read_external
from core.data.images import Images
from core.data.schema import Schema
from core.data.sources.catalog import load
from core.data.sources.image_archive import SUFFIX
from core.errors import DataError


@dataclass(frozen=True)
class ExternalFile:
    """What a file holds.

    Args:
        frame: Its rows, typed by the schema of the real ones, shape (n, columns).
        images: Their images, if the real rows have some.
        notes: What was left out, set aside or reinterpreted, and what makes figures of these rows weak.
    """

    frame: pd.DataFrame
    images: Images | None
    notes: tuple[str, ...]


def read_synthetic(
    source: Path | pd.DataFrame,
    schema: Schema,
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    images: Images | None = None,
) -> ExternalFile:
    """Read synthetic rows with the columns of real rows, and note where they differ from them.

    Args:
        source: A CSV, Parquet or Excel file, or a frame; a zip of images with their labels if there are ``images``.
        schema: Of the real rows.
        train: Real rows to learn from, shape (n, columns).
        holdout: Real rows held out, shape (m, columns).
        images: Images of the real rows; those of the file get their size.

    Raises:
        DataError: The file cannot be read, lacks a column, or holds a value that does not fit.
    """
    frame, found, notes = _read(source, schema, images)
    real = pd.concat([train, holdout], ignore_index=True)
    return ExternalFile(frame, found, (*notes, *new_categories(frame, real, schema), *oddities(frame, train, schema)))


def _read(
    source: Path | pd.DataFrame, schema: Schema, images: Images | None
) -> tuple[pd.DataFrame, Images | None, tuple[str, ...]]:
    if isinstance(source, pd.DataFrame):
        if images is not None:
            raise DataError("A frame holds no images, and the real data are images; give a zip of images and labels.")
        return _without_images(*external_frame(source, schema))
    if images is None:
        return _without_images(*read_external(source, schema))
    if source.suffix.lower() != SUFFIX:
        raise DataError(f"{source.name!r} is no zip; these are images, so give a zip of images with their labels.")
    found = load(source, schema=schema, image_size=images.size[0])
    return found.frame, found.images, found.notes


def _without_images(frame: pd.DataFrame, notes: tuple[str, ...]) -> tuple[pd.DataFrame, None, tuple[str, ...]]:
    return frame, None, notes
