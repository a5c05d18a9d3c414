"""The command ``bias-audit``: Local Law 144 from a file of people or of counts, without training and without a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.audit.statistics.confidence import DEFAULT_CONFIDENCE
from core.cli.failures import guarded
from core.cli.options import AsJson, Confidence, Encoding, document
from core.cli.printing import echo
from core.cli.sheet_commands import Filled, Reason, Score, Selection, Summary, Unknown, selection_of, texts_of

Column = Annotated[str | None, typer.Option(help="Column of the categories; guessed by its name if left out.")]


def bias_audit(
    data: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Counts: a line a category, with the numbers of applicants and of selected. Or people, a line each, "
            "with --selection or --score.",
        ),
    ],
    sex: Column = None,
    race: Column = None,
    applicants: Annotated[
        str | None, typer.Option(help="Counts: column of the number of applicants; guessed by its name if left out.")
    ] = None,
    selected: Annotated[
        str | None, typer.Option(help="Counts: column of the number of selected; guessed by its name if left out.")
    ] = None,
    selection: Selection = None,
    score: Score = None,
    unknown: Unknown = None,
    exclude_small: Reason = "",
    answers: Filled = None,
    summary: Summary = None,
    encoding: Encoding = None,
    confidence: Confidence = DEFAULT_CONFIDENCE,
    *,
    as_json: AsJson = False,
) -> None:
    """Make the bias audit of NYC's Local Law 144 from a file of counts or people, without training."""
    with guarded():
        from core import pipeline
        from core.audit.statistics.confidence import intervals_at
        from core.data.io.table_files import read_table
        from core.report.output.console import show

        outcome, value = selection_of(selection) if selection else (None, None)
        request = pipeline.BiasAuditRequest(
            sex=sex,
            race=race,
            applicants=applicants,
            selected=selected,
            selection=outcome,
            means_selected=value,
            score=score,
            unknown=tuple(unknown or ()),
            exclusion_reason=exclude_small,
            texts={} if answers is None else texts_of(answers),
        )
        raw, notes = read_table(data, encoding=encoding)
        with intervals_at(confidence):
            found = pipeline.bias_audit(raw, request)
        if summary is not None:
            echo(f"The summary is in {pipeline.write_summary(found, summary)}.", err=as_json)
        if as_json:
            echo(document(found.records, notes, {}))
        else:
            show(found.tables(), [f"Note: {note}" for note in notes])
