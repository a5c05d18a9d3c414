"""Read zip files from untrusted sources safely, without unpacking them to disk.

Members are read into memory one at a time, up to their stated size. A zip file is refused if a member's path leaves the
folder, is duplicated or is encrypted, or if there are more bytes, members or compression than images need.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from core.errors import DataError

MAX_MEMBERS: Final = 500_000
MAX_BYTES: Final = 2**36
"""Maximum size of all members unpacked, 64 GiB: the size of the largest image datasets."""
MAX_MEMBER_BYTES: Final = 2**28
"""Maximum size of one member unpacked, 256 MiB."""
MAX_RATIO: Final = 200
"""Maximum ratio of unpacked to packed bytes. Photographs have 1, text about 10, a zip bomb about 1,000."""
SMALL: Final = 2**26
"""The ratio has no limit below 64 MiB unpacked, which is harmless: drawings compress very well."""
_CHUNK: Final = 2**20
_DRIVE = re.compile(r"[A-Za-z]:")
_ENCRYPTED = 0x1


class Archive:
    """An open zip file with checked members.

    Args:
        name: Name of the file in error messages.
        content: The zip file.
        size: Size of the file in bytes.

    Raises:
        DataError: The zip file is not safe.
    """

    def __init__(self, name: str, content: zipfile.ZipFile, size: int) -> None:
        self.name = name
        self._zip = content
        infos = content.infolist()
        _check(name, infos, size)
        self.members = [info.filename for info in infos if not info.is_dir() and not _is_hidden(info.filename)]
        """Paths of the files in the zip's order, without hidden files and those that macOS adds."""

    def read(self, member: str) -> bytes:
        """Return the bytes of a member, with verified checksum.

        Raises:
            DataError: The member is damaged or larger than its stated size.
        """
        info = self._zip.getinfo(member)
        content = bytearray()
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(_CHUNK):
                    content += chunk
                    if len(content) > info.file_size:
                        raise DataError(
                            f"{member!r} in {self.name!r} unpacks to more than it says; the zip is not safe."
                        )
        # zipfile raises NotImplementedError for an unknown compression method.
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise DataError(f"{member!r} in {self.name!r} is damaged ({error}); make the zip again.") from error
        return bytes(content)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open the zip file at ``path`` as a context.

    Raises:
        DataError: The file does not exist, is no zip file, is damaged or not safe.
    """
    if not path.is_file():
        raise DataError(f"There is no file {path.name!r} at {str(path.parent)!r}; check the name and the folder.")
    try:
        content = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:  # the last: a later zip version
        raise DataError(f"The file {path.name!r} is damaged or not a zip; make it again.") from error
    with content:
        yield Archive(path.name, content, path.stat().st_size)


def _check(name: str, infos: list[zipfile.ZipInfo], size: int) -> None:
    """Raise a `DataError` about the first property that makes the zip file unsafe."""
    if len(infos) > MAX_MEMBERS:
        raise DataError(
            f"{name!r} has {len(infos):,} files, more than the {MAX_MEMBERS:,} that are read; make it smaller."
        )
    seen: set[str] = set()
    for info in infos:
        _check_path(name, info.orig_filename)
        if info.filename in seen:
            raise DataError(f"{name!r} has two files {info.filename!r}; keep one.")
        seen.add(info.filename)
        if info.flag_bits & _ENCRYPTED:
            raise DataError(f"{info.filename!r} in {name!r} is encrypted; make the zip without a password.")
        _check_size(f"{info.filename!r} in {name!r}", info.file_size, info.compress_size, MAX_MEMBER_BYTES)
    _check_size(repr(name), sum(info.file_size for info in infos), size, MAX_BYTES)


def _check_path(name: str, member: str) -> None:
    plain = member.replace("\\", "/")
    if plain.startswith("/") or _DRIVE.match(plain) or ".." in plain.split("/") or "\0" in plain:
        raise DataError(f"{name!r} has a file {member!r}, whose path leaves the folder; such a zip is not read.")


def _check_size(name: str, size: int, packed: int, limit: int) -> None:
    if size > limit:
        raise DataError(
            f"{name} unpacks to {size / 2**20:,.0f} MiB, more than the {limit / 2**20:,.0f} that are read; make it "
            "smaller."
        )
    if size > max(SMALL, MAX_RATIO * packed):
        raise DataError(f"{name} unpacks to more than {MAX_RATIO} times its size, as a zip bomb does; it is not read.")


def _is_hidden(member: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(member).parts)
