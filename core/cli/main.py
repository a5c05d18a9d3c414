"""The same verbs as the app's, from a shell: ``evenhand`` or ``python -m core.cli``.

Exit codes: 0 done, whatever was found; 1 something the user can mend, said in a sentence, or ``verify`` found a change;
2 wrong usage; 3 a requirement is not met or cannot be decided; 70 an unexpected failure; 130 cancelled. Results go to
stdout, progress and sentences about problems to stderr.
"""

from __future__ import annotations

import signal
import subprocess  # one fixed command: the app
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import report_commands
from core.cli.benchmark_commands import benchmark
from core.cli.method_commands import Method, Param, method_of, methods
from core.cli.options import (
    AsJson,
    Bias,
    BinEdges,
    Channel,
    Criterion,
    Data,
    Depth,
    Device,
    Encoding,
    Holdout,
    ImageSize,
    Labels,
    Pictures,
    Positive,
    Preset,
    Proportion,
    RepairLevel,
    Require,
    SchemaFile,
    Seed,
    Sensitive,
    Target,
    TargetDpr,
    Threshold,
    decided,
    document,
    end,
    guarded,
    loaded,
    requirements,
    shares,
)
from core.cli.sheet_commands import sheets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.data.dataset import Dataset
    from core.pipeline import RunResult
    from core.report.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
app = typer.Typer(
    name="evenhand",
    help="Audits a table for fairness, makes a fair synthetic version, and shows on held-out real rows what changed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder of the run; an earlier run there is replaced.")] = Path("runs/demo"),
    preset: Annotated[Preset, typer.Option(help="Named settings.")] = Preset.DEFAULT,
    seed: Seed = 0,
    *,
    as_json: AsJson = False,
) -> None:
    """Run the whole loop on the built-in demo table."""
    with guarded(out):
        from core.data.sources.catalog import load

        _run(load("demo", seed=seed), out, [], as_json=as_json, preset=preset.value, seed=seed)


@app.command()
def run(
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder of the run; an earlier run there is replaced.")],
    target: Target = None,
    positive: Positive = None,
    threshold: Threshold = None,
    sensitive: Sensitive = None,
    cut: BinEdges = None,
    schema: SchemaFile = None,
    holdout: Holdout = None,
    encoding: Encoding = None,
    bias: Bias = None,
    image_size: ImageSize = None,
    labels: Labels = None,
    method: Method = None,
    param: Param = None,
    preset: Annotated[
        Preset, typer.Option(help="Named settings: the paper's, the best here, or quick.")
    ] = Preset.DEFAULT,
    rows: Annotated[int | None, typer.Option(help="Synthetic rows; as many as train rows if left out.")] = None,
    seed: Seed = 0,
    device: Annotated[Device, typer.Option(help="Where the networks run.")] = Device.AUTO,
    label_channel: Annotated[Channel | None, typer.Option(help="How synthetic outcomes are made fair.")] = None,
    criterion: Criterion = None,
    repair_level: RepairLevel = None,
    target_dpr: TargetDpr = None,
    proportion: Proportion = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the data, instead of the preset's.")] = None,
    require: Require = None,
    *,
    pictures: Pictures = Depth.PCA,
    as_json: AsJson = False,
) -> None:
    """Audit a table, learn it, make a fair synthetic version, audit that, and write a report."""
    with guarded(out):
        wanted = requirements(require)
        dataset = loaded(
            data,
            target=target,
            positive=positive,
            threshold=threshold,
            sensitive=sensitive,
            cut=cut,
            schema=schema,
            holdout=holdout,
            encoding=encoding,
            bias=bias,
            image_size=image_size,
            labels=labels,
            seed=seed,
        )
        settings = {
            "preset": preset.value,
            **method_of(method, param),
            "rows": rows,
            "seed": seed,
            "device": device.value,
            "label_channel": label_channel.value if label_channel else None,
            "criterion": criterion.value if criterion else None,
            "repair_level": repair_level,
            "target_dpr": target_dpr,
            "proportions": shares(proportion or ()),
            "epochs": epochs,
            "pictures": pictures.value,
        }
        _run(dataset, out, wanted, as_json=as_json, **settings)


@app.command()
def resume(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run that is prepared or was ended.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Carry an interrupted, failed, cancelled or prepared run to its end; what is done is not done again."""
    with guarded(run_folder):
        from core import pipeline
        from core.report.output.console import progress
        from core.runs.generation_folder import GenerationFolder

        if GenerationFolder.is_one(run_folder):
            with progress() as listener:
                notes = pipeline.resume_generation(run_folder, listener)
            for line in (f"The rows are in {run_folder}.", *notes):
                typer.echo(line)
            return
        with progress() as listener:
            result = pipeline.resume(run_folder, listener)
        _tell(result, [], as_json=as_json)


@app.command()
def audit(
    data: Data,
    target: Target = None,
    positive: Positive = None,
    threshold: Threshold = None,
    sensitive: Sensitive = None,
    cut: BinEdges = None,
    schema: SchemaFile = None,
    synthetic: Annotated[Path | None, typer.Option(help="Synthetic file, from any generator, to audit beside.")] = None,
    holdout: Holdout = None,
    encoding: Encoding = None,
    bias: Bias = None,
    image_size: ImageSize = None,
    labels: Labels = None,
    out: Annotated[Path | None, typer.Option(help="Folder for records and report; nothing is kept without it.")] = None,
    seed: Seed = 0,
    require: Require = None,
    *,
    pictures: Pictures = Depth.PCA,
    as_json: AsJson = False,
) -> None:
    """Audit a table, and a synthetic version of it from any generator, without learning anything."""
    with guarded(out):
        from core.pipeline import audit_dataset
        from core.report.output.console import progress

        wanted = requirements(require)
        dataset = loaded(
            data,
            target=target,
            positive=positive,
            threshold=threshold,
            sensitive=sensitive,
            cut=cut,
            schema=schema,
            holdout=holdout,
            encoding=encoding,
            bias=bias,
            image_size=image_size,
            labels=labels,
            seed=seed,
        )
        with progress() as listener:
            result = audit_dataset(
                dataset, synthetic=synthetic, out=out, seed=seed, pictures=pictures.value, listener=listener
            )
        _tell(result, wanted, as_json=as_json)


@app.command()
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


for verb in (report_commands.report, report_commands.verify, report_commands.compare, sheets, methods, benchmark):
    app.command()(verb)


@app.command(name="app")
def open_app(port: Annotated[int, typer.Option(help="Port of the app.")] = 8501) -> None:
    """Open the app in a browser."""
    with guarded():
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
        raise typer.Exit(subprocess.run(command, check=False, cwd=ROOT).returncode)  # noqa: S603  # fixed words


def main() -> None:
    """Entry point of the ``evenhand`` command."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()


def _run(dataset: Dataset, out: Path, wanted: Sequence[Requirement], *, as_json: bool, **settings: Any) -> None:
    from core.config import run_config
    from core.pipeline import run as close_loop
    from core.report.output.console import progress

    config = run_config(**settings)
    with progress() as listener:
        result = close_loop(dataset, config, out, listener)
    _tell(result, wanted, as_json=as_json)


def _tell(result: RunResult, wanted: Sequence[Requirement], *, as_json: bool) -> None:
    """Print a result: one JSON document, or tables, findings, notes and where the files are; then what was required."""
    from core.report.output.console import findings, overview, show
    from core.report.requirements import decision_table
    from core.runs.run_folder import RunFolder

    decisions = decided(result.records, wanted)

    folder = None if result.folder is None else RunFolder.open(result.folder)
    paths = {} if folder is None else _paths(folder)
    if as_json:
        typer.echo(document(result.records, result.notes, paths, decisions))
        end(decisions)
        return
    found = [*overview(result.records), *([decision_table(decisions)] if decisions else [])]
    show(found, [*findings(result.records), *(f"Note: {note}" for note in result.notes)])
    for name, path in paths.items():
        typer.echo(f"{name}: {path}")
    end(decisions)


def _paths(folder: Any) -> dict[str, str]:
    named = {"run": folder.path, "report": folder.report_html.path, "synthetic": folder.synthetic_csv.path}
    return {name: str(path) for name, path in named.items() if path.exists()}


if __name__ == "__main__":
    main()
