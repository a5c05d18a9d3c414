"""The table of an earlier run, to be looked at or trained on again."""

from __future__ import annotations

import pandas as pd

from core.data.dataset import Dataset
from core.runs.store import RunFolder


def reopened(folder: RunFolder) -> Dataset:
    """The run's real rows with its schema; its hold-out stays apart only where it was given and not drawn.

    Raises:
        RunError: The run has not kept its rows.
    """
    manifest = folder.manifest()
    train, holdout = folder.table("train"), folder.table("holdout")
    name = str(manifest.get("name", folder.path.name))
    note = f"The rows are those of the run {folder.path.name!r}."
    if manifest.get("official_split"):
        return Dataset(name=name, frame=train, schema=folder.schema(), holdout=holdout, notes=(note,))
    rows = pd.concat([train, holdout], ignore_index=True)
    return Dataset(name=name, frame=rows, schema=folder.schema(), notes=(note,))
