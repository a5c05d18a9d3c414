"""The table of an earlier run, to be looked at or trained on again."""

from __future__ import annotations

from core.data.dataset import Dataset
from core.runs.store import RunFolder


def reopened(folder: RunFolder) -> Dataset:
    """The run's real rows with its schema, split as they were: no row that it held out is learned from later.

    Raises:
        RunError: The run has not kept its rows.
    """
    manifest = folder.manifest()
    return Dataset(
        name=str(manifest.get("name", folder.path.name)),
        frame=folder.table("train"),
        schema=folder.schema(),
        holdout=folder.table("holdout"),
        official=bool(manifest.get("official_split")),
        notes=(f"The rows are those of the run {folder.path.name!r}; what it held out stays held out.",),
    )
