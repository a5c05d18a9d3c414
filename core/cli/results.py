"""Printing of a result, and the end of the command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.options import decided, document, end, option_of
from core.cli.printing import echo

if TYPE_CHECKING:
    from core.data.checks.issue import IssueSummary
    from core.findings.requirements import NoGap, Requirement
    from core.pipeline import RunResult


def show_result(
    result: RunResult, required: Sequence[Requirement | NoGap], *, junit: Path | None, as_json: bool
) -> None:
    """Print a result as one JSON document, or as tables, findings, notes, paths and decisions on requirements."""
    from core.report.image_words import table_in, words_of
    from core.report.output.console import overview, show
    from core.report.tables.requirements import decision_table
    from core.runs.run_folder import RunFolder

    conclusions = result.conclusions
    decisions = decided(conclusions, required)
    folder = None if result.folder is None else RunFolder.open(result.folder)
    paths = {} if folder is None else _paths(folder)
    if as_json:
        echo(document(result.records, result.notes, paths, decisions, result.issues))
        end(decisions, junit)
        return
    words = words_of(conclusions.schema)
    found = [*overview(conclusions), *([decision_table(decisions)] if decisions else [])]
    of_all = [issue for issue in result.issues if issue.check == "weights"]  # it is about every figure
    others = [issue for issue in result.issues if issue not in of_all]
    said = [*map(_asked, of_all), *conclusions.sentences, conclusions.statement, *map(_asked, others)]
    said += [f"Note: {note}" for note in result.notes]
    show([table_in(words, table) for table in found], [words(sentence) for sentence in said])
    for name, path in paths.items():
        echo(f"{name}: {path}")
    end(decisions, junit)


def _asked(issue: IssueSummary) -> str:
    """Return what the checks of the data found, with the options that do something about it."""
    options = [option_of(name) for name in issue.remedies]
    return f"Check your data: {issue.sentence}" + (f" ({' or '.join(options)})" if options else "")


def _paths(folder: Any) -> dict[str, str]:
    named = {"run": folder.path, "report": folder.report_html.path, "synthetic": folder.synthetic_csv.path}
    return {name: str(path) for name, path in named.items() if path.exists()}
