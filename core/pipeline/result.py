"""What a run leaves for its reader: the result, the facts about its data, the report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.audit.records import Record
from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.fingerprint import fingerprint
from core.data.split import Split
from core.pipeline.framework_sheets import read_sheets
from core.report.render import render
from core.runs.store import RunFolder


@dataclass(frozen=True)
class RunResult:
    """What a run found; ``folder`` is ``None`` where nothing was kept."""

    folder: Path | None
    records: list[Record]
    notes: list[str]


def manifest(dataset: Dataset, parts: Split, config: RunConfig) -> dict[str, object]:
    """Facts about data and method that the report prints."""
    return {
        "name": dataset.name,
        "rows": {"train": len(parts.train), "holdout": len(parts.holdout)},
        "official_split": parts.official,
        "sha256": {"train": fingerprint(parts.train), "holdout": fingerprint(parts.holdout)},
        "config": config.model_dump(mode="json"),
        "settings": config.synthesis().model_dump(mode="json"),
    }


def write_report(run_folder: Path) -> Path:
    """Render ``report.html`` anew from the run's records; returns its path."""
    folder = RunFolder.open(run_folder)
    facts = {**folder.manifest(), "environment": folder.environment(), "hashes": folder.hashes()}
    records, notes, made = folder.metrics(Record), folder.notes(), read_sheets(folder)
    return folder.save_report(render(str(facts.get("name", "run")), records, notes, facts, sheets=made))
