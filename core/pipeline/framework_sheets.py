"""Build the framework sections of a run from its folder."""

from __future__ import annotations

from core.audit.records import Record
from core.pipeline.score_plots import read_alternatives
from core.report.frameworks.answers import Answers
from core.report.frameworks.catalog import sheets
from core.report.frameworks.sheet import Facts, Sheet
from core.runs.run_folder import RunFolder


def read_sheets(folder: RunFolder) -> list[Sheet]:
    """Return the framework sections of an audited run."""
    manifest = {**folder.manifest.read(), "environment": folder.environment.read()}
    return sheets(
        Facts(
            folder.schema.read(),
            folder.metrics.read(Record),
            manifest,
            folder.notes.read(),
            folder.answers.read(Answers),
            read_alternatives(folder),
        )
    )
