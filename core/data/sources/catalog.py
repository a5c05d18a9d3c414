"""Every way into the house: a built-in name or a file becomes a dataset with roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from core.data.dataset import Dataset
from core.data.foreign import new_categories, read_like
from core.data.readiness import set_aside_missing_target
from core.data.roles import assign_roles
from core.data.schema import Role, Schema
from core.data.sources.adult import load_adult
from core.data.sources.compas import load_compas
from core.data.sources.demo import DEFAULT_ROWS, demo_table
from core.data.sources.upload import load_upload
from core.errors import ConfigError, DataError


def _demo(rows: int | None, seed: int) -> Dataset:
    return demo_table(DEFAULT_ROWS if rows is None else rows, seed)


# Pictures (color-digits, celeba) come in by core.data.encoding.image; here are tables.
BUILT_IN: Final[dict[str, Callable[[int | None, int], Dataset]]] = {
    "demo": _demo,
    "adult": lambda _rows, _seed: load_adult(),
    "compas": lambda _rows, _seed: load_compas(),
    "compas-unfiltered": lambda _rows, _seed: load_compas(filtered=False),
}


def load(
    data: str | Path,
    *,
    target: str | None = None,
    positive: str | None = None,
    threshold: float | None = None,
    sensitive: Sequence[str] = (),
    cuts: Mapping[str, Sequence[float]] | None = None,
    schema: Schema | None = None,
    holdout: Path | None = None,
    encoding: str | None = None,
    rows: int | None = None,
    seed: int = 0,
) -> Dataset:
    """Load a built-in dataset or a file, with its roles assigned and rows without a target set aside.

    A target is not required: what has none yet can be looked at, and `core.data.readiness.check_ready` says what is
    lacking before it is audited.

    Args:
        data: A name in `BUILT_IN`, or the path of a CSV, Parquet or Excel file.
        target: Header of the outcome; ``None`` leaves the default or the inferred one.
        positive: Its positive value, as text.
        threshold: A numeric target is positive at or above it.
        sensitive: Headers of the sensitive columns; empty leaves the default or the inferred ones.
        cuts: Cut points by header of a numeric sensitive column.
        schema: An edited schema, instead of inference (roles given beside it still count).
        holdout: A file of held-out rows; replaces the official one.
        encoding: Of the files, where they are CSV; found out if left out.
        rows: How many rows the demo draws.
        seed: Seed of the demo.

    Raises:
        ConfigError: A setting that does not go with the data.
        DataError: A file that is not there or cannot be used.
        SchemaError: Roles that do not fit.

    >>> dataset = load("demo", rows=100)
    >>> dataset.schema.target, dataset.schema.sensitive, dataset.frame.shape
    ('approved', ['sex'], (100, 13))
    """
    dataset = _source(data, schema, encoding, rows, seed)
    if schema is not None:
        dataset = replace(dataset, schema=schema)
    roles, notes = assign_roles(
        dataset.schema,
        dataset.frame,
        target=target,
        positive=positive,
        threshold=threshold,
        sensitive=sensitive,
        cuts=cuts,
    )
    dataset = replace(dataset, schema=roles, notes=(*dataset.notes, *notes))
    if holdout is not None:
        dataset = _with_holdout(dataset, holdout, encoding)
    return _with_known_targets(dataset)


def _source(data: str | Path, schema: Schema | None, encoding: str | None, rows: int | None, seed: int) -> Dataset:
    name = str(data)
    if rows is not None and name != "demo":
        raise ConfigError(f"Only the demo draws a number of rows; leave rows out for {name!r}.")
    if isinstance(data, str) and name in BUILT_IN:
        dataset = BUILT_IN[name](rows, seed)
        if name == "demo":
            dataset = replace(dataset, schema=dataset.schema.edited("origin", role=Role.FEATURE))
        if schema is not None and schema.names != dataset.schema.names:
            raise DataError(f"The schema does not have the columns of {name!r}; leave it out or use the right one.")
        return dataset
    path = Path(data)
    if not path.exists() and not path.suffix:
        raise DataError(
            f"{name!r} is neither a file nor a built-in name; the built-in tables are {', '.join(map(repr, BUILT_IN))}."
        )
    return load_upload(path, schema=schema, encoding=encoding)


def _with_holdout(dataset: Dataset, path: Path, encoding: str | None) -> Dataset:
    frame, notes = read_like(path, dataset.schema, encoding)
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
