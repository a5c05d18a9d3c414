"""`evenhand.audit`: measure the fairness of data and of synthetic versions of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from core.config import run_config
from core.data.decision_columns import decision_columns
from core.data.decision_roles import DecisionRoles
from core.data.periods import PeriodColumn, period_column
from core.data.replicates import replicate_columns
from core.data.sources.period_files import file_periods
from core.data.weights import weight_column
from core.errors import FieldName
from core.pipeline import audit_dataset, audit_model_decisions, with_onnx
from evenhand.datasets import dataset_of, listed, rows_of
from evenhand.folders import ResultFolder
from evenhand.frames import name_of, text_of
from evenhand.options import Data, DecisionOptions, Label, listening, split_options, whole_number
from evenhand.results import AuditResult

Synthetic = Data | Mapping[str, Data]


def audit(
    data: Data | Mapping[Label, Data],
    *,
    target: Label | None = None,
    positive: Label | None = None,
    sensitive: Label | Sequence[Label] = (),
    synthetic: Synthetic | None = None,
    holdout: Data | None = None,
    out: str | PathLike[str] | None = None,
    seed: int = 0,
    **options: Unpack[DecisionOptions],
) -> AuditResult:
    """Audit a table and, optionally, synthetic versions of it from any generator; or the decisions of models.

    >>> frame = pd.DataFrame({"sex": ["f", "m"] * 50, "score": range(100), "hired": [False, False, True, True] * 25})
    >>> result = audit(frame, target="hired", positive=True, sensitive="sex", pictures="none")
    >>> rates = result.to_frame().query("metric == 'base_rate' and positive == 'True' and split == 'all'")
    >>> dict(zip(rates["group"], rates["value"]))
    {'f': 0.5, 'm': 0.5}

    With ``prediction`` or ``score`` nothing is trained; the decisions in these columns are audited:

    >>> frame = frame.assign(risk=[0.1, 0.6, 0.4, 0.9] * 25)
    >>> roles = {"target": "hired", "positive": True, "sensitive": "sex"}
    >>> decided = audit(frame, **roles, score={"risk": 0.5}).to_frame().query("protocol == 'model'")
    >>> rates = decided.query("metric == 'selection_rate' and positive == 'True' and source == 'risk'")
    >>> dict(zip(rates["group"], rates["value"]))
    {'f': 0.0, 'm': 1.0}

    Without ``holdout`` the audit holds out ``holdout_fraction`` of the rows, by default a fifth. An external generator
    may have seen them, so metrics that depend on that are marked "independence unknown".

    Args:
        data: A DataFrame, the path of a file, or the name of a built-in dataset. It is never changed. Of a model's
            decisions also several frames or files by period, in order of time: ``{"2024": before, "2025": after}``.
        target: Column of the outcome. If left out, it is guessed, and a note says so.
        positive: Positive value of the target.
        sensitive: The sensitive columns.
        synthetic: A synthetic version, or several by name.
        holdout: Hold-out rows, which no generator has seen.
        out: Folder of the run. By default a temporary folder, which exists as long as the result.
        seed: Seed of the hold-out.
        **options: See `evenhand.options.DecisionOptions`: ``prediction``, ``score``, ``threshold``, ``bin_edges``,
            ``schema``, ``pictures``, ``progress`` and more.

    Raises:
        EvenhandError: The data are not usable. The sentence names the column or the keyword.
        TypeError: There is no such keyword.
    """
    reading, others, progress = split_options("audit", DecisionOptions, options)
    predictions = decisions_of(others.pop("prediction", ()), "prediction")
    scores = decisions_of(others.pop("score", ()), "score")
    models = _paths(others.pop("onnx", ()))
    model_column = others.pop("model_column", None)
    model_column = None if model_column is None else name_of(model_column, "model_column")
    weight = others.pop("weight", None)
    weight = None if weight is None else name_of(weight, "weight")
    kind, method = others.pop("weight_kind", None), others.pop("replicate_method", None)
    repeated = [name_of(label, "replicate_weights") for label in listed(others.pop("replicate_weights", ()))]
    references = others.pop("reference_group", {})
    when = others.pop("period_column", None)
    when = None if when is None else name_of(when, "period_column")
    length = others.pop("period", None)
    if isinstance(data, Mapping):
        periods: PeriodColumn | None = file_periods(map(str, data), when, length)
    else:
        periods = period_column(when, length)
    seed = whole_number(seed, "seed")
    numbers = {"at_median": True} if scores and not predictions else {}
    dataset, _ = dataset_of(data, target, positive, sensitive, holdout, seed, {**reading, **numbers})
    columns = decision_columns(predictions, scores, dataset.schema.names)
    dataset, of_files = with_onnx(dataset, models)
    replicates = replicate_columns(repeated, method, weight, dataset.schema.names)
    roles = DecisionRoles(
        (*columns, *of_files),
        model_column,
        weight_column(weight, kind, replicates),
        periods,
        _references(references, dataset.schema.sensitive),
    )
    roles.check_needed(has_synthetic=synthetic is not None)
    folder = ResultFolder(out)
    with listening(progress) as listener:
        config = run_config(seed=seed, **others)
        if roles.columns:
            audit_model_decisions(dataset, roles, config, out=folder.path, listener=listener)
        else:
            audit_dataset(dataset, config, synthetic=_by_name(synthetic), out=folder.path, listener=listener)
    return AuditResult(folder)


def decisions_of(given: Any, field: FieldName) -> list[str]:
    """Return the columns with decisions as texts: ``NAME``, or ``NAME@`` with what selects."""
    if not isinstance(given, Mapping):
        return [name_of(label, field) for label in listed(given)]
    names = {name_of(label, field): selects for label, selects in given.items()}
    return [name if selects is None else f"{name}@{selects}" for name, selects in names.items()]


def _references(given: Any, sensitive: Sequence[str]) -> dict[str, str]:
    """Return the reference group by attribute; one text alone is that of every attribute."""
    if not isinstance(given, Mapping):
        return dict.fromkeys(sensitive, str(given))
    return {name_of(label, "reference_group"): text_of(group) or "" for label, group in given.items()}


def _paths(given: str | PathLike[str] | Sequence[str | PathLike[str]]) -> list[Path]:
    return [Path(given)] if isinstance(given, str | PathLike) else [Path(one) for one in given]


def _by_name(synthetic: Synthetic | None) -> dict[str, Path | pd.DataFrame]:
    if synthetic is None:
        return {}
    if isinstance(synthetic, Mapping):
        return {name: rows_of(one) for name, one in synthetic.items()}
    name = "synthetic" if isinstance(synthetic, pd.DataFrame) else Path(synthetic).stem
    return {name: rows_of(synthetic)}
