"""The commands that read a finished run: ``report``, ``verify``, ``compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.failures import guarded
from core.cli.options import AsJson, Junit, Require, decided, end, json_text, requirements
from core.cli.printing import echo

ALL_FIGURES = "Give --all to print every figure over all groups, or --json to print those of single groups too."
DIFFERENT_ROWS = "The two were not measured on the same rows, so a difference may come from the rows alone."


def report(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")],
    tables: Annotated[Path | None, typer.Option(help="Folder to write every table into, as CSV files.")] = None,
    one_page: Annotated[
        Path | None, typer.Option(help="File for the first screen on one page: .html, or .pdf with the extra pdf.")
    ] = None,
    require: Require = None,
    junit: Junit = None,
    *,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Also write report.pdf, without annexes; needs the extra pdf.")
    ] = False,
    annexes: Annotated[
        bool,
        typer.Option("--annexes", help="Also write report-with-annexes.pdf: every table, which takes minutes."),
    ] = False,
) -> None:
    """Rewrite a run's report.html from its figures, and as PDF and CSV tables if asked."""
    with guarded():
        from core import pipeline
        from core.report.output.console import progress, show
        from core.report.tables.requirements import decision_table

        required = requirements(require)
        echo(f"The report is in {pipeline.write_report(run_folder)}.")
        if pdf:
            with progress() as listener:
                path = pipeline.write_pdf(run_folder, listener=listener)
            echo(f"The PDF is in {path}.")
        if annexes:
            with progress() as listener:
                path = pipeline.write_pdf(run_folder, annexes=True, listener=listener)
            echo(f"The PDF with annexes is in {path}.")
        if one_page is not None:
            echo(f"The page is in {pipeline.write_one_page(run_folder, one_page)}.")
        if tables is not None:
            echo(f"{len(pipeline.write_tables(run_folder, tables))} tables are in {tables}.")
        decisions = decided(pipeline.read_conclusions(run_folder), required)
        if decisions:
            show([decision_table(decisions)])
        end(decisions, junit)


def verify(
    path: Annotated[Path, typer.Argument(metavar="RUN|REPORT", help="Folder of a finished run, or a report file.")],
) -> None:
    """Check a run or a report against its own hashes and name what differs. Exit code 1 if anything does."""
    with guarded():
        from core.pipeline import verify as check

        found = check(path)
        wrong = [finding for finding in found if not finding.agrees]
        for finding in wrong:
            echo(f"{finding.name}: {finding.reason}")
        if wrong:
            raise typer.Exit(1)
        echo(
            f"{len(found)} checks, no difference. This does not reveal a change by someone who also rewrote the hashes."
        )


def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="Folder of a run, or a report file.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Folder of another run, or a report file.")],
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every figure over all groups, not the main ones.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the main figures of two runs or reports side by side, and whether their intervals overlap."""
    with guarded():
        from core.pipeline import counted_outcomes, read_records, same_rows
        from core.report import comparison
        from core.report.output.console import show

        found = comparison.pair_up(read_records(first), read_records(second))
        names = (first.resolve().name, second.resolve().name)
        names = names if names[0] != names[1] else (str(first), str(second))
        if as_json:
            echo(json_text(comparison.as_json(found, names)))
            return
        outcomes = counted_outcomes(first, second)
        chosen = comparison.over_all_groups if everything else comparison.headlines
        shown = chosen(found, outcomes)
        said = [] if same_rows(first, second) else [DIFFERENT_ROWS]
        show(
            [comparison.comparison(shown, names)] if shown else [],
            said if everything else [*said, *comparison.left_out(found, names, outcomes), ALL_FIGURES],
        )
