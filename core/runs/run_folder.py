"""The run folder: the only code that knows where in it a thing is kept.

::

    config.json schema.json environment.json manifest.json notes.json     what was asked
    encoding.json seconds.json                                            how columns became codes, time by stage
    repair_level_search.json generation.json metrics.json                 records: repair levels tried, synthesis, audit
    pictures.json                                                         how each overlay was made; its points: tables
    synthetic.parquet synthetic.csv synthetic.zip                         synthetic rows; of images their zip
    answers.json                                                          what its reader added
    report.html report.pdf                                                the report
    tables/ latents/ weights/ images/                                     see core.runs.artifacts
    hashes.json                                                           see core.runs.checksums
    state.json events.jsonl process.json error.log                        see core.runs.job_files
    generated/NAME/                                                       see core.runs.generation_folder

A new document is one line in :class:`RunFolder`.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeAlias, TypeVar

from core.errors import RunError, change
from core.runs.artifacts import ArtifactStore
from core.runs.checksums import REPORT, Checksums
from core.runs.generation_folder import GENERATED, GenerationFolder
from core.runs.job_files import STATE, JobFiles
from core.runs.process import is_alive
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
    TableFile,
    TextFile,
)


class RunFolder:
    """One run on disk. Make it with :meth:`create`, come back to it with :meth:`open`.

    Args:
        path: The folder.

    Attributes:
        job: State, events, process, error log.
        artifacts: Tables, latents, weights and images: the private files.
        checksums: SHA-256 of the files, recorded when the run ends.
        config: The settings, as JSON values.
        schema: Kinds, roles and groups of the table's columns.
        encoding: How columns became codes.
        environment: Versions, platform, device and threads.
        manifest: Facts about data and method that the report prints, e.g. data hash, row counts.
        notes: Sentences about what was left out, set aside or reinterpreted.
        seconds: Wall-clock seconds by stage, as far as the run has come.
        repair_level_search: The repair levels that were tried and the one chosen. It exists once the stage is done.
        generation: Records of the synthesis. It exists once all rows and latents are made.
        pictures: How each overlay was made, by its table's name. It exists once all overlays are made.
        metrics: Records of the audit. It exists once the audit is done.
        synthetic: The synthetic rows, typed.
        synthetic_csv: The synthetic rows, written like the source's own file.
        synthetic_zip: The synthetic images with their labels, where the rows are of images.
        answers: What the reader added.
        report_html: The report.
        report_pdf: The report as PDF.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.job = JobFiles(path)
        self.artifacts = ArtifactStore(path)
        self.checksums = Checksums(path, self.artifacts, self._checksummed)
        self.config = JsonFile(path, "config.json")
        self.schema = SchemaFile(path, "schema.json")
        self.encoding = ModelFile(path, "encoding.json")
        self.environment = EnvironmentFile(path, "environment.json")
        self.manifest = JsonFile(path, "manifest.json", optional=True)
        self.notes = NotesFile(path, "notes.json")
        self.seconds = JsonFile(path, "seconds.json", optional=True)
        self.repair_level_search = ModelFile(path, "repair_level_search.json")
        self.generation = RecordsFile(path, "generation.json", after_save=self._clear_checksums)
        self.pictures = JsonFile(path, "pictures.json", optional=True, after_save=self._clear_checksums)
        self.metrics = RecordsFile(path, "metrics.json", after_save=self.checksums.update)
        self.synthetic = TableFile(path, "synthetic.parquet")
        self.synthetic_csv = StoredFile(path, "synthetic.csv")
        self.synthetic_zip = StoredFile(path, "synthetic.zip")
        self.answers = ModelFile(path, "answers.json", optional=True, checksummed=False)
        self.report_html = TextFile(path, REPORT, checksummed=False, after_save=self.checksums.update)
        self.report_pdf = BytesFile(path, "report.pdf", checksummed=False)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Start a run in a new or empty folder; the files of an earlier run there are removed first.

        Raises:
            RunError: ``path`` is a file, a folder of something else than a run, or a run that a process works on.
        """
        cls.check_place(path)
        folder = cls(path)
        path.mkdir(parents=True, exist_ok=True)
        folder.job.save_state(State(started=now()))
        folder._clear()
        return folder

    @classmethod
    def open(cls, path: Path) -> Self:
        """Come back to a run.

        Raises:
            RunError: There is no run at ``path``, or its state cannot be read.
        """
        folder = cls(path)
        folder.job.check_exists()
        return folder

    @classmethod
    def check_place(cls, path: Path) -> None:
        """Check whether a run could be started at ``path``; nothing is changed.

        Raises:
            RunError: As :meth:`create`, or nothing can be written there.
        """
        if path.exists() and not path.is_dir():
            raise RunError(f"{path} is a file, and a run needs a folder.", field="out", remedies=[change("out")])
        nearest = next(place for place in (path, *path.absolute().parents) if place.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
            raise RunError(
                f"{nearest} is no folder that can be written in; check its permissions.",
                field="out",
                remedies=[change("out")],
            )
        if path.is_dir() and any(path.iterdir()) and not (path / STATE).is_file():
            raise RunError(
                f"{path} holds files that are not a run; a run needs a new or empty folder.",
                field="out",
                remedies=[change("out")],
            )
        folder = cls(path)
        jobs = [folder.job, *(generation.job for generation in folder.generations())]
        if any(is_alive(job.process()) for job in jobs):
            raise RunError(
                f"{path} holds a run that is being worked on; cancel that first.", field="out", remedies=[change("out")]
            )

    @property
    def queue_folder(self) -> Path:
        """The folder whose jobs share the queue with this one."""
        return self.path.resolve().parent

    def is_audit(self) -> bool:
        """Whether this is an audit alone: it has metrics, and nothing was synthesized before."""
        return self.metrics.exists() and not self.generation.exists()

    def check_resumable(self) -> None:
        """Check whether the run can go on.

        Raises:
            RunError: It is an audit, is done, or was not wholly prepared.
        """
        if self.is_audit():
            raise RunError(f"{self.path} is an audit; there is nothing to resume.")
        self.job.check_not_done()
        if not self.config.exists():
            raise RunError(f"{self.path} stopped before it was prepared, so it cannot go on; start it anew.")

    def generations(self) -> list[GenerationFolder]:
        """The folders of the rows generated later, the oldest first; those that cannot be read are left out."""
        return _open_readable(GenerationFolder, self.path / GENERATED)

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


JobFolder: TypeAlias = RunFolder | GenerationFolder
"""A folder that a process works on."""

_Job = TypeVar("_Job", RunFolder, GenerationFolder)


def open_job(path: Path) -> JobFolder:
    """The run or the later generation in a folder.

    Raises:
        RunError: There is neither.
    """
    return GenerationFolder.open(path) if GenerationFolder.is_generation(path) else RunFolder.open(path)


def find_runs(parent: Path) -> list[RunFolder]:
    """All runs directly under ``parent``, the newest first; folders that cannot be read are left out."""
    return sorted(_open_readable(RunFolder, parent), key=lambda folder: folder.job.state().started, reverse=True)


def _open_readable(kind: type[_Job], parent: Path) -> list[_Job]:
    found = []
    for path in sorted(parent.iterdir()) if parent.is_dir() else []:
        with suppress(RunError):
            found.append(kind.open(path))
    return found
