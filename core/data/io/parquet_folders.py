"""Read a folder of Parquet files as one table, with the columns that names of folders tell, as in ``year=2024/``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.io.limits import FILE, MIB, check_shape
from core.data.io.typed_files import from_arrow
from core.errors import DataError

PARQUET: Final = (".parquet", ".pq")
_SHOWN: Final = 5


def holds_parquet(folder: Path) -> bool:
    """Return whether a Parquet file is in a folder or below it."""
    return next(_files(folder), None) is not None


def read_parquet_folder(folder: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read all Parquet files of a folder, in the order of their names. Return the frame, and notes on it.

    Columns of folders named ``NAME=VALUE`` hold text, as the cells of a CSV file do. Files and folders whose names
    begin with a dot or a low line are no rows of the table.

    Args:
        folder: It holds a Parquet file, or a folder below it does.

    Raises:
        DataError: A file is damaged or has other columns, or there are too many rows.
    """
    return from_arrow(folder, _read)


def is_part(relative: Sequence[str]) -> bool:
    """Return whether a file of a folder is a part of its table.

    Args:
        relative: Names of the folders from there on, and of the file.

    >>> is_part(["year=2024", "part-0.parquet"]), is_part(["_temporary", "0.parquet"]), is_part(["_SUCCESS"])
    (True, False, False)
    """
    return not any(name.startswith(("_", ".")) for name in relative) and relative[-1].lower().endswith(PARQUET)


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        above = Path(place).relative_to(folder).parts
        yield from (Path(place, name) for name in names if is_part([*above, name]))


def _read(folder: Path) -> pa.Table:
    import pyarrow.dataset as pa_dataset  # it takes address space, which readers of single files have little of

    files = sorted(_files(folder), key=lambda path: path.parts)
    FILE.check(folder.name, -(-sum(path.stat().st_size for path in files) // MIB))
    columns, keys = _columns(folder, files), _keys(folder, files)
    twice = [key for key in keys if key in columns.names]
    if twice:
        raise DataError(f"Column {twice[0]!r} is in the files of {folder.name!r} and in the names of its folders.")
    told = pa.schema([(key, pa.string()) for key in keys])
    table = pa_dataset.dataset(
        [str(path) for path in files],
        schema=pa.schema([*columns, *told]),
        format="parquet",
        partitioning=pa_dataset.partitioning(told, flavor="hive"),
        partition_base_dir=str(folder),
    )
    check_shape(folder.name, table.count_rows(), len(table.schema))  # before any row is in memory
    return table.to_table(use_threads=False)


def _columns(folder: Path, files: Sequence[Path]) -> pa.Schema:
    """Return the columns of all files, each of a type that holds the values of every file."""
    schemas = [_schema(path) for path in files]
    first = schemas[0]
    for path, schema in zip(files, schemas, strict=True):
        other = sorted(set(schema.names) ^ set(first.names))
        if other:
            raise DataError(
                f"Not all files of {folder.name!r} have the columns {', '.join(map(repr, other[:_SHOWN]))}: "
                f"{path.name!r} and {files[0].name!r} differ. Give every file the same columns."
            )
    try:
        return pa.unify_schemas(schemas, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise DataError(
            f"The files of {folder.name!r} store a column as different types; write it alike in every file."
        ) from error


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path).remove_metadata()
    except Exception as error:  # readers of damaged files raise whatever they come across
        raise DataError(f"The file {path.name!r} is damaged or not Parquet; write it again.") from error


def _keys(folder: Path, files: Sequence[Path]) -> list[str]:
    """Return the columns that the names of folders tell, the same for all files."""
    found = {
        tuple(part.partition("=")[0] for part in path.relative_to(folder).parts[:-1] if "=" in part) for path in files
    }
    if len(found) > 1:
        raise DataError(
            f"Not all folders of {folder.name!r} are named alike, as in year=2024/; put all files at a depth."
        )
    return list(found.pop())
