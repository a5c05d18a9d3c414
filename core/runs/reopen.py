"""The dataset of an earlier run, to be viewed or trained on again."""

from __future__ import annotations

import numpy as np

from core.data.dataset import Dataset
from core.data.images import Images
from core.runs.artifacts import REAL
from core.runs.run_folder import RunFolder


def reopened(folder: RunFolder) -> Dataset:
    """The run's real rows with its schema and its split: no row that it held out is trained on later.

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
        images=None
        if schema.image is None
        else Images(
            [name for part in parts.values() for name in part[schema.image]],
            np.concatenate([folder.artifacts.images(name) for name in REAL]),
        ),
        notes=(f"The rows are those of the run {folder.path.name!r}; what it held out stays held out.",),
    )
