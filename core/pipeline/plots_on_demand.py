"""Plots of a finished run that it has not saved: computed when a page asks, at the run's own confidence level."""

from __future__ import annotations

from core.audit.explain.projections import Projection, latent_clouds, project
from core.audit.records import Record
from core.audit.statistics.confidence import intervals_at
from core.config import run_config
from core.data.groups import group_labels
from core.errors import DataError
from core.pipeline.plots import plot_inputs, row_clouds
from core.runs.run_folder import RunFolder


def compute_importances(folder: RunFolder) -> list[Record]:
    """Compute what classifiers trained on the original and on the synthetic rows use; empty if nothing can be trained.

    Args:
        folder: A finished run.
    """
    inputs, records = plot_inputs(folder), []
    with intervals_at(run_config(**folder.config.read()).confidence):
        for name, rows in inputs.named.items():
            try:
                found = inputs.modality.importance(
                    inputs.schema, name, rows, inputs.train, inputs.holdout, inputs.classifier
                )
            except DataError:  # one source that cannot be explained does not hide the other
                continue
            records += found.records
    return records


def compute_projection(folder: RunFolder, kind: str, method: str) -> Projection:
    """Project two clouds of points of a run into one plane.

    Args:
        folder: A finished run.
        kind: ``rows`` (original and synthetic) or ``latents`` (teacher and student).
        method: ``pca``, ``tsne`` or ``umap``.

    Raises:
        DataError: Fewer than 10 rows of either.
    """
    inputs = plot_inputs(folder)
    with intervals_at(run_config(**folder.config.read()).confidence):
        if kind == "rows":
            return project(row_clouds(inputs), method)
        latents = {name: encoded.train for name, encoded in inputs.latents.items()}
        groups = list(group_labels(inputs.train.frame, inputs.schema, inputs.schema.sensitive))
        return project(latent_clouds(latents, groups), method)
