"""Build the framework sections of a run from its folder."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit.records import Record
from core.pipeline.score_plots import read_alternatives
from core.report.frameworks.answers import Answers
from core.report.frameworks.catalog import sheets
from core.report.frameworks.sheet import Facts, Sheet
from core.runs.run_folder import RunFolder


def read_sheets(
    folder: RunFolder, records: Sequence[Record] | None = None, notes: Sequence[str] | None = None
) -> list[Sheet]:
    """Return the framework sections of an audited run.

    Args:
        folder: The run.
        records: Its records as they are handed on; all of them if not given.
        notes: Its notes as they are handed on; all of them if not given.
    """
    manifest = {**folder.manifest.read(), "environment": folder.environment.read()}
    return sheets(
        Facts(
            folder.schema.read(),
            folder.metrics.read(Record) if records is None else list(records),
            manifest,
            folder.notes.read() if notes is None else list(notes),
            folder.answers.read(Answers),
            read_alternatives(folder),
        )
    )
