"""Reproduction of the paper's Figures 3 and 4 (COMPAS, sex): latents of teacher and student, and SHAP importances.

    python -m core.benchmarks.paper_figures            # runs COMPAS with the default preset first, about two minutes

Writes docs/figures/*.png, and the metrics behind them to docs/figures/figures.json.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import vl_convert

from core import pipeline
from core.audit.explain.projections import latent_projection
from core.audit.explain.shap_importance import importance_records
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.config import run_config
from core.data.groups import group_labels
from core.data.sources.load import load
from core.report.charts import column_figures, projections
from core.report.charts.theme import Figure
from core.runs.run_folder import RunFolder
from core.synthesis.base import ENCODERS

OUT = Path(__file__).parents[2] / "docs" / "figures"
METHODS = ("pca", "tsne")
SOURCES = ("original", "synthetic")


def latents(folder: RunFolder) -> list[Record]:
    """Draw Figure 3: latents of the same real rows, projected together; return the metrics."""
    schema, train = folder.schema.read(), folder.artifacts.table("train")
    clouds = {name: folder.artifacts.latents(name).train for name in ENCODERS}
    for method in METHODS:
        projection = latent_projection(clouds, list(group_labels(train, schema, schema.sensitive)), method)
        for colour in ("source", "group"):
            write(projections.scatter(projection, colour), f"compas-latents-{method}-by-{colour}")
    return list(projection.records)


def importances(folder: RunFolder) -> list[Record]:
    """Draw Figure 4: importances of classifiers trained on original and on synthetic rows; return the metrics."""
    schema, train, holdout = folder.schema.read(), folder.artifacts.table("train"), folder.artifacts.table("holdout")
    rows = {"original": train, "synthetic": folder.synthetic.read()}
    records = [record for name in SOURCES for record in importance_records(schema, name, rows[name], train, holdout)]
    write(column_figures.importances(RecordSet(records)), "compas-importances")
    return records


def write(figure: Figure | None, name: str) -> None:
    """Write a figure as PNG."""
    if figure is not None:
        (OUT / f"{name}.png").write_bytes(vl_convert.vegalite_to_png(figure.spec, scale=1.5))


def main() -> None:
    """Run COMPAS and draw the figures."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder_path:
        pipeline.run(load("compas", sensitive=["sex"]), run_config(), Path(folder_path) / "compas")
        folder = RunFolder.open(Path(folder_path) / "compas")
        records = [*latents(folder), *importances(folder)]
    text = json.dumps([record.model_dump(mode="json") for record in records], indent=1)
    (OUT / "figures.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
