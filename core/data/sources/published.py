"""Published tables whose checksum is not known here: they are checked by columns, number of rows and values."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from core.data.casting import cast_to_schema
from core.data.column import Role
from core.data.dataset import Dataset
from core.data.inference.column_kinds import infer_schema
from core.data.sources.dataset_folder import find_file
from core.errors import DataError


@dataclass(frozen=True)
class Published:
    """A table from a public source.

    Args:
        name: Built-in name.
        file: Folder and name in the data folder and in the cache.
        url: Public source of the file.
        read: Returns the rows of the file as text. Raises a `DataError` if they are not the published ones.
        target: The target.
        positive: Its positive value, which is the favourable one.
        sensitive: The sensitive columns; of numeric ones the bin edges, else none.
        description: Who described the columns, after "Known: ".
        categories: Columns of codes that are categories though they look like numbers.
        ignored: Columns that no model may learn from.
        notes: What was left out or changed, and why.
    """

    name: str
    file: str
    url: str
    read: Callable[[bytes, str], pd.DataFrame]
    target: str
    positive: str
    sensitive: Mapping[str, tuple[float, ...]]
    description: str
    categories: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def load_published(table: Published) -> Dataset:
    """Return the rows with their roles.

    Raises:
        DataError: The file is not available and cannot be downloaded, or does not hold the published table.
    """
    raw = table.read(find_file(table.file, table.url, lambda data, name: _verify(table, data, name)), table.file)
    schema, _ = infer_schema(raw)
    roles = {table.target: Role.TARGET, **dict.fromkeys(table.sensitive, Role.SENSITIVE)}
    roles |= dict.fromkeys(table.ignored, Role.IGNORED)
    for name in schema.names:
        known = {"role": roles.get(name, Role.FEATURE), "reason": f"Known: {table.description}."}
        kind = {"kind": "categorical"} if name in table.categories else {}
        edges = {"bin_edges": table.sensitive[name]} if table.sensitive.get(name) else {}
        schema = schema.edited(name, **known, **kind, **edges)
    schema = schema.replaced(positive=table.positive, favorable="positive")
    frame, _ = cast_to_schema(raw, schema)
    return Dataset(name=table.name, frame=frame, schema=schema, notes=table.notes)


def _verify(table: Published, data: bytes, name: str) -> None:
    table.read(data, name)


def check_values(rows: pd.DataFrame, name: str, values: Mapping[str, frozenset[str]]) -> None:
    """Raise a `DataError` if a column holds a value that the published table does not have."""
    for column, known in values.items():
        other = sorted(set(rows[column]) - known)
        if other:
            raise DataError(
                f"{name} is not the published table: column {column!r} holds {other[0]!r}. Delete it and fetch it "
                "again."
            )


def check_counts(rows: pd.DataFrame, name: str, target: str, counts: Mapping[str, int]) -> None:
    """Raise a `DataError` if the table does not have as many rows of each value of the target as was published."""
    found = {value: int((rows[target] == value).sum()) for value in counts}
    if found != dict(counts) or len(rows) != sum(counts.values()):
        wanted = " and ".join(f"{count:,} of {value!r}" for value, count in counts.items())
        raise DataError(
            f"{name} is not the published table: of {target!r} it should have {wanted}, but it has {len(rows):,} rows. "
            "Delete it and fetch it again."
        )


def packed(data: bytes, member: str, name: str) -> bytes:
    """Return the file of this name in a zip.

    Raises:
        DataError: It is no zip, or holds no such file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(member)
    except (zipfile.BadZipFile, KeyError) as error:
        raise DataError(f"{name} is not the published zip with {member!r}; delete it and fetch it again.") from error


def columns_of(data: bytes, columns: tuple[str, ...], name: str, delimiter: str = ",") -> pd.DataFrame:
    """Return some columns of a delimited file with a header, as text, in the given order.

    Raises:
        DataError: The file lacks a column, or a row is shorter than the header.
    """
    lines = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=delimiter)
    header = next(lines, [])
    absent = [one for one in columns if one not in header]
    if absent:
        raise DataError(
            f"{name} is not the published table: it has no column {absent[0]!r}. Delete it and fetch it again."
        )
    places = [header.index(one) for one in columns]
    rows = [row for row in lines if row]
    if any(len(row) < len(header) for row in rows):
        raise DataError(
            f"{name} is not the published table: a row is shorter than the header. Delete it and fetch it again."
        )
    return pd.DataFrame([[row[at] for at in places] for row in rows], columns=list(columns), dtype="str")
