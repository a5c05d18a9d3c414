"""Private folders for files that are being read. They are removed, also those of a process that was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

_PREFIX: Final = "evenhand-"
_OLD_SECONDS: Final = 3600
"""Process ids differ between containers that share a folder, so only old leftovers are removed."""


@contextmanager
def private_folder() -> Iterator[Path]:
    """Yield an empty folder that only this user can open. It is removed at the end of the context."""
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
    while Path(folder).exists():  # another process wrote into it while it was removed
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers() -> None:
    """Remove this user's folders whose process has ended without removing them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        try:
            found = folder.lstat()
        except OSError:  # another process removes it at this moment
            continue
        mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
        old = time.time() - found.st_mtime > _OLD_SECONDS
        if mine and old and pid.isdigit() and not psutil.pid_exists(int(pid)) and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)
