"""The command ``generate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.options import Proportion, RepairLevel, guarded, shares


def generate(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")],
    rows: Annotated[int, typer.Option(min=1, help="How many rows.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv or .parquet; .zip for images.")],
    seed: Annotated[int, typer.Option(help="Same seed, same rows; the run's own seed gives the run's own.")] = 1,
    proportion: Proportion = None,
    group: Annotated[str | None, typer.Option(help="Rows of this group only, crossed or of one column.")] = None,
    repair_level: RepairLevel = None,
    target: Annotated[str | None, typer.Option(help="Images of this target alone, e.g. the digit 3.")] = None,
) -> None:
    """Make more synthetic rows, or images, from a finished run."""
    with guarded():
        from core.pipeline import generate as make
        from core.report.output.console import progress

        wanted = shares(proportion or ())
        with progress() as listener:
            notes = make(
                run_folder,
                rows=rows,
                out=out,
                seed=seed,
                proportions=wanted,
                group=group,
                repair_level=repair_level,
                target=target,
                listener=listener,
            )
        for line in (f"{rows:,} rows are in {out}.", *notes):
            typer.echo(line)
