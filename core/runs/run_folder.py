"""The layout of a run folder. No other module knows where in it a file lies.

::

    config.json schema.json environment.json manifest.json notes.json     settings, data, environment
    encoding.json                                                         encoding of the columns
    seconds.json stage_seconds.json times.json                            time by stage; records of times
    repair_level_search.json generation.json metrics.json                 records: repair levels, synthesis, audit
    pictures.json                                                         method of each projection; points: tables/
    synthetic.parquet synthetic.csv synthetic.zip                         synthetic rows, or a zip of images
    answers.json                                                          answers of the user to the report's questions
    headline.json                                                         the first screen in one sentence
    report.html report.pdf report-with-annexes.pdf                        the report
    title.json                                                            the title that the user gave it
    owner.json                                                            see core.runs.access
    tables/ latents/ weights/ images/                                     see core.runs.artifacts
    hashes.json                                                           see core.runs.checksums
    state.json events.jsonl process.json error.log                        see core.runs.job_files
    generated/NAME/                                                       see core.runs.generation_folder

A new document is one line in :class:`RunFolder`. Only their owner may read artifacts and documents that tell of single
people. All others have the mode that the umask leaves them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeAlias, TypeVar

from core.errors import RunError, change
from core.runs import access, access_log
from core.runs.artifacts import ArtifactStore
from core.runs.checksums import HASHES, REPORT, Checksums
from core.runs.files import TEMPORARY
from core.runs.generation_folder import GENERATED, GenerationFolder
from core.runs.job_files import STATE, JobFiles
from core.runs.queue_lock import LOCKS
from core.runs.state import State, now
from core.runs.stored_files import (
    BytesFile,
    EnvironmentFile,
    JsonFile,
    ModelFile,
    NotesFile,
    RecordsFile,
    SchemaFile,
    StoredFile,
    TextFile,
)
from core.runs.table_file import TableFile

DELETED = ".evenhand-deleted-"
"""The beginning of the hidden name of a deleted run, until its files are removed."""


class RunFolder:
    """One run on disk. Call :meth:`create` for a new run, :meth:`open` for an existing one.

    Args:
        path: The folder.

    Attributes:
        job: State, events, process and error log.
        artifacts: The private files: tables, latents, weights and images.
        checksums: SHA-256 of the files, recorded when the run ends.
        config: The settings, as JSON values.
        schema: Kinds, roles and groups of the table's columns.
        encoding: Encoding of the columns.
        environment: Versions, platform, device and threads.
        manifest: Facts about data and method that the report prints, e.g. data hash, row counts.
        notes: Sentences about what was left out or reinterpreted.
        seconds: Wall-clock seconds of each finished stage of learning.
        stage_seconds: Wall-clock seconds of each finished stage, as its progress is shown.
        times: Records of times. They stand apart, since everything that has a checksum is equal in two equal runs.
        repair_level_search: The repair levels that were tried, and the chosen one. Written when the stage is done.
        generation: Records of the synthesis. Written when all rows and latents exist.
        pictures: Method of each projection, by the name of its table. Written when all projections exist.
        metrics: Records of the audit. Written when the audit is done.
        synthetic: The synthetic rows, typed.
        synthetic_csv: The synthetic rows, in the format of the source file.
        synthetic_zip: The synthetic images with their labels, if the rows are images.
        answers: The user's answers to the questions of the report.
        headline: The first screen in one sentence. Written with the report.
        report_html: The report.
        report_pdf: The report without annexes, as PDF.
        report_annexes_pdf: The report with annexes, as PDF.
        title: The title that the user gave it; see :mod:`core.runs.titles`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.job = JobFiles(path)
        self.artifacts = ArtifactStore(path)
        self.checksums = Checksums(path, self.artifacts, self._checksummed)
        self.config = JsonFile(path, "config.json")
        self.schema = SchemaFile(path, "schema.json", private=True)
        self.encoding = ModelFile(path, "encoding.json", private=True)
        self.environment = EnvironmentFile(path, "environment.json")
        self.manifest = JsonFile(path, "manifest.json", optional=True, private=True)
        self.notes = NotesFile(path, "notes.json", private=True)
        self.seconds = JsonFile(path, "seconds.json", optional=True, checksummed=False)
        self.stage_seconds = JsonFile(path, "stage_seconds.json", optional=True, checksummed=False)
        self.times = RecordsFile(path, "times.json", optional=True, checksummed=False)
        self.repair_level_search = ModelFile(path, "repair_level_search.json", private=True)
        self.generation = RecordsFile(path, "generation.json", private=True, after_save=self._clear_checksums)
        self.pictures = JsonFile(path, "pictures.json", optional=True, private=True, after_save=self._clear_checksums)
        self.metrics = RecordsFile(path, "metrics.json", private=True, after_save=self.checksums.update)
        self.synthetic = TableFile(path, "synthetic.parquet")
        self.synthetic_csv = StoredFile(path, "synthetic.csv")
        self.synthetic_zip = StoredFile(path, "synthetic.zip")
        self.answers = ModelFile(path, "answers.json", optional=True, checksummed=False)
        self.headline = ModelFile(
            path, "headline.json", optional=True, checksummed=False, after_save=self.checksums.update
        )
        self.report_html = TextFile(path, REPORT, checksummed=False, after_save=self.checksums.update)
        self.report_pdf = BytesFile(path, "report.pdf", checksummed=False)
        self.report_annexes_pdf = BytesFile(path, "report-with-annexes.pdf", checksummed=False)
        self.title = ModelFile(path, "title.json", optional=True, checksummed=False)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Start a run in a new or empty folder. The files of an earlier run in it are removed.

        Raises:
            RunError: ``path`` is a file, a folder with other files, a run that a process works on or that is another
                person's; or nobody known acts.
        """
        access.check_known()
        cls.check_place(path)
        folder = cls(path)
        path.mkdir(parents=True, exist_ok=True)
        access_log.record(access_log.MADE, path)
        access.claim(path)
        folder.job.save_state(State(started=now()))
        folder._clear()
        return folder

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing run.

        Raises:
            RunError: There is no run at ``path`` that who acts may open, its state is not readable, or it is about to
                be removed.
        """
        if path.name.startswith(DELETED):
            raise RunError(f"{path} is what is left of a deleted run.", field="run")
        folder = cls(path)
        folder.job.check_exists(may_open=access.may_open)
        return folder

    @classmethod
    def check_place(cls, path: Path) -> None:
        """Check whether a run can start at ``path``, without changes on disk.

        Raises:
            RunError: As :meth:`create`, or the folder is not writable.
        """
        if path.exists() and not path.is_dir():
            raise RunError(f"{path} is a file, but a run needs a folder.", field="out", remedies=[change("out")])
        nearest = next(parent for parent in (path, *path.absolute().parents) if parent.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
            raise RunError(
                f"{nearest} is not a writable folder. Check its permissions.",
                field="out",
                remedies=[change("out")],
            )
        if path.is_dir() and any(map(_is_content, path.iterdir())) and not _is_own_run(path):
            raise RunError(
                f"{path} holds files that are not a run. A run needs a new or empty folder.",
                field="out",
                remedies=[change("out")],
            )
        folder = cls(path)
        jobs = [folder.job, *(generation.job for generation in folder.generations())]
        if any(job.is_taken() for job in jobs):
            raise RunError(
                f"{path} holds a run that is queued or running. Cancel it first.", field="out", remedies=[change("out")]
            )

    @property
    def queue_folder(self) -> Path:
        """The folder whose jobs share one queue: the parent of the run's folder."""
        return self.path.resolve().parent

    def is_audit(self) -> bool:
        """Return whether this is an audit only: it has metrics but no synthesis."""
        return self.metrics.exists() and not self.generation.exists()

    def check_resumable(self) -> None:
        """Check whether the run can continue.

        Raises:
            RunError: It is an audit, is done, or was not completely prepared.
        """
        if self.is_audit():
            raise RunError(f"{self.path} is an audit. There is nothing to resume.")
        self.job.check_not_done()
        if not self.config.exists():
            raise RunError(f"{self.path} stopped before it was prepared, so it cannot continue. Start a new run.")

    def generations(self) -> list[GenerationFolder]:
        """Return the folders of the later generations, the oldest first, without unreadable ones."""
        return _open_readable(GenerationFolder, self.path / GENERATED)

    def owns(self, name: str) -> bool:
        """Return whether a run writes a file of this name in its folder."""
        return (
            name in {HASHES, access.OWNER, *(file.name for file in self._documents())}
            or self.job.owns(name)
            or self.artifacts.owns(name)
            or name.startswith(f"{GENERATED}/")
            or name.endswith(TEMPORARY)
        )

    def _documents(self) -> list[StoredFile]:
        return [value for value in vars(self).values() if isinstance(value, StoredFile)]

    def _checksummed(self) -> list[Path]:
        return [file.path for file in self._documents() if file.checksummed and file.exists()]

    def _clear_checksums(self, _name: str) -> None:
        self.checksums.clear()

    def _clear(self) -> None:
        for file in self._documents():
            file.remove()
        self.checksums.clear()
        self.job.clear()
        self.artifacts.remove()
        for generation in self.generations():
            generation.remove()
        self.job.remove_temporary_files()


def _is_own_run(path: Path) -> bool:
    return (path / STATE).is_file() and access.may_open(path)


def _is_content(path: Path) -> bool:
    """Return whether a path in a folder is no lock, and no file that another process is just writing."""
    return not (path.name.startswith(LOCKS) or (path.name.startswith(".") and path.name.endswith(TEMPORARY)))


JobFolder: TypeAlias = RunFolder | GenerationFolder
"""A folder that a process works on."""

_Job = TypeVar("_Job", RunFolder, GenerationFolder)


def open_job(path: Path) -> JobFolder:
    """Open the run or the later generation in a folder.

    Raises:
        RunError: There is neither.
    """
    return GenerationFolder.open(path) if GenerationFolder.is_generation(path) else RunFolder.open(path)


def find_runs(parent: Path) -> list[RunFolder]:
    """Return all runs directly under ``parent``, the newest first, without unreadable ones."""
    return sorted(_open_readable(RunFolder, parent), key=lambda folder: folder.job.state().started, reverse=True)


def _open_readable(kind: type[_Job], parent: Path) -> list[_Job]:
    folders = []
    for path in sorted(parent.iterdir()) if parent.is_dir() else []:
        with suppress(RunError):
            folders.append(kind.open(path))
    return folders
