"""`evenhand.audit_decisions`: audit predictions that are at hand as arrays, or the predictions of an estimator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Unpack

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError, DataError, give
from evenhand.arrays import Columns, column_of, columns_of, models_of, table_of
from evenhand.audits import audit
from evenhand.frames import text_of
from evenhand.options import ArrayOptions, Label, Rule, check_keywords
from evenhand.results import AuditResult

_BINARY: Final = ({"0", "1"}, {"False", "True"})
"""Classes of which the last is positive unless said otherwise, as in scikit-learn."""


def audit_decisions(
    y_true: Any,
    y_pred: Any = None,
    *,
    sensitive_features: Any,
    y_score: Any = None,
    score_threshold: Rule | Mapping[Label, Rule] | None = None,
    estimator: Any = None,
    X: Any = None,  # noqa: N803, scikit-learn's name
    positive: Label | None = None,
    sample_weight: Any = None,
    **options: Unpack[ArrayOptions],
) -> AuditResult:
    """Audit the decisions of one or several models against the true outcome. Nothing is trained.

    >>> y_true, sex = [0, 1, 1, 0] * 25, ["f", "f", "m", "m"] * 25
    >>> result = audit_decisions(y_true, {"a": y_true, "b": [0, 0, 1, 1] * 25}, sensitive_features={"sex": sex})
    >>> rates = result.to_frame().query("metric == 'selection_rate' and positive == '1' and protocol == 'model'")
    >>> [(row.source, row.group, row.value) for row in rates.itertuples() if row.source != "constant"]
    [('a', 'f', 0.5), ('a', 'm', 0.5), ('b', 'f', 0.0), ('b', 'm', 1.0)]

    Arguments are arrays, lists, Series, frames (a column each) or dicts of columns. Values belong together by position.
    Labels and scores are audited as models of their own.

    Args:
        y_true: True outcomes, shape (n,).
        y_pred: Predicted labels with the values of ``y_true``, shape (n,); of several models by name.
        sensitive_features: The groups, shape (n,); several attributes by name.
        y_score: Scores of the positive outcome, shape (n,); of several models by name.
        score_threshold: Which scores select: from a number on, or a share, as ``"top10%"``; by name for each model.
            Probabilities select from 0.5 on.
        estimator: A fitted model with ``predict_proba`` or ``predict``, or several by name, instead of predictions.
        X: What the estimators predict from.
        positive: Positive value of ``y_true``. If left out, it is guessed, and a note says so.
        sample_weight: How much each row counts, shape (n,): survey weights, or frequencies with ``weight_kind``.
        **options: See `evenhand.options.ArrayOptions`: ``control_features``, ``y_reference``, ``favorable``,
            ``out`` and more.

    Raises:
        EvenhandError: An argument is not usable. The sentence names it.
        TypeError: There is no such keyword.
    """
    check_keywords("audit_decisions", ArrayOptions, options)
    keywords: dict[str, Any] = dict(options)
    control, founded = keywords.pop("control_features", None), keywords.pop("y_reference", None)
    target, outcomes = column_of(y_true, "y_true")
    sensitive = columns_of(sensitive_features, "sensitive_features", "sensitive_feature")
    strata = {} if control is None else columns_of(control, "control_features", "control_feature")
    founded = {} if founded is None else dict([column_of(founded, "y_reference")])
    reference = _renamed(founded, "reference outcome", {target, *sensitive, *strata})
    taken = {target, *sensitive, *strata, *reference}
    predictions = _renamed(models_of(y_pred, "y_pred"), "predictions", taken)
    scores = _renamed(models_of(y_score, "y_score"), "scores", taken | set(predictions))
    weighing = {} if sample_weight is None else dict([column_of(sample_weight, "sample_weight")])
    weights = _renamed(weighing, "weights", taken | set(predictions) | set(scores))
    given = keywords.pop("periods", None)
    periods = {} if given is None else dict([column_of(given, "periods")])
    taken |= {*predictions, *scores, *weights}
    periods = _renamed(periods, "periods", taken)
    given = keywords.pop("replicate_weights", None)
    replicates = {} if given is None else columns_of(given, "replicate_weights", "replicate weight")
    replicates = _renamed(replicates, "replicate weights", taken | set(periods))
    predicted, probabilities = _of_estimators(estimator, X, positive)
    parts = (
        ("y_true", {target: outcomes}),
        ("sensitive_features", sensitive),
        ("control_features", strata),
        ("y_reference", reference),
        ("sample_weight", weights),
        ("replicate_weights", replicates),
        ("periods", periods),
        ("y_pred", predictions),
        ("y_score", scores),
        ("estimator", predicted | probabilities),
    )
    table = table_of(parts)
    if weights:
        keywords["weight"] = next(iter(weights))
    if replicates:
        keywords["replicate_weights"] = list(replicates)
    if periods:
        keywords["period_column"] = next(iter(periods))
    predictions, scores = predictions | predicted, scores | probabilities
    if not predictions and not scores:
        raise ConfigError("There are no decisions to audit: pass y_pred, y_score or estimator.")
    for name in reference:
        keywords["reference"] = name
    return audit(
        table,
        target=target,
        positive=positive,
        sensitive=list(sensitive),
        strata=list(strata),
        prediction=list(predictions),
        score=_rules(scores, score_threshold),
        **keywords,
    )


def _renamed(columns: Columns, what: str, taken: set[str]) -> Columns:
    """Return the columns with names that no other argument has: ``hired (predictions)``."""
    return {f"{name} ({what})" if name in taken else name: values for name, values in columns.items()}


def _rules(scores: Columns, given: Rule | Mapping[Label, Rule] | None) -> dict[Label, Rule | None]:
    if not isinstance(given, Mapping):
        return dict.fromkeys(scores, given)
    by_name = {str(name): rule for name, rule in given.items()}
    unknown = next((name for name in by_name if name not in scores), None)
    if unknown is not None:
        known = ", ".join(map(repr, scores)) or "none"
        raise ConfigError(f"score_threshold names {unknown!r}, but the scores are {known}.")
    return {name: by_name.get(name) for name in scores}


def _of_estimators(estimator: Any, features: Any, positive: Label | None) -> tuple[Columns, Columns]:
    """Return the labels of the estimators that only predict, and the probabilities of the others."""
    if estimator is None:
        return {}, {}
    if features is None:
        raise ConfigError("An estimator predicts from features: pass X.")
    models = estimator if isinstance(estimator, Mapping) else {type(estimator).__name__: estimator}
    labels: dict[str, Any] = {}
    scores: dict[str, Any] = {}
    for label, model in models.items():
        name = str(label)
        if hasattr(model, "predict_proba"):
            scores[name] = _probabilities(model, name, features, positive)
        elif hasattr(model, "predict"):
            labels[name] = model.predict(features)
        else:
            raise ConfigError(f"The estimator {name!r} has neither predict_proba nor predict.")
    return columns_of(labels, "estimator", ""), columns_of(scores, "estimator", "")


def _probabilities(model: Any, name: str, features: Any, positive: Label | None) -> NDArray[np.float64]:
    found = np.asarray(model.predict_proba(features), dtype=np.float64)
    classes = [text_of(one) for one in getattr(model, "classes_", (0, 1))]
    if found.ndim != 2 or found.shape[1] != len(classes):
        raise DataError(f"predict_proba of {name!r} gives the shape {found.shape}, not one column for each class.")
    if positive is None and set(classes) not in _BINARY:
        raise ConfigError(
            f"The estimator {name!r} has the classes {', '.join(map(repr, classes))}, so one must be said to be "
            "positive.",
            field="positive",
            remedies=[give("positive")],
        )
    wanted = classes[-1] if positive is None else text_of(positive)
    if wanted not in classes:
        raise ConfigError(
            f"The estimator {name!r} has no class {wanted!r}; its classes are {', '.join(map(repr, classes))}.",
            field="positive",
        )
    return np.asarray(found[:, classes.index(wanted)])
