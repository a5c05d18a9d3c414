"""What is lost when a generator leaves its train rows: rows of an exported generator beside the run's own.

    python -m core.benchmarks.exported_generator runs/demo runs/compas

Each run is exported, loaded again, and draws as many rows as it has train rows with seeds 0 to 9. The same seeds draw
rows from the run. The audit's forest learns from each draw and is tested on the run's hold-out. The command prints a
table as Markdown: means over the draws, with their standard errors.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from core.audit.metrics.names import PARITY_RATIO
from core.audit.records import Record
from core.benchmarks.problems import ProblemRows
from core.benchmarks.scoring import SystemScorer
from core.pipeline import GenerateRequest, export, generate, sample_rows
from core.runs.run_folder import RunFolder

SEEDS = range(10)
RUN, EXPORTED = "run", "exported generator"
FIGURES = {
    "A: accuracy": ("A", "accuracy", "holdout"),
    "A: parity ratio": ("A", PARITY_RATIO, "holdout"),
    "B: accuracy": ("B", "accuracy", "holdout"),
    "B: parity ratio": ("B", PARITY_RATIO, "holdout"),
    "trends": ("fidelity", "pair_trends", "train"),
    "C2ST": ("fidelity", "c2st_auc", "holdout"),
    "membership AUC": ("privacy", "membership_auc", "holdout"),
    "copies of train rows": ("privacy", "exact_copies", "train"),
    "copies of test rows": ("privacy", "exact_copies", "holdout"),
}
"""Columns of the table: protocol, metric and split of the figure. Copies are counted among equal numbers of rows."""


def measure(run: Path, seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """Return the figures of each draw of both generators, one row each, with the column ``source``.

    Args:
        run: A finished run whose generator can be exported.
        seeds: Seeds of the draws.
    """
    folder = RunFolder.open(run)
    train, holdout = (folder.artifacts.table(name) for name in ("train", "holdout"))
    scorer = SystemScorer(ProblemRows(folder.schema.read(), train, holdout, 0.0))
    found = []
    for source, frame in _draws(run, len(train), seeds):
        records = [*scorer.classify(source, frame), *scorer.quality_records(source, frame)]
        found.append({"source": source, **_figures(records)})
    return pd.DataFrame(found)


def _draws(run: Path, rows: int, seeds: Sequence[int]) -> Iterator[tuple[str, pd.DataFrame]]:
    for seed in seeds:
        yield RUN, sample_rows(run, GenerateRequest(rows, seed)).frame
    with tempfile.TemporaryDirectory() as folder:
        model, out = Path(folder) / "model.zip", Path(folder) / "rows.parquet"
        export(run, model)
        for seed in seeds:
            generate(model, GenerateRequest(rows, seed), out)
            yield EXPORTED, pd.read_parquet(out)


def _figures(records: Sequence[Record]) -> dict[str, float]:
    """Return the figure of each column; of several attributes, the lowest parity ratio."""
    return {
        name: min(
            record.value
            for record in records
            if (record.protocol, record.metric, record.split) == place
            and record.group is None
            and record.value is not None
            and not (record.sensitive or "").endswith("all groups")
        )
        for name, place in FIGURES.items()
    }


def as_markdown(tables: Mapping[str, pd.DataFrame]) -> str:
    """Return mean and standard error of the figures of several runs, by name, as one Markdown table."""
    lines = ["| run | rows of | " + " | ".join(FIGURES) + " |", "| --- " * (2 + len(FIGURES)) + "|"]
    for run, table in tables.items():
        for source in (RUN, EXPORTED):
            draws = table.loc[table["source"] == source, list(FIGURES)].to_numpy(dtype=float)
            errors = draws.std(axis=0, ddof=1) / len(draws) ** 0.5
            values = (f"{mean:.4f} ± {error:.4f}" for mean, error in zip(draws.mean(axis=0), errors, strict=True))
            lines.append(f"| {run} | {source} | " + " | ".join(values) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown({Path(place).name: measure(Path(place)) for place in sys.argv[1:]}))
