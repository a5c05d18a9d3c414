"""Private folders for files that are being read. They are removed, also those of a process that was killed.

Each folder has a lock beside it, which the system gives up when its process ends in whatever way. So a folder whose
lock can be had belongs to nobody, also where several containers share the place.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

_PREFIX: Final = "evenhand-"
_LOCK: Final = ".lock"
_TRIES: Final = 100


@contextmanager
def private_folder() -> Iterator[Path]:
    """Yield an empty folder that only this user can open. It is removed at the end of the context."""
    folder = Path(tempfile.gettempdir()) / f"{_PREFIX}{uuid.uuid4().hex}"
    with _lock_of(folder):
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            _remove(folder)


def remove_leftovers() -> None:
    """Remove this user's folders whose process has ended without removing them."""
    for lock in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*{_LOCK}"):
        try:
            is_mine = not hasattr(os, "getuid") or lock.lstat().st_uid == os.getuid()
        except OSError:  # another process removes it at this moment
            continue
        if is_mine and not lock.is_symlink():
            folder = lock.with_suffix("")
            try:
                with _lock_of(folder):
                    _remove(folder)
            except Timeout:
                continue


def _lock_of(folder: Path) -> FileLock:
    return FileLock(f"{folder}{_LOCK}", timeout=0, mode=0o600)


def _remove(folder: Path) -> None:
    """Remove a folder and its lock; while the folder is removed, another process may still write into it."""
    for _ in range(_TRIES):
        if not folder.exists():
            Path(f"{folder}{_LOCK}").unlink(missing_ok=True)
            return
        shutil.rmtree(folder, ignore_errors=True)
