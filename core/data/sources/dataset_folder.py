"""Where the files of a built-in dataset are: a folder of one's own, the cache, or their public source."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from core.errors import DataError

DATA_VARIABLE = "EVENHAND_DATA"
CACHE_VARIABLE = "EVENHAND_CACHE"
_SECONDS = 60


def find_file(relative: str, url: str, verify: Callable[[bytes, str], None]) -> bytes:
    """The bytes of a dataset's file, verified.

    Looks into the folder that ``EVENHAND_DATA`` names; else into the cache; else downloads it from ``url`` there.

    Args:
        relative: Folder and name, e.g. ``adult/adult.data``.
        url: Its public source.
        verify: Raises `DataError` if the bytes (first argument) are not the known ones; second argument is the name.

    Raises:
        DataError: The file is nowhere, cannot be downloaded, or is not the known one.
    """
    own = os.environ.get(DATA_VARIABLE)
    if own:
        path = Path(own) / relative
        if not path.is_file():
            raise DataError(
                f"{DATA_VARIABLE} is set to {own!r}, but there is no {relative} in it; put the file from {url} there, "
                f"or unset {DATA_VARIABLE} to have it downloaded."
            )
        data = path.read_bytes()
        verify(data, relative)
        return data
    path = cache_folder() / relative
    if path.is_file():
        data = path.read_bytes()
        verify(data, f"{relative} in the cache {str(cache_folder())!r}")
        return data
    data = _download(relative, url)
    verify(data, f"{relative} from {url}")
    _write_to_cache(data, path)
    return data


def is_local(relative: str) -> bool:
    """Whether `find_file` looks for this file in a folder, and does not download it."""
    return bool(os.environ.get(DATA_VARIABLE)) or (cache_folder() / relative).is_file()


def cache_folder() -> Path:
    """``EVENHAND_CACHE``, else the platform's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "evenhand" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "evenhand"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "evenhand"


def sha256_check(expected: str) -> Callable[[bytes, str], None]:
    """A verifier for `find_file` that knows the whole file."""

    def verify(data: bytes, name: str) -> None:
        if hashlib.sha256(data).hexdigest() != expected:
            raise DataError(f"{name} is not the published file (its checksum differs); delete it and fetch it again.")

    return verify


def _download(relative: str, url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 -- a constant https address
            content: bytes = answer.read()
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        raise DataError(
            f"{relative} could not be downloaded from {url} ({error}); connect to the internet, or put the file into "
            f"a folder and set {DATA_VARIABLE} to that folder."
        ) from error
    return content


def _write_to_cache(data: bytes, path: Path) -> None:
    """Write to the cache whole or not at all; a cache that cannot be written is no reason to stop."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError:
        return
