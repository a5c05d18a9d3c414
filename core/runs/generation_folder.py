"""More rows from a finished run, in a folder of their own inside the run's: a job like the run itself.

::

    request.json                              what was asked
    notes.json                                what was set aside or reinterpreted
    synthetic.parquet .csv .zip               the rows
    images/synthetic.npy                      the rows' pixels, where they are of images
    state.json events.jsonl process.json      see core.runs.job_files
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from core.runs.artifacts import ArtifactStore
from core.runs.job_files import JobFiles
from core.runs.state import State, Status, now
from core.runs.stored_files import JsonFile, NotesFile, StoredFile, TableFile

GENERATED = "generated"
_REQUEST = "request.json"


class GenerationFolder:
    """``RUN/generated/NAME``. Make it with :meth:`create`, come back to it with :meth:`open`.

    Args:
        path: The folder.

    Attributes:
        job: State, events, process.
        artifacts: The pixels of synthetic images.
        request: What was asked, as JSON values.
        notes: What was set aside or reinterpreted.
        synthetic: The rows, typed.
        synthetic_csv: The rows, written like the source's own file.
        synthetic_zip: The images with their labels, where the rows are of images.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.job = JobFiles(path)
        self.artifacts = ArtifactStore(path)
        self.request = JsonFile(path, _REQUEST)
        self.notes = NotesFile(path, "notes.json")
        self.synthetic = TableFile(path, "synthetic.parquet")
        self.synthetic_csv = StoredFile(path, "synthetic.csv")
        self.synthetic_zip = StoredFile(path, "synthetic.zip")

    @classmethod
    def create(cls, run: Path, request: Mapping[str, Any]) -> Self:
        """A queued generation in a run's folder; its name is made here and sorts by time.

        Args:
            run: The run's folder.
            request: What is asked; JSON values only.
        """
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}"
        folder = cls(run / GENERATED / name)
        folder.request.save(request)
        folder.job.save_state(State(status=Status.QUEUED, message="Prepared.", started=now()))
        return folder

    @classmethod
    def open(cls, path: Path) -> Self:
        """Come back to it.

        Raises:
            RunError: There is none at ``path``, or its state cannot be read.
        """
        folder = cls(path)
        folder.job.check_exists()
        return folder

    @staticmethod
    def is_generation(path: Path) -> bool:
        """Whether the folder is that of a generation."""
        return (path / _REQUEST).is_file()

    @property
    def run(self) -> Path:
        """The folder of the run that the rows come from."""
        return self.path.resolve().parents[1]

    @property
    def queue_folder(self) -> Path:
        """The folder whose jobs share the queue with this one: that of the run."""
        return self.run.parent

    def check_resumable(self) -> None:
        """Raise a ``RunError`` if the rows are there already."""
        self.job.check_not_done()

    def remove(self) -> None:
        """Remove its files, and the folder if nothing else is in it."""
        self.job.remove_temporary_files()
        for file in (self.request, self.notes, self.synthetic, self.synthetic_csv, self.synthetic_zip):
            file.remove()
        self.job.clear()
        self.job.remove_state()
        self.artifacts.remove()
        with suppress(OSError):  # there is none, or something else is in it
            (self.path / "images").rmdir()
        if not any(self.path.iterdir()):
            self.path.rmdir()
