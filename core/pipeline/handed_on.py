"""The parts of a run as they may be handed on; every file that leaves the machine is made from them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.audit.records import Record
from core.config import run_config
from core.data.schema import Schema
from core.findings.conclusions import Conclusions, conclude
from core.pipeline.framework_sheets import read_sheets
from core.pipeline.plots import read_plot_data
from core.report.charts.plot_data import PlotData
from core.report.frameworks.sheet import Sheet
from core.report.handed_on import Disclosure, disclosure
from core.runs.bundle import bundle
from core.runs.files import json_lines, json_text
from core.runs.run_folder import RunFolder


@dataclass(frozen=True)
class HandedOn:
    """A run without what tells of fewer people than its settings say; each part is read when it is asked for.

    Args:
        folder: The run.
    """

    folder: RunFolder

    @cached_property
    def disclosure(self) -> Disclosure:
        """What is withheld."""
        kept = self.folder.config.read() if self.folder.config.exists() else {}
        least = run_config(**kept).min_group_shown
        manifest = self.folder.manifest.read()
        names = [str(manifest[key]) for key in ("name", "favorable_outcome") if key in manifest]
        records = self.folder.metrics.read(Record) if self.folder.metrics.exists() else []
        return disclosure(records, self.folder.schema.read(), least, names)

    @cached_property
    def records(self) -> list[Record]:
        """The figures."""
        return self.disclosure.records(self.folder.metrics.read(Record))

    @cached_property
    def conclusions(self) -> Conclusions:
        """What they let one conclude."""
        return conclude(self.records, self.schema)

    @cached_property
    def schema(self) -> Schema:
        """Kinds and roles of the columns."""
        return self.folder.schema.read()

    @cached_property
    def notes(self) -> list[str]:
        """Sentences about what was left out, reinterpreted or withheld."""
        return [*map(self.disclosure.text, self.folder.notes.read()), *self.disclosure.notes]

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Facts about data and method."""
        return self.disclosure.facts(self.folder.manifest.read())

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The manifest, with the software environment and the checksums of the files as they are handed on.

        A file that has changed since the run ended keeps its recorded checksum, so that the report reveals the change.
        """
        checksums = self.folder.checksums
        known = checksums.for_report()
        own = {
            name: hashlib.sha256(content).hexdigest()
            for name, content in self.files.items()
            if name in known and known[name] == checksums.current(name)
        }
        return {**self.manifest, "environment": self.folder.environment.read(), "hashes": known | own}

    @cached_property
    def plots(self) -> PlotData:
        """What charts are drawn from."""
        rows = int(self.manifest.get("rows", {}).get("train", 0))
        return self.disclosure.plots(read_plot_data(self.folder), rows, self.schema.min_group_size)

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The framework sections."""
        return read_sheets(self.folder, self.records, self.notes)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The files of the run folder that are handed on in another form, by name."""
        texts = {
            "metrics.json": json_lines([record.model_dump(mode="json") for record in self.records]),
            "notes.json": json_text(self.notes),
            "manifest.json": json_text(self.manifest),
            "schema.json": json_text(self.disclosure.schema(self.schema).model_dump(mode="json")),
        }
        return {name: text.encode("utf-8") for name, text in texts.items() if (self.folder.path / name).is_file()}

    def zipped(self) -> bytes:
        """Return everything to share as the bytes of a zip file."""
        return bundle(self.folder, self.files)
