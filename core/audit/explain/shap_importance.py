"""Feature importance of a classifier trained on a source's rows: SHAP values on real hold-out rows.

The classifier is the downstream classifier of protocol A, which sees the sensitive columns. A random forest takes many
times as long to explain as gradient boosting. Boosting (`adversary.booster`: 100 rounds) therefore stands in for the
forest, and `agreement` measures how far the two agree. Values are in points of probability of the positive outcome. For
every row they add up to its predicted probability minus the mean prediction over a background of 100 real hold-out
rows. All sources share the explained rows and the background, so that only the classifiers differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import spearmanr

from core.audit import adversary
from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.protocols import tabular
from core.audit.records import Record
from core.audit.statistics import bootstrap, intervals
from core.data import groups
from core.data.encoding.values import predictors
from core.data.sampling import sample_positions
from core.data.schema import Schema
from core.downstream_classifiers.catalog import CLASSIFIERS, THRESHOLD
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, ClassifierName
from core.errors import DataError

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

PROTOCOL = "explanation"
METRIC, SHARE = "shap", "shap_share"
AGREEMENT, RANKS = "shap_agreement", "shap_agreement_ranks"
MAX_ROWS, BACKGROUND = 1_000, 100
ORDERS = 5  # orders of the columns; each is also used in reverse
_TREE_ROWS = 100
INTERVAL = "bootstrap over rows"

Floats = NDArray[np.float64]
ShapValues = tuple[Floats, float, Floats]
"""SHAP values (rows, columns), the mean prediction over the background, and the rows' predictions (rows,)."""


@dataclass(frozen=True)
class Explanation:
    """SHAP values of one classifier.

    Args:
        names: The columns that the classifier sees.
        effects: Points of probability that each column adds to each row's prediction, shape (rows, columns).
        base: Mean prediction over the background rows, 0 to 1.
        predictions: Predicted probability of the positive outcome, shape (rows,).
        points: The explained rows' features, shape (rows, columns).
    """

    names: tuple[str, ...]
    effects: NDArray[np.float64]
    base: float
    predictions: NDArray[np.float64]
    points: NDArray[np.float64]


def importance_records(
    schema: Schema,
    source: str,
    rows: pd.DataFrame,
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    seed: int = 0,
    classifier: ClassifierName = DEFAULT_CLASSIFIER,
) -> list[Record]:
    """Return how much each column moves the predictions of a classifier trained on a source's rows.

    Two records a column, protocol ``explanation``: ``shap:COLUMN``, the mean absolute SHAP value over at most 1,000
    real hold-out rows, in points of probability (0 to 1); ``shap_share:COLUMN``, its share of the sum over all columns.
    Intervals cover the sampling of the explained rows, not the training of the classifier. ``sensitive`` names the
    column if it is sensitive. Where boosting stands in for the forest, two more records give their `agreement`.

    Args:
        schema: Columns and roles.
        source: Whose rows.
        rows: Typed rows to train on; rows without a target are left out.
        train: Real train rows; the classifier knows their categories.
        holdout: Real hold-out rows; a sample of them is explained.
        seed: Classifier seed.
        classifier: The downstream classifier of the protocols.

    Raises:
        DataError: The hold-out has no rows.
    """
    names = predictors(schema, with_sensitive=True)
    known = rows[rows[schema.target].notna()]
    if known.empty or groups.target_labels(known, schema).min() == groups.target_labels(known, schema).max():
        figures = [undefined(tabular.ONE_CLASS)] * len(names)
        return _records(schema, source, seed, names, figures, figures)
    fit = tabular.on_rows(schema, source, known, train, holdout, with_sensitive=True, classifier=classifier)
    explanation = explain(fit, names, seed)
    records = _records(schema, source, seed, names, *_importances(explanation.effects))
    if EXPLAINED[classifier] is not stand_in_for_forest:
        return records
    agreement_share, ranks = agreement(fit, explanation, seed)
    tag = Tag(source, PROTOCOL, None, groups.positive_name(schema), seed)
    return [*records, tag.record(AGREEMENT, agreement_share), tag.record(RANKS, ranks)]


def explain(fit: tabular.Fit, names: Sequence[str], seed: int = 0) -> Explanation:
    """Return the SHAP values of a classifier of at most 1,000 hold-out rows.

    Args:
        fit: Train and test data of the classifier, with two outcomes.
        names: Headers of the features.
        seed: Classifier seed.

    Raises:
        DataError: The hold-out has no rows.
    """
    if fit.tested.empty:
        raise DataError("The hold-out has no rows to explain a classifier on; hold some rows out.")
    tested = np.asarray(fit.test[sample_positions(len(fit.test), MAX_ROWS, 0)], dtype=np.float64)
    background = np.asarray(fit.test[sample_positions(len(fit.test), BACKGROUND, 1)], dtype=np.float64)
    effects, base, predictions = EXPLAINED[fit.classifier](fit, background, tested, seed)
    return Explanation(tuple(names), effects, base, predictions, tested)


def stand_in_for_forest(fit: tabular.Fit, background: Floats, tested: Floats, seed: int) -> ShapValues:
    """Train gradient boosting on the forest's rows, and explain it."""
    model = adversary.fit_booster(fit.train, fit.train_labels, seed)
    return _of_trees(model, background, tested)


def boosting(fit: tabular.Fit, background: Floats, tested: Floats, seed: int) -> ShapValues:
    """Explain the gradient boosting of the protocols."""
    return _of_trees(CLASSIFIERS["boosting"].fit(fit.labelled, seed), background, tested)


def _of_trees(model: HistGradientBoostingClassifier, background: Floats, tested: Floats) -> ShapValues:
    """Return the exact values (interventional TreeSHAP, Lundberg et al. 2020)."""
    import shap  # slow: it brings a compiler

    explainer = shap.TreeExplainer(
        model, data=background, model_output="probability", feature_perturbation="interventional"
    )
    # After ten seconds shap writes a progress bar to the standard error stream, and cannot be told not to.
    parts = [explainer.shap_values(part) for part in np.array_split(tested, max(len(tested) // _TREE_ROWS, 1))]
    effects = np.concatenate(parts).astype(np.float64).reshape(tested.shape)
    return effects, float(np.ravel(explainer.expected_value)[0]), adversary.probabilities(model, tested)


def logistic(fit: tabular.Fit, background: Floats, tested: Floats, seed: int) -> ShapValues:
    """Explain the logistic regression of the protocols, by sampled orders of the columns.

    Its log-odds are a sum with a term for each column. The terms are computed once, and the values are estimated from
    them (permutation SHAP, Strumbelj and Kononenko 2014). Each value is an estimate; their sum is exact.
    """
    import shap

    model = CLASSIFIERS["logistic"].fit(fit.labelled, seed)
    reference = background[0]
    constant = float(model.decision_function(reference[None])[0])

    def terms(points: Floats) -> Floats:
        records = np.zeros(points.shape)
        for column in range(points.shape[1]):
            shuffled = np.tile(reference, (len(points), 1))
            shuffled[:, column] = points[:, column]
            records[:, column] = model.decision_function(shuffled) - constant
        return records

    def probability(terms: Floats) -> Floats:
        return np.asarray(expit(constant + terms.sum(axis=1)), dtype=np.float64)

    masker = shap.maskers.Independent(terms(background), max_samples=len(background))
    explainer = shap.explainers.Permutation(probability, masker, seed=seed)
    records = explainer(terms(tested), max_evals=ORDERS * (2 * tested.shape[1] + 1), silent=True)
    effects = np.asarray(records.values, dtype=np.float64)
    return effects, float(np.ravel(records.base_values)[0]), probability(terms(tested))


EXPLAINED: Final[dict[ClassifierName, Callable[[tabular.Fit, Floats, Floats, int], ShapValues]]] = {
    "forest": stand_in_for_forest,
    "boosting": boosting,
    "logistic": logistic,
}
"""The function that explains each downstream classifier: from its data, a background, the explained rows and a seed."""


def agreement(fit: tabular.Fit, explanation: Explanation, seed: int = 0) -> tuple[Estimate, Estimate]:
    """Return how far the explained classifier and that of the protocols agree, both trained on the same rows.

    Args:
        fit: The data that both are trained on.
        explanation: The explanation of the explained classifier.
        seed: Seed of the protocols' classifier.

    Returns:
        The share of explained rows for which both predict the same outcome, 0 to 1; and Spearman's rank correlation,
        -1 to 1, of the columns' mean absolute SHAP values with how far the predictions of the protocols' classifier
        move on average when the column's values are shuffled among the rows.
    """
    points = explanation.points
    count, columns = points.shape
    order = np.random.default_rng(seed).permutation(count)
    shuffled = np.tile(points, (columns, 1, 1))
    for column in range(columns):
        shuffled[column, :, column] = points[order, column]
    rows = np.concatenate([points, shuffled.reshape(-1, columns)])
    scores = CLASSIFIERS[fit.classifier].probabilities(fit.labelled, rows, seed)[:, 1].reshape(columns + 1, count)
    equal = (scores[0] >= THRESHOLD) == (explanation.predictions >= THRESHOLD)
    low, high = intervals.wilson(equal.sum(), count)
    agreement_share = estimate(float(equal.mean()), float(low), float(high), "wilson", count)
    sizes = np.abs(explanation.effects).mean(axis=0), np.abs(scores[1:] - scores[0]).mean(axis=1)
    if columns < 3 or min(np.ptp(size) for size in sizes) == 0:
        return agreement_share, undefined("Undefined: there are no three columns that the classifiers rank.", columns)
    return agreement_share, Estimate(float(spearmanr(*sizes).statistic), n=columns, note="Over the columns.")


def _importances(effects: NDArray[np.float64]) -> tuple[list[Estimate], list[Estimate]]:
    """Return the mean absolute value and its share for each column of ``effects``, shape (rows, columns)."""
    sizes = np.abs(effects)
    means = sizes.mean(axis=0)
    resampled_means = bootstrap.resampled(len(sizes)) @ sizes / len(sizes)
    records = [
        estimate(value, low, high, INTERVAL, len(sizes))
        for value, low, high in zip(means, *bootstrap.percentiles(resampled_means), strict=True)
    ]
    if means.sum() == 0:
        nothing = undefined("Undefined: the classifier predicts the same for every row.", len(sizes))
        return records, [nothing] * len(records)
    totals = resampled_means.sum(axis=1, keepdims=True)
    bounds = bootstrap.percentiles(resampled_means[totals[:, 0] > 0] / totals[totals[:, 0] > 0])
    shares = [
        estimate(value, low, high, INTERVAL, len(sizes))
        for value, low, high in zip(means / means.sum(), *bounds, strict=True)
    ]
    return records, shares


def _records(
    schema: Schema, source: str, seed: int, names: list[str], figures: list[Estimate], shares: list[Estimate]
) -> list[Record]:
    positive = groups.positive_name(schema)
    records = []
    for name, figure, share in zip(names, figures, shares, strict=True):
        tag = Tag(source, PROTOCOL, name if name in schema.sensitive else None, positive, seed)
        records += [tag.record(f"{METRIC}:{name}", figure), tag.record(f"{SHARE}:{name}", share)]
    return records
