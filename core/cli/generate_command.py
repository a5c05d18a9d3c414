"""The commands ``generate`` and ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.aim_options import RepairLevel
from core.cli.failures import guarded
from core.cli.options import Cluster, Proportion, shares
from core.cli.printing import echo


def generate(
    place: Annotated[
        Path,
        typer.Argument(metavar="RUN|MODEL", help="Folder of a finished run, or a file that `evenhand export` wrote."),
    ],
    rows: Annotated[int, typer.Option(min=1, help="Number of rows.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv or .parquet; .zip for images.")],
    seed: Annotated[
        int, typer.Option(help="The same seed gives the same rows; the run's own seed gives the run's own rows.")
    ] = 1,
    proportion: Proportion = None,
    group: Annotated[
        str | None, typer.Option(help="Rows of this group only, of one sensitive column or of several combined.")
    ] = None,
    repair_level: RepairLevel = None,
    target: Annotated[str | None, typer.Option(help="Images with this outcome only, e.g. the digit 3.")] = None,
    cluster: Cluster = None,
) -> None:
    """Generate more synthetic rows or images from a finished run or an exported generator."""
    with guarded():
        from core.pipeline import GenerateRequest
        from core.pipeline import generate as make
        from core.report.output.console import progress

        request = GenerateRequest(rows, seed, shares(proportion or ()), group, repair_level, target)
        with progress() as listener:
            notes = make(place, request, out, listener, cluster=cluster)
        for line in (f"{rows:,} rows are in {out}.", *notes):
            echo(line)


def export(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")],
    to: Annotated[Path, typer.Option(help="File to write: .zip.")],
) -> None:
    """Write a run's generator to one file without any train row, from which `generate` makes rows anywhere."""
    with guarded():
        from core.pipeline import export as write
        from core.pipeline import read_records
        from core.report.output.console import progress, show
        from core.report.tables.exported_figures import exported_figures_table

        with progress() as listener:
            made = write(run_folder, to, listener)
        if made.figures:
            show([exported_figures_table(made.figures, read_records(run_folder))])
        echo(f"The generator is in {to}. What it holds of the real rows:")
        for line in (*made.manifest.holds, *made.manifest.lacks):
            echo(f"- {line}")
