"""Find the files of a built-in dataset: in the user's data folder, in the cache, or at their public source."""

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
    """Return the verified bytes of a dataset's file.

    If ``EVENHAND_DATA`` is set, the file must be in that folder. Otherwise it comes from the cache, or is downloaded
    from ``url`` into the cache.

    Args:
        relative: Folder and name, e.g. ``adult/adult.data``.
        url: Public source of the file.
        verify: Called with bytes and name. Raises a `DataError` if the bytes are not the published ones.

    Raises:
        DataError: The file does not exist, cannot be downloaded, or is not the published one.
    """
    data_folder = os.environ.get(DATA_VARIABLE)
    if data_folder:
        path = Path(data_folder) / relative
        if not path.is_file():
            raise DataError(
                f"{DATA_VARIABLE} is set to {data_folder!r}, but it has no {relative}; put the file from {url} there, "
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
    """Return whether `find_file` reads this file from a local folder instead of downloading it."""
    return bool(os.environ.get(DATA_VARIABLE)) or (cache_folder() / relative).is_file()


def cache_folder() -> Path:
    """Return the folder of ``EVENHAND_CACHE``, or else the platform's cache folder."""
    custom = os.environ.get(CACHE_VARIABLE)
    if custom:
        return Path(custom)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "evenhand" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "evenhand"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "evenhand"


def sha256_check(expected: str) -> Callable[[bytes, str], None]:
    """Return a ``verify`` function for `find_file` that checks the SHA-256 of the whole file."""

    def verify(data: bytes, name: str) -> None:
        if hashlib.sha256(data).hexdigest() != expected:
            raise DataError(f"{name} is not the published file (its checksum differs); delete it and fetch it again.")

    return verify


def _download(relative: str, url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as response:  # noqa: S310 -- a constant https address
            content: bytes = response.read()
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        raise DataError(
            f"{relative} could not be downloaded from {url} ({error}); connect to the internet, or put the file into "
            f"a folder and set {DATA_VARIABLE} to that folder."
        ) from error
    return content


def _write_to_cache(data: bytes, path: Path) -> None:
    """Write to the cache atomically. A cache that is not writable is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError:
        return
