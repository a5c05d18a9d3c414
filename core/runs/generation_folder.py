"""More rows from a finished run, in a folder of their own inside the run's: a job like the run itself.

::

    request.json          what was asked
    images/synthetic.npy  of images: their pixels, aligned with the rows
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from core.runs.artifacts import ArtifactStore
from core.runs.job_folder import EVENTS, NOTES, PROCESS, STATE
from core.runs.state import State, Status, now

GENERATED = "generated"
REQUEST = "request.json"
_FILES = (REQUEST, EVENTS, NOTES, PROCESS, "synthetic.parquet", "synthetic.csv", "synthetic.zip", "error.log", STATE)


class GenerationFolder(ArtifactStore):
    """``RUN/generated/NAME``. Make it with :meth:`create`, come back to it with ``open``.

    Args:
        path: The folder.
    """

    @classmethod
    def create(cls, run: Path, request: Mapping[str, Any]) -> Self:
        """A queued generation in a run's folder; its name is made here and sorts by time.

        Args:
            run: The run's folder.
            request: What is asked; JSON values only.
        """
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}"
        folder = cls(run / GENERATED / name)
        folder._write(REQUEST, dict(request))
        folder._write_state(State(status=Status.QUEUED, message="Prepared.", started=now()))
        return folder

    @staticmethod
    def is_one(path: Path) -> bool:
        """Whether the folder is that of a generation."""
        return (path / REQUEST).is_file()

    @property
    def run(self) -> Path:
        """The folder of the run that the rows come from."""
        return self.path.resolve().parents[1]

    @property
    def home(self) -> Path:
        """The folder beside whose runs it waits for its turn: the run's own."""
        return self.run.parent

    def request(self) -> dict[str, Any]:
        """What was asked, as JSON values."""
        return self._mapping(REQUEST)

    def remove(self) -> None:
        """Remove its files, and the folder if nothing of others is in it."""
        self.sweep()
        for path in [*(self._at(name) for name in _FILES), *self.private_files()]:
            path.unlink(missing_ok=True)
        with suppress(OSError):  # there is none, or something of others is in it
            self._at("images").rmdir()
        if not any(self.path.iterdir()):
            self.path.rmdir()
