"""The command ``thresholds``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.audit.statistics.confidence import DEFAULT_CONFIDENCE
from core.cli.decision_options import (
    ModelColumn,
    Prediction,
    Score,
)
from core.cli.failures import guarded
from core.cli.options import (
    Apply,
    AsJson,
    BinEdges,
    Confidence,
    Data,
    Decimal,
    Encoding,
    Favorable,
    FirstInDates,
    Positive,
    SchemaFile,
    Seed,
    Sensitive,
    Sql,
    Target,
    Threshold,
    json_text,
    loaded,
)
from core.cli.printing import echo


def thresholds(
    data: Data,
    target: Target = None,
    positive: Positive = None,
    threshold: Threshold = None,
    favorable: Favorable = None,
    sensitive: Sensitive = None,
    bin_edges: BinEdges = None,
    schema: SchemaFile = None,
    apply: Apply = None,
    prediction: Prediction = None,
    score: Score = None,
    model_column: ModelColumn = None,
    encoding: Encoding = None,
    decimal_mark: Decimal = None,
    date_order: FirstInDates = None,
    sql: Sql = None,
    tolerance: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Loss of accuracy up to which another choice counts as equally accurate."),
    ] = 0.01,
    out: Annotated[Path | None, typer.Option(help="File for the thresholds as CSV, to hand on.")] = None,
    seed: Seed = 0,
    confidence: Confidence = DEFAULT_CONFIDENCE,
    *,
    as_json: AsJson = False,
) -> None:
    """Choose thresholds for given scores on one half of the rows, and show on the other half what they cost."""
    with guarded():
        from core.data.decision_columns import decision_columns
        from core.data.decision_roles import DecisionRoles
        from core.pipeline.thresholds import choose_thresholds
        from core.report.output.console import progress, show
        from core.report.output.csv_files import frame_as_csv
        from core.report.tables.thresholds import AGAINST, LIMIT
        from core.runs.files import write_text

        dataset = loaded(
            data,
            target=target,
            positive=positive,
            threshold=threshold,
            favorable=favorable,
            sensitive=sensitive,
            bin_edges=bin_edges,
            schema=schema,
            apply=apply,
            encoding=encoding,
            decimal_mark=decimal_mark,
            date_order=date_order,
            sql=sql,
            seed=seed,
        )
        columns = tuple(decision_columns(prediction or (), score or (), dataset.schema.names))
        with progress() as listener:
            found = choose_thresholds(
                dataset,
                DecisionRoles(columns, model_column),
                tolerance=tolerance,
                seed=seed,
                confidence=confidence,
                listener=listener,
            )
        if out is not None:
            write_text(out, frame_as_csv(found.thresholds))
        if as_json:
            echo(json_text(found.as_json()))
            return
        show(found.tables(), [AGAINST, LIMIT, *(f"Note: {note}" for note in found.notes)])
        if out is not None:
            echo(f"thresholds: {out}")
