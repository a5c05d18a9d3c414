"""The rows that were asked for after a run had ended: one folder each below the run."""

from __future__ import annotations

from pathlib import Path

from core.runs.store import RunFolder, find


def generations(folder: RunFolder) -> list[Path]:
    """Folders of the run's generations, the newest first."""
    return [found.path for found in find(folder.path / "generated")]
