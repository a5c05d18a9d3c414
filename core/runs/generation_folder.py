"""More rows from a finished run. They are a job like the run, in a subfolder of its folder.

::

    request.json                              the request
    notes.json                                what was left out or reinterpreted
    synthetic.parquet .csv .zip               the rows
    images/synthetic.npy                      pixels of image rows
    state.json events.jsonl process.json      see core.runs.job_files
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from core.runs import access
from core.runs.artifacts import ArtifactStore
from core.runs.job_files import JobFiles
from core.runs.state import State, Status, now
from core.runs.stored_files import JsonFile, NotesFile, StoredFile
from core.runs.table_file import TableFile

GENERATED = access.GENERATED
_REQUEST = "request.json"


class GenerationFolder:
    """The folder ``RUN/generated/NAME``. Call :meth:`create` for a new one, :meth:`open` for an existing one.

    Args:
        path: The folder.

    Attributes:
        job: State, events and process.
        artifacts: Pixels of synthetic images.
        request: The request, as JSON values.
        notes: Sentences about what was left out or reinterpreted.
        synthetic: The rows, typed.
        synthetic_csv: The rows, in the format of the source file.
        synthetic_zip: The images with their labels, if the rows are images.
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
        """Create a queued generation in a run's folder. Its name sorts by time.

        Args:
            run: The run's folder.
            request: The request; JSON values only.
        """
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}"
        folder = cls(run / GENERATED / name)
        folder.request.save(request)
        folder.job.save_state(State(status=Status.QUEUED, message="Prepared.", started=now()))
        return folder

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing generation.

        Raises:
            RunError: There is none at ``path`` that who acts may open, or its state is not readable.
        """
        folder = cls(path)
        folder.job.check_exists(may_open=access.may_open)
        return folder

    @staticmethod
    def is_generation(path: Path) -> bool:
        """Return whether ``path`` is the folder of a generation."""
        return (path / _REQUEST).is_file()

    @property
    def run(self) -> Path:
        """The folder of the run that the rows come from."""
        return self.path.resolve().parents[1]

    @property
    def queue_folder(self) -> Path:
        """The folder whose jobs share one queue: the parent of the run's folder."""
        return self.run.parent

    def check_resumable(self) -> None:
        """Raise a ``RunError`` if the generation is done."""
        self.job.check_not_done()

    def remove(self) -> None:
        """Remove the generation's files, and the folder if it is then empty."""
        self.job.remove_temporary_files()
        for file in (self.request, self.notes, self.synthetic, self.synthetic_csv, self.synthetic_zip):
            file.remove()
        self.job.clear()
        self.job.remove_state()
        self.artifacts.remove()
        with suppress(OSError):  # the folder does not exist or is not empty
            (self.path / "images").rmdir()
        if not any(self.path.iterdir()):
            self.path.rmdir()
