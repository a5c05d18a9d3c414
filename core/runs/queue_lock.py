"""The lock to hold while the jobs of a queue change: who works on a folder, who waits, who starts them."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock

LOCKS = ".evenhand-"
"""The beginning of the names of locks."""
ANYONE = 0o666
"""Users who share a folder of runs share its locks too; who may open them is up to the folder."""


def queue_lock(queue: Path, name: str = "folder_lock") -> FileLock:
    """Return a lock beside the run folders of a queue."""
    return FileLock(queue / f"{LOCKS}{name}.lock", mode=ANYONE)
