"""Every way into the house: a built-in name or a file becomes a dataset with roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd

from core.data.dataset import Dataset
from core.data.external import external_frame, new_categories, read_external
from core.data.inference.role_assignment import assign_roles
from core.data.readiness import set_aside_missing_target
from core.data.schema import Role, Schema
from core.data.sources.adult import load_adult
from core.data.sources.celeba import load_celeba, read_celeba
from core.data.sources.color_digits import load_color_digits
from core.data.sources.color_mnist import load_color_mnist
from core.data.sources.compas import load_compas
from core.data.sources.demo import DEFAULT_ROWS, demo_table
from core.data.sources.image_archive import SUFFIX, read_image_archive
from core.data.sources.image_files import ImagesInFiles, read_images
from core.data.sources.load_options import LoadOptions
from core.data.sources.upload import from_frame, load_upload
from core.errors import ConfigError, DataError


def _demo(asked: LoadOptions) -> Dataset:
    return demo_table(DEFAULT_ROWS if asked.rows is None else asked.rows, asked.seed)


BUILT_IN: Final[dict[str, Callable[[LoadOptions], Dataset]]] = {
    "demo": _demo,
    "adult": lambda _asked: load_adult(),
    "compas": lambda _asked: load_compas(),
    "compas-unfiltered": lambda _asked: load_compas(filtered=False),
    "color-digits": load_color_digits,
    "color-mnist": load_color_mnist,
    "celeba": load_celeba,
}
FRAME: Final = "table"
"""What a frame that comes without a file is called."""
COLORED: Final = ("color-digits", "color-mnist")
IMAGES: Final = (*COLORED, "celeba")


def load(
    data: str | Path | pd.DataFrame,
    *,
    target: str | None = None,
    positive: str | None = None,
    threshold: float | None = None,
    sensitive: Sequence[str] = (),
    bin_edges: Mapping[str, Sequence[float]] | None = None,
    schema: Schema | None = None,
    holdout: Path | pd.DataFrame | None = None,
    encoding: str | None = None,
    rows: int | None = None,
    seed: int = 0,
    bias: float | None = None,
    image_size: int | None = None,
    labels: Path | None = None,
) -> Dataset:
    """Load a built-in dataset or a file, with its roles assigned and rows without a target set aside.

    A target is not required: what has none yet can be looked at, and `core.data.readiness.check_ready` says what is
    lacking before it is audited.

    Args:
        data: A name in `BUILT_IN`, or the path of a CSV, Parquet or Excel file, of a zip of images, or of a folder in
            CelebA's layout; or a frame of text or of typed columns, whose headers are text.
        target: Header of the outcome; ``None`` leaves the default or the inferred one.
        positive: Its positive value, as text.
        threshold: A numeric target is positive at or above it.
        sensitive: Headers of the sensitive columns; empty leaves the default or the inferred ones.
        bin_edges: Cut points by header of a numeric sensitive column.
        schema: An edited schema, instead of inference (roles given beside it still count).
        holdout: A file or frame of held-out rows; replaces the official one.
        encoding: Of the files, where they are CSV; found out if left out.
        rows: How many rows the demo draws.
        seed: Of all that is drawn here: the demo, colours and their hold-out, a sample of too many images.
        bias: Share of the coloured digits in their own colour.
        image_size: Height and width that images get, 8 to 256.
        labels: The table of labels of a zip of images, where it is not in the zip.

    Raises:
        ConfigError: A setting that does not go with the data.
        DataError: A file that is not there or cannot be used.
        SchemaError: Roles that do not fit.

    >>> dataset = load("demo", rows=100)
    >>> dataset.schema.target, dataset.schema.sensitive, dataset.frame.shape
    ('approved', ['sex'], (100, 13))
    """
    asked = LoadOptions(rows=rows, seed=seed, bias=bias, image_size=image_size)
    dataset = _source(data, asked, schema, encoding, labels)
    if schema is not None:
        dataset = replace(dataset, schema=schema)
    if isinstance(dataset, ImagesInFiles):
        target = None if target is None else dataset.header(target)
        sensitive = [dataset.header(name) for name in sensitive]
    roles, notes = assign_roles(
        dataset.schema,
        dataset.frame,
        target=target,
        positive=positive,
        threshold=threshold,
        sensitive=sensitive,
        bin_edges=bin_edges,
    )
    dataset = replace(dataset, schema=roles, notes=(*dataset.notes, *notes))
    if holdout is not None:
        dataset = _with_holdout(dataset, holdout, encoding)
    dataset = _with_known_targets(dataset)
    return read_images(dataset, seed) if isinstance(dataset, ImagesInFiles) else dataset


def _source(
    data: str | Path | pd.DataFrame,
    asked: LoadOptions,
    schema: Schema | None,
    encoding: str | None,
    labels: Path | None,
) -> Dataset:
    if isinstance(data, pd.DataFrame):
        _check_asked(FRAME, None, asked, labels, is_zip=False, is_folder=False)
        return from_frame(data, FRAME, schema)
    name, path = str(data), Path(data)
    known = name if isinstance(data, str) and name in BUILT_IN else None
    is_zip = known is None and path.suffix.lower() == SUFFIX
    _check_asked(name, known, asked, labels, is_zip=is_zip, is_folder=known is None and path.is_dir())
    if known is not None:
        return _built_in(known, asked, schema)
    if not path.exists() and not path.suffix:
        raise DataError(
            f"{name!r} is neither a file nor a built-in name; the built-in tables are {', '.join(map(repr, BUILT_IN))}."
        )
    if is_zip:
        return read_image_archive(path, labels=labels, schema=schema, encoding=encoding, image_size=asked.image_size)
    if path.is_dir():
        return _same_columns(read_celeba(path, asked.image_size), schema)
    table = load_upload(path, schema=schema, encoding=encoding)
    if table.schema.image is not None:
        raise DataError(
            f"Column {table.schema.image!r} is of kind image, but {name!r} holds no images; give a zip that holds "
            "them, with "
            f"--labels {name}, or another kind."
        )
    return table


def _check_asked(
    name: str, known: str | None, asked: LoadOptions, labels: Path | None, *, is_zip: bool, is_folder: bool
) -> None:
    """Raise a sentence about the first thing that is asked of data that do not have it."""
    if asked.rows is not None and known != "demo":
        raise ConfigError(f"Only the demo draws a number of rows; leave rows out for {name!r}.")
    if asked.bias is not None and known not in COLORED:
        raise ConfigError(f"A bias goes with {' and '.join(COLORED)} only; leave it out for {name!r}.")
    if asked.image_size is not None and not (known in IMAGES or is_zip or is_folder):
        raise ConfigError(f"An image size goes with images only; leave it out for {name!r}.")
    if labels is not None and not is_zip:
        raise ConfigError(f"A file of labels goes with a zip of images only; leave it out for {name!r}.")


def _built_in(name: str, asked: LoadOptions, schema: Schema | None) -> Dataset:
    dataset = BUILT_IN[name](asked)
    if name == "demo":
        dataset = replace(dataset, schema=dataset.schema.edited("origin", role=Role.FEATURE))
    return _same_columns(dataset, schema)


def _same_columns(dataset: Dataset, schema: Schema | None) -> Dataset:
    if schema is not None and schema.names != dataset.schema.names:
        raise DataError(f"The schema does not have the columns of {dataset.name!r}; leave it out or use the right one.")
    return dataset


def _with_holdout(dataset: Dataset, holdout: Path | pd.DataFrame, encoding: str | None) -> Dataset:
    if dataset.schema.image is not None:
        raise ConfigError(
            f"{dataset.name!r} holds images, and a hold-out file holds none; leave it out: a fifth of the images is "
            "held out, or those that come with the dataset for it."
        )
    frame, notes = (
        external_frame(holdout, dataset.schema)
        if isinstance(holdout, pd.DataFrame)
        else read_external(holdout, dataset.schema, encoding)
    )
    found = (*notes, *new_categories(frame, dataset.frame, dataset.schema))
    return replace(dataset, holdout=frame, notes=(*dataset.notes, *(f"Holdout: {note}" for note in found)))


def _with_known_targets(dataset: Dataset) -> Dataset:
    if not dataset.schema.with_role(Role.TARGET):
        return dataset
    frame, notes = set_aside_missing_target(dataset.frame, dataset.schema)
    holdout = dataset.holdout
    held_notes: tuple[str, ...] = ()
    if holdout is not None:
        holdout, held_notes = set_aside_missing_target(holdout, dataset.schema)
    found = (*notes, *(f"Holdout: {note}" for note in held_notes))
    return replace(dataset, frame=frame, holdout=holdout, notes=(*dataset.notes, *found))
