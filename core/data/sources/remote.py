"""Read a file, or a folder of Parquet files, of an object store or a web server, named by its URL.

It is copied into a private folder first, so that it is read as any other file is, with the same limits. Credentials are
those of the environment, as each store's own library finds them. No address is kept or told: it may hold some.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from core.data.io.limits import FILE, MIB
from core.data.io.parquet_folders import is_part
from core.data.io.temporary_folders import private_folder
from core.data.sources.upload import safe_name
from core.errors import DataError, change, give

EXTRAS: Final = {"s3": "aws", "gs": "gcp", "az": "azure", "abfs": "azure", "https": "http", "memory": "http"}
"""Extra of the package that each scheme needs; ``memory`` is the store of this process, for tests."""
SCHEMES: Final = tuple(f"{scheme}://" for scheme in EXTRAS if scheme != "memory")
_CHUNK: Final = MIB


def is_url(data: str) -> bool:
    """Return whether a text is a URL, and no path of a file.

    >>> is_url("s3://bucket/people.parquet"), is_url("people.parquet")
    (True, False)
    """
    return "://" in data


def name_of(url: str) -> str:
    """Return the last part of the path of a URL, which tells no credentials.

    >>> name_of("https://me:secret@host/of%20May/people.csv?signature=abc")
    'people.csv'
    """
    return safe_name(unquote(urlsplit(url).path.rstrip("/")) or urlsplit(url).hostname or "")


@contextmanager
def fetched(url: str) -> Iterator[Path]:
    """Yield a local copy of the file, or of the Parquet files below the folder, that a URL names.

    Args:
        url: Its scheme is one of `EXTRAS`.

    Raises:
        DataError: The scheme is unknown, its library is not installed, there is nothing, it cannot be read, or it is
            too large; that is checked before it is copied, where the store tells the size.
    """
    scheme = urlsplit(url).scheme
    if scheme not in EXTRAS:
        raise DataError(
            f"Files are read from {', '.join(SCHEMES)}, and not from {scheme}://; rows of a database need a query.",
            remedies=[change("data"), give("sql")],
        )
    name = name_of(url)
    with private_folder() as folder:
        try:
            _copy(url, folder / name)
        except (DataError, MemoryError):
            raise
        except ImportError:
            extra = EXTRAS[scheme]
            raise DataError(
                f"Reading {scheme}:// needs a library that is not installed here. Install it with: "
                f"pip install 'evenhand[{extra}]'."
            ) from None
        except FileNotFoundError:
            raise DataError(f"There is no file {name!r} at its address of {scheme}://; check the address.") from None
        except Exception as error:  # noqa: BLE001  # every store has errors of its own, and their texts hold addresses
            raise DataError(
                f"{name!r} cannot be read from {scheme}:// ({type(error).__name__}); check the address, and the "
                "credentials in the environment."
            ) from None
        yield folder / name


def _copy(url: str, to: Path) -> None:
    """Copy what a URL names to a local path."""
    import fsspec  # an optional library

    store, root = fsspec.core.url_to_fs(url)
    if urlsplit(url).scheme != "https" and store.isdir(root):
        _copy_folder(store, root, to)
        return
    FILE.check(to.name, _mebibytes(store.info(root).get("size") or 0))
    _copy_file(store, root, to, to.name, 0)


def _copy_folder(store: Any, root: str, to: Path) -> None:
    found = {
        PurePosixPath(place).relative_to(PurePosixPath(root)).parts: (place, facts.get("size") or 0)
        for place, facts in store.find(root, detail=True).items()
    }
    parts = {relative: one for relative, one in found.items() if ".." not in relative and is_part(relative)}
    if not parts:
        raise DataError(f"The folder {to.name!r} holds no Parquet files; name the file that holds the table.")
    FILE.check(to.name, _mebibytes(sum(size for _, size in parts.values())))
    copied = 0
    for relative, (place, _) in sorted(parts.items()):
        target = to.joinpath(*relative)
        target.parent.mkdir(parents=True, exist_ok=True)
        copied = _copy_file(store, place, target, to.name, copied)


def _copy_file(store: Any, place: str, to: Path, name: str, copied: int) -> int:
    """Copy one file, and return how many bytes were copied with those before. A store may tell a wrong size."""
    with store.open(place, "rb") as source, to.open("xb") as target:
        while chunk := source.read(_CHUNK):
            copied += len(chunk)
            FILE.check(name, _mebibytes(copied))
            target.write(chunk)
    return copied


def _mebibytes(size: int) -> int:
    return -(-size // MIB)
