"""The dataset of an earlier run, to be looked at or trained on again."""

from __future__ import annotations

from core.data.dataset import Dataset
from core.modalities.catalog import modality_of
from core.runs.artifacts import REAL
from core.runs.run_folder import RunFolder


def reopened(folder: RunFolder) -> Dataset:
    """Return the run's real rows with its schema, split as they were: no row that it held out is learned from later.

    Raises:
        RunError: The run has not kept its rows.
    """
    manifest, schema = folder.manifest.read(), folder.schema.read()
    parts = {name: folder.artifacts.table(name) for name in REAL}
    return Dataset(
        name=str(manifest.get("name", folder.path.name)),
        frame=parts["train"],
        schema=schema,
        holdout=parts["holdout"],
        official=bool(manifest.get("official_split")),
        attachments=modality_of(schema).attachments(folder, schema, parts),
        notes=(f"The rows are those of the run {folder.path.name!r}; what it held out stays held out.",),
    )
