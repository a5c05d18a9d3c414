"""The commands that carry out the whole loop: ``demo``, ``run``, ``resume``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.audit.statistics.confidence import DEFAULT_CONFIDENCE
from core.choices import DEFAULT_DEPTH, DEFAULT_DEVICE, DEFAULT_GROUP_SHOWN, DEFAULT_PRESET, Channel, Device, Preset
from core.cli.aim_options import Criterion, Epsilon, EpsilonDp, RepairLevel, TargetDpr
from core.cli.failures import guarded
from core.cli.method_commands import Method, Param, method_of
from core.cli.options import (
    Apply,
    AsJson,
    Bias,
    BinEdges,
    Classifier,
    Confidence,
    Data,
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
    Pictures,
    Positive,
    Proportion,
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
    shares,
)
from core.cli.printing import echo
from core.cli.results import show_result
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER

if TYPE_CHECKING:
    from core.data.dataset import Dataset
    from core.findings.requirements import NoGap, Requirement


RunOut = Annotated[Path, typer.Option(help="Folder of the run; an earlier run there is replaced.")]
NamedSettings = Annotated[
    Preset, typer.Option(help="Named settings. paper: as published; default: the best measured; fast: quick.")
]


def demo(
    out: RunOut = Path("runs/demo"),
    preset: NamedSettings = DEFAULT_PRESET,
    seed: Seed = 0,
    *,
    as_json: AsJson = False,
) -> None:
    """Run the whole loop on the built-in demo table."""
    with guarded(out):
        from core.data.sources.load import load

        _run(load("demo", seed=seed), out, [], junit=None, as_json=as_json, preset=preset, seed=seed)


def run(
    data: Data,
    out: RunOut,
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
    holdout: Holdout = None,
    holdout_fraction: HoldoutFraction = None,
    encoding: Encoding = None,
    decimal_mark: Decimal = None,
    date_order: FirstInDates = None,
    sql: Sql = None,
    bias: Bias = None,
    image_size: ImageSize = None,
    labels: Labels = None,
    method: Method = None,
    param: Param = None,
    preset: NamedSettings = DEFAULT_PRESET,
    rows: Annotated[int | None, typer.Option(help="Number of synthetic rows; default: as many as train rows.")] = None,
    seed: Seed = 0,
    device: Annotated[Device, typer.Option(help="Where the networks run.")] = DEFAULT_DEVICE,
    label_channel: Annotated[
        Channel | None,
        typer.Option(
            help="How outcomes are repaired (fair label channel): for models that see the group, or also for those "
            "that do not."
        ),
    ] = None,
    criterion: Criterion = None,
    repair_level: RepairLevel = None,
    target_dpr: TargetDpr = None,
    epsilon: Epsilon = None,
    epsilon_dp: EpsilonDp = None,
    proportion: Proportion = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the data (epochs), instead of the preset's.")] = None,
    classifier: Classifier = DEFAULT_CLASSIFIER,
    confidence: Confidence = DEFAULT_CONFIDENCE,
    min_group_shown: MinGroupShown = DEFAULT_GROUP_SHOWN,
    require: Require = None,
    junit: Junit = None,
    *,
    pictures: Pictures = DEFAULT_DEPTH,
    as_json: AsJson = False,
) -> None:
    """Audit a table, learn it, make a fair synthetic version, audit that, and write a report."""
    with guarded(out):
        required = requirements(require)
        dataset = loaded(
            data,
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
        )
        settings = {
            "preset": preset,
            **method_of(method, param),
            "rows": rows,
            "seed": seed,
            "device": device,
            "label_channel": label_channel,
            "criterion": criterion,
            "repair_level": repair_level,
            "target_dpr": target_dpr,
            "epsilon": epsilon,
            "epsilon_dp": epsilon_dp,
            "proportions": shares(proportion or ()),
            "epochs": epochs,
            "pictures": pictures,
            "classifier": classifier,
            "confidence": confidence,
            "min_group_shown": min_group_shown,
            **fraction(holdout_fraction),
        }
        _run(dataset, out, required, junit=junit, as_json=as_json, **settings)


def resume(
    run_folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="Folder of a run that is prepared or was interrupted.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Continue an interrupted, failed, cancelled or prepared run; finished stages are not repeated."""
    with guarded(run_folder):
        from core import pipeline
        from core.report.output.console import progress
        from core.runs.generation_folder import GenerationFolder

        if GenerationFolder.is_generation(run_folder):
            with progress() as listener:
                notes = pipeline.resume_generation(run_folder, listener)
            for line in (f"The rows are in {run_folder}.", *notes):
                echo(line)
            return
        with progress() as listener:
            result = pipeline.resume(run_folder, listener)
        show_result(result, [], junit=None, as_json=as_json)


def _run(
    dataset: Dataset,
    out: Path,
    required: Sequence[Requirement | NoGap],
    *,
    junit: Path | None,
    as_json: bool,
    **settings: Any,
) -> None:
    from core.config import run_config
    from core.pipeline import run as close_loop
    from core.report.output.console import progress

    config = run_config(**settings)
    with progress() as listener:
        result = close_loop(dataset, config, out, listener)
    show_result(result, required, junit=junit, as_json=as_json)
