"""The dataset of an earlier run, to view it or to train on it again."""

from __future__ import annotations

from core.data.checks.apply import with_rows_as_they_are
from core.data.dataset import Dataset
from core.modalities.catalog import modality_of
from core.runs.artifacts import REAL
from core.runs.run_folder import RunFolder


def reopened(folder: RunFolder) -> Dataset:
    """Return the run's real rows with its schema and its split: hold-out rows stay held out.

    An audit of a model's decisions held none out, so none are held out again.

    Raises:
        RunError: The run did not save its rows.
    """
    manifest, schema = folder.manifest.read(), with_rows_as_they_are(folder.schema.read())
    parts = {name: folder.artifacts.table(name) for name in REAL}
    held = " its hold-out rows stay held out" if len(parts["holdout"]) else " none was held out"
    return Dataset(
        name=str(manifest.get("name", folder.path.name)),
        frame=parts["train"],
        schema=schema,
        holdout=parts["holdout"] if len(parts["holdout"]) else None,
        official=bool(manifest.get("official_split")),
        options=manifest.get("options", {}),
        attachments=modality_of(schema).attachments(folder, schema, parts),
        notes=(
            f"The rows are those of the run {folder.path.name!r};{held}.",
            *(str(change["sentence"]) for change in manifest.get("data_changes", ()) if change["rows"]),
        ),
    )
