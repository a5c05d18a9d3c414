"""The run folder: the only code that knows where in it a thing is kept.

It holds what :mod:`core.runs.job_folder`, :mod:`core.runs.artifacts` and :mod:`core.runs.checksums` name, and

::

    config.json schema.json environment.json manifest.json                what was asked
    encoding.json seconds.json                                            how columns became codes, time by stage
    repair_level_search.json generation.json metrics.json                                records of repair levels
    tried, making and audit
    answers.json                                                          what its reader added
    pictures.json                                                         how each overlay was made; its points: tables
    report.html                                                           what is handed on, beside the synthetic rows
    generated/NAME/                                                       more rows: request.json and a job's files

Every file is written beside its place and then renamed. Nothing is pickled.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from core.data.schema import Schema, from_json
from core.errors import RunError, SchemaError, change
from core.runs import environment, files
from core.runs.checksums import HASHES, REPORT, ChecksummedFolder
from core.runs.generation_folder import GENERATED, GenerationFolder
from core.runs.job_folder import EVENTS, NOTES, PROCESS, STATE, JobFolder
from core.runs.process import is_alive
from core.runs.state import State, now

_Model = TypeVar("_Model", bound=BaseModel)
_Job = TypeVar("_Job", bound=JobFolder)
_PRODUCTS = (
    "config.json",
    "schema.json",
    "encoding.json",
    "seconds.json",
    "environment.json",
    EVENTS,
    NOTES,
    "manifest.json",
    "repair_level_search.json",
    "generation.json",
    "metrics.json",
    "synthetic.parquet",
    "synthetic.csv",
    "synthetic.zip",
    "answers.json",
    "pictures.json",
    HASHES,
    REPORT,
    "report.pdf",
    "error.log",
    PROCESS,
)


class RunFolder(ChecksummedFolder):
    """One run on disk. Make it with :meth:`create`, come back to it with :meth:`open`.

    Args:
        path: The folder.
    """

    @classmethod
    def create(cls, path: Path) -> Self:
        """Start a run in a new or empty folder; an earlier run there is emptied first.

        Raises:
            RunError: ``path`` is a file, or a folder that holds something other than a run, or a run that is alive.
        """
        cls.check_place(path)
        folder = cls(path)
        path.mkdir(parents=True, exist_ok=True)
        folder._write_state(State(started=now()))
        folder._remove_products()
        return folder

    @classmethod
    def check_place(cls, path: Path) -> None:
        """Whether a run could be started at ``path``; nothing is changed.

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
        jobs: list[JobFolder] = [folder, *folder.generations()]
        if any(is_alive(job.process()) for job in jobs):
            raise RunError(
                f"{path} holds a run that is being worked on; cancel that first.", field="out", remedies=[change("out")]
            )

    def is_audit(self) -> bool:
        """Whether this is an audit alone: it measured, and nothing was learned before."""
        return self.has_metrics() and not self.has_generation()

    def check_goes_on(self) -> None:
        """As for any job; and an audit, or a run that was not wholly prepared, has nothing to go on with."""
        if self.is_audit():
            raise RunError(f"{self.path} is an audit; there is nothing to resume.")
        super().check_goes_on()
        if not self._at("config.json").is_file():
            raise RunError(f"{self.path} stopped before it was prepared, so it cannot go on; start it anew.")

    # -- what was asked, and how it went -------------------------------------------------------------------------

    def save_config(self, config: BaseModel) -> None:
        """Keep the settings of the run."""
        self._write("config.json", config.model_dump(mode="json"))

    def config(self) -> dict[str, Any]:
        """The settings, as JSON values."""
        return self._mapping("config.json")

    def save_schema(self, schema: Schema) -> None:
        """Keep kinds, roles and groups of the table."""
        self._write("schema.json", schema.model_dump(mode="json"))

    def schema(self) -> Schema:
        """The table's schema."""
        try:
            return from_json(self._text("schema.json"))
        except SchemaError as error:
            raise self._damaged("schema.json") from error

    def save_encoding(self, encoding: BaseModel) -> None:
        """Keep how columns became codes."""
        self._write("encoding.json", encoding.model_dump(mode="json"))

    def encoding(self, model: type[_Model]) -> _Model:
        """How columns became codes, checked as a ``model``."""
        return self._parsed(model, "encoding.json")

    def save_environment(self, device: str, threads: int | None = None) -> None:
        """Keep versions, platform, device and threads."""
        self._write("environment.json", environment.describe(device, threads))

    def environment(self) -> dict[str, Any]:
        """Versions, platform, device and threads of the run."""
        return self._mapping("environment.json")

    def save_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Keep facts about data and method that the report prints, e.g. data hash, row counts; JSON values only."""
        self._write("manifest.json", dict(manifest))

    def manifest(self) -> dict[str, Any]:
        """The facts kept by :meth:`save_manifest`; empty if there are none."""
        return self._mapping("manifest.json") if self._at("manifest.json").is_file() else {}

    def generations(self) -> list[GenerationFolder]:
        """The folders of the rows generated later, the oldest first; those that cannot be read are left out."""
        return _readable(GenerationFolder, self.path / GENERATED)

    # -- what was found ------------------------------------------------------------------------------------------

    def save_metrics(self, records: Sequence[BaseModel]) -> None:
        """Keep the audit's records, one a line; undefined figures are null."""
        self._save_records("metrics.json", records)
        self._resealed("metrics.json")

    def metrics(self, model: type[_Model]) -> list[_Model]:
        """The audit's records, each checked as a ``model``."""
        return self._records(model, "metrics.json")

    def has_metrics(self) -> bool:
        """Whether the audit is done."""
        return self._at("metrics.json").is_file()

    def save_repair_level_search(self, found: BaseModel) -> None:
        """Keep what the repair levels that were tried came to, and which one is taken; says that the stage is done."""
        self._write("repair_level_search.json", found.model_dump(mode="json"))

    def repair_level_search(self, model: type[_Model]) -> _Model:
        """What :meth:`save_repair_level_search` kept, checked as a ``model``."""
        return self._parsed(model, "repair_level_search.json")

    def has_repair_level_search(self) -> bool:
        """Whether a repair level was looked for and found."""
        return self._at("repair_level_search.json").is_file()

    def save_generation(self, records: Sequence[BaseModel]) -> None:
        """Keep the records of how the rows were made; written last, so that it says that all rows are there."""
        self._save_records("generation.json", records)
        self.unseal()

    def generation_records(self, model: type[_Model]) -> list[_Model]:
        """The records of how the rows were made."""
        return self._records(model, "generation.json")

    def has_generation(self) -> bool:
        """Whether all rows and latents are made."""
        return self._at("generation.json").is_file()

    def save_seconds(self, seconds: Mapping[str, float]) -> None:
        """Keep the time that the stages took."""
        self._write("seconds.json", dict(seconds))

    def seconds(self) -> dict[str, float]:
        """Wall-clock seconds by stage, as far as it has come."""
        return self._mapping("seconds.json") if self._at("seconds.json").is_file() else {}

    def _save_records(self, place: str, records: Sequence[BaseModel]) -> None:
        files.write_json_lines(self._at(place), [record.model_dump(mode="json") for record in records])

    def _records(self, model: type[_Model], place: str) -> list[_Model]:
        try:
            return TypeAdapter(list[model]).validate_json(self._text(place))  # type: ignore[valid-type]
        except ValidationError as error:
            raise self._damaged(place) from error

    # -- what its reader added -----------------------------------------------------------------------------------

    def save_answers(self, answers: BaseModel) -> None:
        """Keep what the reader added."""
        self._write("answers.json", answers.model_dump(mode="json"))

    def answers(self, model: type[_Model]) -> _Model:
        """What the reader added, checked as a ``model``; an empty one if nothing was."""
        return self._parsed(model, "answers.json") if self._at("answers.json").is_file() else model()

    # -- what is handed on ---------------------------------------------------------------------------------------

    @property
    def report_html(self) -> Path:
        """Path of the report."""
        return self._at(REPORT)

    def save_report(self, html: str) -> Path:
        """Keep the report; returns its path."""
        files.write_text(self.report_html, html)
        self._resealed(REPORT)
        return self.report_html

    def save_pdf(self, content: bytes) -> Path:
        """Keep the report as PDF; returns its path."""
        files.write_bytes(self._at("report.pdf"), content)
        return self._at("report.pdf")

    def save_pictures(self, notes: Mapping[str, str]) -> None:
        """Keep how each overlay was made, by its table's name; written last, so that it says that all are there."""
        self._write("pictures.json", dict(notes))
        self.unseal()

    def pictures(self) -> dict[str, str]:
        """What :meth:`save_pictures` kept; empty if pictures were left out."""
        return self._mapping("pictures.json") if self.has_pictures() else {}

    def has_pictures(self) -> bool:
        """Whether the stage of pictures is done."""
        return self._at("pictures.json").is_file()

    def _remove_products(self) -> None:
        for path in [*(self._at(name) for name in _PRODUCTS), *self.private_files()]:
            path.unlink(missing_ok=True)
        for generation in self.generations():
            generation.remove()
        self.sweep()


def open_job(path: Path) -> RunFolder | GenerationFolder:
    """The run or the later generation in a folder.

    Raises:
        RunError: There is neither.
    """
    return GenerationFolder.open(path) if GenerationFolder.is_one(path) else RunFolder.open(path)


def find(parent: Path) -> list[RunFolder]:
    """All runs directly under ``parent``, the newest first; folders that cannot be read are left out."""
    return sorted(_readable(RunFolder, parent), key=lambda folder: folder.state().started, reverse=True)


def _readable(kind: type[_Job], parent: Path) -> list[_Job]:
    found = []
    for path in sorted(parent.iterdir()) if parent.is_dir() else []:
        with suppress(RunError):
            found.append(kind.open(path))
    return found
