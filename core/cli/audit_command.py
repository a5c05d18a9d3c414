"""The command ``audit``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.audit.statistics.confidence import DEFAULT_CONFIDENCE
from core.choices import DEFAULT_DEPTH, DEFAULT_GROUP_SHOWN
from core.cli.decision_options import (
    ModelColumn,
    Onnx,
    Period,
    PeriodName,
    Prediction,
    ReplicateMethod,
    ReplicateWeights,
    Score,
    Weight,
    WeightMeaning,
)
from core.cli.failures import guarded
from core.cli.options import (
    Apply,
    AsJson,
    Bias,
    BinEdges,
    Classifier,
    Confidence,
    Decimal,
    DecisionKind,
    Encoding,
    Favorable,
    FirstInDates,
    Holdout,
    HoldoutFraction,
    ImageSize,
    Junit,
    Labels,
    Margin,
    MinGroupShown,
    PeriodData,
    Pictures,
    Positive,
    Reference,
    Require,
    SchemaFile,
    Seed,
    Sensitive,
    Sql,
    Strata,
    Target,
    Threshold,
    fraction,
    loaded,
    requirements,
)
from core.cli.period_files import period_files
from core.cli.reference_groups import ReferenceGroup, reference_groups
from core.cli.results import show_result
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER


def audit(
    data: PeriodData,
    target: Target = None,
    positive: Positive = None,
    threshold: Threshold = None,
    favorable: Favorable = None,
    margin: Margin = None,
    decision: DecisionKind = None,
    sensitive: Sensitive = None,
    bin_edges: BinEdges = None,
    strata: Strata = None,
    reference: Reference = None,
    schema: SchemaFile = None,
    apply: Apply = None,
    prediction: Prediction = None,
    score: Score = None,
    model_column: ModelColumn = None,
    weight: Weight = None,
    weight_kind: WeightMeaning = None,
    replicate_weights: ReplicateWeights = None,
    replicate_method: ReplicateMethod = None,
    reference_group: ReferenceGroup = None,
    period_column: PeriodName = None,
    period: Period = None,
    onnx: Onnx = None,
    synthetic: Annotated[
        Path | None, typer.Option(help="Synthetic file from any generator, to audit beside the data.")
    ] = None,
    holdout: Holdout = None,
    holdout_fraction: HoldoutFraction = None,
    encoding: Encoding = None,
    decimal_mark: Decimal = None,
    date_order: FirstInDates = None,
    sql: Sql = None,
    bias: Bias = None,
    image_size: ImageSize = None,
    labels: Labels = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for figures and report; without it nothing is saved.")
    ] = None,
    seed: Seed = 0,
    classifier: Classifier = DEFAULT_CLASSIFIER,
    confidence: Confidence = DEFAULT_CONFIDENCE,
    min_group_shown: MinGroupShown = DEFAULT_GROUP_SHOWN,
    require: Require = None,
    junit: Junit = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            help="Address of a Ray cluster that trains the classifiers of a table, e.g. 10.0.0.5:6379, or local."
        ),
    ] = None,
    *,
    pictures: Pictures = DEFAULT_DEPTH,
    as_json: AsJson = False,
) -> None:
    """Audit a table and a synthetic version of it, or the decisions of a model; no synthesizer is trained."""
    with guarded(out):
        from core.config import run_config
        from core.data.decision_columns import decision_columns
        from core.data.decision_roles import DecisionRoles
        from core.data.periods import period_column as period_column_of
        from core.data.replicates import replicate_columns
        from core.data.sources.period_files import file_periods
        from core.data.weights import weight_column
        from core.pipeline import audit_dataset, audit_model_decisions, with_onnx
        from core.report.output.console import progress

        required = requirements(require)
        files = period_files(data) if len(data) > 1 else {}
        dataset = loaded(
            files or data[0],
            target=target,
            positive=positive,
            threshold=threshold,
            favorable=favorable,
            margin=margin,
            decision=decision,
            sensitive=sensitive,
            bin_edges=bin_edges,
            strata=strata or (),
            reference=reference,
            schema=schema,
            apply=apply,
            holdout=holdout,
            encoding=encoding,
            decimal_mark=decimal_mark,
            date_order=date_order,
            sql=sql,
            bias=bias,
            image_size=image_size,
            labels=labels,
            seed=seed,
            at_median=bool(score) and not prediction,
        )
        config = run_config(
            seed=seed,
            pictures=pictures,
            classifier=classifier,
            confidence=confidence,
            min_group_shown=min_group_shown,
            **fraction(holdout_fraction),
        )
        columns = decision_columns(prediction or (), score or (), dataset.schema.names)
        with progress() as listener:
            dataset, of_files = with_onnx(dataset, onnx or ())
            names = dataset.schema.names
            replicates = replicate_columns(replicate_weights or (), replicate_method, weight, names)
            roles = DecisionRoles(
                (*columns, *of_files),
                model_column,
                weight_column(weight, weight_kind, replicates),
                file_periods(files, period_column, period) if files else period_column_of(period_column, period),
                reference_groups(reference_group or (), dataset.schema.sensitive),
            )
            roles.check_needed(has_synthetic=synthetic is not None)
            if roles.columns:
                result = audit_model_decisions(dataset, roles, config, out=out, listener=listener)
            else:
                result = audit_dataset(
                    dataset, config, synthetic=synthetic, out=out, listener=listener, cluster=cluster
                )
        show_result(result, required, junit=junit, as_json=as_json)
