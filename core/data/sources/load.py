"""Load data: a built-in name, a file or a frame becomes a dataset with roles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final, Unpack

import pandas as pd

from core.data.checks.apply import with_merged_values
from core.data.checks.check import with_edits_of_values, with_other_edits
from core.data.column import Role
from core.data.dataset import HOLDOUT_NOTE, Dataset
from core.data.external import external_frame, read_external
from core.data.forms.said import NOTHING_SAID
from core.data.inference.favorable import with_favorable
from core.data.inference.role_assignment import assign_roles
from core.data.io.packed_files import is_packed_table
from core.data.io.parquet_folders import holds_parquet
from core.data.new_identifiers import without_serial_forms
from core.data.reference_outcome import with_reference
from core.data.schema import Schema
from core.data.schema_editing import with_schema
from core.data.second_file import check_second_file, overlap_note
from core.data.sources.catalog import BUILT_IN
from core.data.sources.celeba import read_celeba
from core.data.sources.image_archive import SUFFIX, read_image_archive
from core.data.sources.image_files import ImagesInFiles, read_images
from core.data.sources.load_options import FRAME_NAME, LoadOptions, kept_options, said_forms
from core.data.sources.remote import fetched, is_url
from core.data.sources.sql import read_query
from core.data.sources.upload import from_frame, load_upload
from core.errors import ConfigError, DataError, FieldName, SchemaError, about_field, change, give, leave_out

COLORED: Final = ("color-digits", "color-mnist")
IMAGES: Final = (*COLORED, "celeba")


def load(data: str | Path | pd.DataFrame, **options: Unpack[LoadOptions]) -> Dataset:
    """Load a built-in dataset, a file or a frame, assign its roles, and leave out rows without a target.

    A dataset may lack a target, so that the user can inspect it first. `core.data.readiness.check_ready` reports what
    an audit still needs.

    Args:
        data: A name in `core.data.sources.catalog.BUILT_IN`; the path of a file of
            `core.data.io.table_files.SUFFIXES`, of a zip of images, of a folder of Parquet files, or of a folder in
            CelebA's layout; the URL of such a table in an object store (`core.data.sources.remote`), or with the option
            ``sql`` of a database (`core.data.sources.sql`); or a frame of text or typed columns with text headers.
        **options: See `LoadOptions`.

    Raises:
        ConfigError: An option does not apply to the data.
        DataError: A file does not exist or is not usable.
        SchemaError: The roles do not fit the data.

    >>> dataset = load("demo", rows=100)
    >>> dataset.schema.target, dataset.schema.sensitive, dataset.frame.shape
    ('approved', ['sex'], (100, 14))
    """
    dataset = replace(_source(data, options), options=kept_options(options))
    schema = options.get("schema")
    if schema is not None:
        dataset = replace(dataset, schema=schema)
    loaded = dataset
    target, sensitive, strata = options.get("target"), options.get("sensitive", ()), options.get("strata", ())
    reference = options.get("reference")
    if isinstance(dataset, ImagesInFiles):
        target = None if target is None else dataset.header(target)
        sensitive = [dataset.header(name) for name in sensitive]
        strata = [dataset.header(name) for name in strata]
        reference = None if reference is None else dataset.header(reference)
    names = options.get("apply", ())
    known = with_edits_of_values(dataset.schema, dataset.frame, names)
    dataset = replace(dataset, schema=known, frame=with_merged_values(dataset.frame, known.edits))
    roles, notes = assign_roles(
        dataset.schema,
        dataset.frame,
        target=target,
        positive=options.get("positive"),
        threshold=options.get("threshold"),
        sensitive=sensitive,
        bin_edges=options.get("bin_edges"),
        at_median=options.get("at_median", False),
    )
    if strata:
        roles = roles.replaced(strata=tuple(dict.fromkeys(strata)))
    if reference is not None:
        roles = with_reference(roles, dataset.frame, reference)
    roles = with_other_edits(roles, dataset.frame, names)
    dataset = replace(dataset, schema=_declared(roles, dataset.frame, options), notes=(*dataset.notes, *notes))
    holdout = options.get("holdout")
    if holdout is not None:
        dataset = with_holdout(dataset, holdout, options.get("encoding"))
    schema = without_serial_forms(dataset.schema)
    dataset = with_schema(replace(dataset, frame=loaded.frame, schema=loaded.schema), schema)
    if not isinstance(dataset, ImagesInFiles):
        return dataset
    with about_field("data"):
        return read_images(dataset, options.get("seed", 0))


def _declared(schema: Schema, frame: pd.DataFrame, options: LoadOptions) -> Schema:
    """Return the schema with what the user declares about the outcome: what is favourable, the margin, its context."""
    said = {"margin": options.get("margin"), "decision": options.get("decision")}
    schema = schema.replaced(**{name: value for name, value in said.items() if value is not None})
    favorable = options.get("favorable")
    return schema if favorable is None else with_favorable(schema, frame, favorable)


def _source(data: str | Path | pd.DataFrame, options: LoadOptions) -> Dataset:
    if isinstance(data, str) and is_url(data):
        with about_field("data"):
            return _from_database(data, options) if options.get("sql") is not None else _fetched(data, options)
    if options.get("sql") is not None:
        raise _superfluous("sql", "A query goes with the URL of a database only.")
    if isinstance(data, pd.DataFrame):
        _check_options(FRAME_NAME, None, options, is_zip=False, is_folder=False)
        with about_field("data"):
            return from_frame(data, FRAME_NAME, options.get("schema"), said_forms(options))
    name, path = str(data), Path(data)
    known = name if isinstance(data, str) and name in BUILT_IN else None
    is_zip = known is None and _holds_images(path)
    _check_options(name, known, options, is_zip=is_zip, is_folder=known is None and _is_image_folder(path))
    if known is not None:
        return _built_in(known, options)
    if not path.exists() and not path.suffix:
        raise DataError(
            f"{name!r} is neither a file nor a built-in name; the built-in names are {', '.join(map(repr, BUILT_IN))}.",
            field="data",
        )
    with about_field("data"):
        return _read(path, options)


def _from_database(url: str, options: LoadOptions) -> Dataset:
    raw, name, notes = read_query(url, options["sql"] or "")
    _check_options(name, None, options, is_zip=False, is_folder=False)
    dataset = from_frame(raw, name, options.get("schema"), said_forms(options))
    return replace(dataset, notes=(*notes, *dataset.notes))


def _fetched(url: str, options: LoadOptions) -> Dataset:
    with fetched(url) as path:
        if _holds_images(path):
            raise DataError(f"{path.name!r} holds images, which are read from this machine only; copy the zip here.")
        _check_options(path.name, None, options, is_zip=False, is_folder=False)
        return _read(path, options)


def _read(path: Path, options: LoadOptions) -> Dataset:
    schema, encoding = options.get("schema"), options.get("encoding")
    if _holds_images(path):
        return read_image_archive(
            path,
            labels=options.get("labels"),
            schema=schema,
            encoding=encoding,
            image_size=options.get("image_size"),
        )
    if _is_image_folder(path):
        return _same_columns(read_celeba(path, options.get("image_size")), schema)
    table = load_upload(path, schema=schema, encoding=encoding, said=said_forms(options))
    if table.schema.image is not None:
        raise DataError(
            f"Column {table.schema.image!r} is of kind image, but {str(path)!r} holds no images; give the zip "
            "that holds them instead, or set another kind.",
            field="data",
            remedies=[give("labels", str(path), "beside the zip")],
        )
    return table


def _holds_images(path: Path) -> bool:
    """Return whether the path is that of a zip other than one that holds a table."""
    with about_field("data"):
        return path.suffix.lower() == SUFFIX and not is_packed_table(path)


def _is_image_folder(path: Path) -> bool:
    """Return whether the path is that of a folder other than one that holds a table."""
    return path.is_dir() and not holds_parquet(path)


def _check_options(name: str, known: str | None, options: LoadOptions, *, is_zip: bool, is_folder: bool) -> None:
    """Raise a `ConfigError` about the first option that does not apply to the data."""
    if options.get("rows") is not None and known != "demo":
        raise _superfluous("rows", f"A number of rows goes with the demo only, not with {name!r}.")
    if options.get("bias") is not None and known not in COLORED:
        raise _superfluous("bias", f"A bias goes with {' and '.join(COLORED)} only, not with {name!r}.")
    if options.get("image_size") is not None and not (known in IMAGES or is_zip or is_folder):
        raise _superfluous("image_size", f"An image size goes with images only, not with {name!r}.")
    if said_forms(options) != NOTHING_SAID and (known is not None or is_zip or is_folder):
        field: FieldName = "decimal_mark" if options.get("decimal_mark") is not None else "date_order"
        raise _superfluous(field, f"How numbers or dates are written goes with files of a table, not with {name!r}.")
    if options.get("labels") is not None and not is_zip:
        raise _superfluous("labels", f"A file of labels goes with a zip of images only, not with {name!r}.")


def _superfluous(field: FieldName, sentence: str) -> ConfigError:
    return ConfigError(sentence, field=field, remedies=[leave_out(field)])


def _built_in(name: str, options: LoadOptions) -> Dataset:
    dataset = BUILT_IN[name].load(options)
    if name == "demo":
        dataset = replace(dataset, schema=dataset.schema.edited("origin", role=Role.FEATURE))
    return _same_columns(dataset, options.get("schema"))


def _same_columns(dataset: Dataset, schema: Schema | None) -> Dataset:
    if schema is not None and schema.names != dataset.schema.names:
        raise DataError(
            f"The schema does not have the columns of {dataset.name!r}.",
            field="schema",
            remedies=[leave_out("schema"), change("schema")],
        )
    return dataset


def with_holdout(dataset: Dataset, holdout: Path | pd.DataFrame, encoding: str | None) -> Dataset:
    """Return the dataset with the rows of a file or a raw frame as test rows, and notes on how they differ.

    Args:
        dataset: The table, with its roles.
        holdout: The test rows.
        encoding: Of a file; found if left out.

    Raises:
        ConfigError: The dataset holds images.
        DataError: The rows do not fit the table; see `core.data.second_file.check_second_file`.
        SchemaError: They lack the reference outcome.
    """
    if dataset.schema.image is not None:
        raise _superfluous(
            "holdout",
            f"{dataset.name!r} holds images, but a hold-out file cannot. A run holds out the dataset's own test "
            "images, or a share of its images.",
        )
    with about_field("holdout"):
        frame, notes = (
            external_frame(holdout, dataset.schema, dataset.frame)
            if isinstance(holdout, pd.DataFrame)
            else read_external(holdout, dataset.schema, encoding, dataset.frame)
        )
        notes = (
            *notes,
            *check_second_file(frame, dataset.frame, dataset.schema),
            *overlap_note(frame, dataset.frame, dataset.schema),
        )
    reference = dataset.schema.reference
    if reference is not None and frame[reference].isna().all():
        raise SchemaError(
            f"No test row has the reference outcome {reference!r}; add the column to their file.",
            field="holdout",
            remedies=[change("holdout"), leave_out("reference")],
        )
    return replace(dataset, holdout=frame, notes=(*dataset.notes, *(f"{HOLDOUT_NOTE}{note}" for note in notes)))
