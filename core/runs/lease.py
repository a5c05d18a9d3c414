"""Who works on a folder, kept in a file beside the work, and whether they still do.

A process of this machine is looked up: it lives or it does not. A process elsewhere, for example in a container on the
same volume, cannot be looked up. It touches its file every `BEAT_SECONDS`, and counts as dead once this process has
seen no touch for `LEASE_SECONDS` by its own clock. Clocks of machines are compared nowhere, so none has to be right.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from pydantic import ValidationError

from core.runs import files
from core.runs.process import Worker, is_alive, is_local

BEAT_SECONDS = 4.0
LEASE_SECONDS = 20.0
_seen: dict[Path, tuple[str, int, float]] = {}
"""By file: the worker and the touch that this process saw last, and when it first saw that touch."""


class Lease:
    """The file that names the process that works on something.

    Args:
        path: The file. It exists while a process works, or after that one was killed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def worker(self) -> Worker | None:
        """Return the process that works, or that did until it was killed."""
        try:
            return Worker.model_validate_json(self.path.read_bytes())
        except (OSError, ValidationError):  # the process may end at this moment and remove the file
            return None

    def save(self, worker: Worker) -> None:
        """Record the process that works."""
        files.write_json(self.path, worker.model_dump(mode="json"))

    def clear(self) -> None:
        """Record that no process works."""
        self.path.unlink(missing_ok=True)
        _seen.pop(self.path, None)

    def beat(self) -> None:
        """Show processes elsewhere that the worker lives."""
        try:
            os.utime(self.path)
        except FileNotFoundError:  # it has just ended
            return

    def is_held(self) -> bool:
        """Return whether the process lives, or may live: elsewhere, and not watched long enough."""
        worker = self.worker()
        if worker is None:
            return False
        return is_alive(worker) if is_local(worker) else self._silence(worker) < LEASE_SECONDS

    def wait_if_elsewhere(self) -> None:
        """Wait until a process elsewhere has shown that it lives, or has been silent for long enough."""
        worker = self.worker()
        if worker is None or is_local(worker):
            return
        self._silence(worker)
        first = self._touched()
        while self.is_held() and self._touched() == first:
            time.sleep(BEAT_SECONDS / 10)

    def _touched(self) -> int:
        try:
            return self.path.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _silence(self, worker: Worker) -> float:
        """Return for how many seconds this process has seen the same touch of the file."""
        now, touched = time.monotonic(), self._touched()
        before = _seen.get(self.path)
        if before is None or before[:2] != (worker.claim, touched):
            _seen[self.path] = (worker.claim, touched, now)
            return 0.0
        return now - before[2]
