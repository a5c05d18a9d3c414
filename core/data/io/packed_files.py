"""Tables in packed files: one table in a ``.gz`` or in a ``.zip``."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from core.data.io.archive import MAX_MEMBER_BYTES, MAX_RATIO, SMALL, open_archive
from core.data.io.excel_files import EXCEL
from core.data.io.temporary_folders import private_folder
from core.data.io.text_encoding import TEXT_SUFFIXES
from core.data.io.typed_files import TYPED
from core.errors import DataError

PACKED: Final = (".gz", ".zip")
_TABLES: Final = (".csv", ".tsv", EXCEL, *TYPED)
_TEXTS: Final = (".txt", ".data", ".md", ".pdf", ".html", ".json", ".names")
"""Files that may describe the table."""
_CHUNK: Final = 2**20


def is_packed_table(path: Path) -> bool:
    """Return whether a ``.zip`` holds one table and, beside it, at most texts about it; images make it something else.

    Raises:
        DataError: The zip is damaged or not safe.
    """
    if path.suffix.lower() != ".zip" or not path.is_file():
        return False
    with open_archive(path) as archive:
        return _table_of(archive.members) is not None


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Write the table in a packed file to a temporary folder for the duration of the context.

    Raises:
        DataError: The file is damaged, unpacks to too much, or does not hold one table.
    """
    name, content = _from_gzip(path) if path.suffix.lower() == ".gz" else _from_zip(path)
    with private_folder() as folder:
        target = folder / name
        target.write_bytes(content)
        yield target


def _from_zip(path: Path) -> tuple[str, bytes]:
    with open_archive(path) as archive:
        member = _table_of(archive.members)
        if member is None:
            raise DataError(
                f"{path.name!r} holds {len(archive.members):,} files and not one table; keep the one table "
                f"({', '.join(_TABLES[:4])} …) in it."
            )
        return PurePosixPath(member).name, archive.read(member)


def _table_of(members: list[str]) -> str | None:
    """Return the path of the one table in a zip; ``None`` if there is none, several, or something else beside it."""
    suffixes = {member: PurePosixPath(member).suffix.lower() for member in members}
    tables = [member for member in members if suffixes[member] in _TABLES]
    if len(members) == 1 and suffixes[members[0]] in (*_TABLES, *TEXT_SUFFIXES):
        return members[0]
    others = [member for member in members if suffixes[member] not in (*_TABLES, *_TEXTS)]
    return tables[0] if len(tables) == 1 and not others else None


def _from_gzip(path: Path) -> tuple[str, bytes]:
    """Return name and content of a ``.gz``; a name that does not end like a table is taken for a CSV's."""
    content = bytearray()
    limit = min(MAX_MEMBER_BYTES, max(SMALL, MAX_RATIO * path.stat().st_size))
    try:
        with gzip.open(path) as file:
            while chunk := file.read(_CHUNK):
                content += chunk
                if len(content) > limit:
                    raise DataError(
                        f"{path.name!r} unpacks to more than {limit / 2**20:,.0f} MiB; unpack it and choose the table."
                    )
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"The file {path.name!r} is damaged or not a .gz; pack the table again.") from error
    if not content:
        raise DataError(f"The file {path.name!r} holds an empty file; save the table again.")
    name = path.name[: -len(".gz")]
    return (name if PurePosixPath(name).suffix.lower() in (*_TABLES, *TEXT_SUFFIXES) else f"{name}.csv"), bytes(content)
