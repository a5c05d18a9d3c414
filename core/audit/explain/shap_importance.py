"""Which columns a classifier trained on a source's rows decides by: SHAP values on real held-out rows.

The classifier is the protocols' own, trained as in protocol A: the sensitive columns are among the features. A random
forest takes many times as long to explain as gradient boosting, so that boosting (`adversary.booster`: 100 rounds)
stands in for it; how far the two agree is a figure of its own. Values are in points of probability of the positive
outcome: for every row they add up to its predicted probability minus the mean prediction over a background of 100 real
held-out rows. Explained rows and background are the same for every source, so that only the classifiers differ.
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

from core.audit.classifiers import adversary
from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.protocols import tabular
from core.audit.records import Record
from core.audit.statistics import bootstrap, intervals
from core.data import groups
from core.data.encoding.values import predictors
from core.data.sampling import sample_positions
from core.data.schema import Schema
from core.errors import DataError
from core.learning.catalog import CLASSIFIERS, DEFAULT_CLASSIFIER, THRESHOLD, ClassifierName

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

PROTOCOL = "explanation"
METRIC, SHARE = "shap", "shap_share"
AGREEMENT, RANKS = "shap_agreement", "shap_agreement_ranks"
MAX_ROWS, BACKGROUND = 1_000, 100
ORDERS = 5  # of the columns, and each of them reversed
INTERVAL = "bootstrap over rows"

Floats = NDArray[np.float64]
Explained = tuple[Floats, float, Floats]
"""SHAP values (rows, columns), the mean prediction over the background, and the rows' predictions (rows,)."""


@dataclass(frozen=True)
class Explanation:
    """SHAP values of one classifier.

    Args:
        names: The columns it sees.
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
    """How much each column moves the predictions of a classifier trained on a source's rows.

    Two records a column, protocol ``explanation``: ``shap:COLUMN``, the mean absolute SHAP value over at most 1,000
    real hold-out rows, in points of probability (0 to 1); ``shap_share:COLUMN``, its share of the sum over all columns.
    Intervals are of the explained rows and not of the classifier. ``sensitive`` names the column if it is sensitive.
    Where another classifier stands in for the protocols', two more say how far they agree; see `agreement`.

    Args:
        schema: Columns and roles.
        source: Whose rows.
        rows: Typed rows to train on; those without a target take no part.
        train: Real train rows; their categories are known to the classifier.
        holdout: Real hold-out rows, of which some are explained.
        seed: Classifier seed.
        classifier: Which classifier the protocols train.

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
    found = _records(schema, source, seed, names, *_importances(explanation.effects))
    if EXPLAINED[classifier] is not stand_in_for_forest:
        return found
    same, ranks = agreement(fit, explanation, seed)
    tag = Tag(source, PROTOCOL, None, groups.positive_name(schema), seed)
    return [*found, tag.record(AGREEMENT, same), tag.record(RANKS, ranks)]


def explain(fit: tabular.Fit, names: Sequence[str], seed: int = 0) -> Explanation:
    """SHAP values of a classifier of at most 1,000 hold-out rows.

    Args:
        fit: What the classifier is trained on, of two outcomes, and tested on.
        names: Headers of the features.
        seed: Classifier seed.

    Raises:
        DataError: The hold-out has no rows.
    """
    if fit.tested.empty:
        raise DataError("The hold-out has no rows, so there is nothing to explain a classifier on; hold some rows out.")
    tested = np.asarray(fit.test[sample_positions(len(fit.test), MAX_ROWS, 0)], dtype=np.float64)
    background = np.asarray(fit.test[sample_positions(len(fit.test), BACKGROUND, 1)], dtype=np.float64)
    effects, base, predictions = EXPLAINED[fit.classifier](fit, background, tested, seed)
    return Explanation(tuple(names), effects, base, predictions, tested)


def stand_in_for_forest(fit: tabular.Fit, background: Floats, tested: Floats, seed: int) -> Explained:
    """Gradient boosting, trained on the forest's rows and explained."""
    model = adversary.fitted(fit.train, fit.train_labels, seed)
    return _of_trees(model, background, tested)


def boosting(fit: tabular.Fit, background: Floats, tested: Floats, seed: int) -> Explained:
    """The protocols' gradient boosting, explained."""
    return _of_trees(CLASSIFIERS["boosting"].fit(fit.labelled, seed), background, tested)


def _of_trees(model: HistGradientBoostingClassifier, background: Floats, tested: Floats) -> Explained:
    """Exact values (interventional TreeSHAP, Lundberg et al. 2020)."""
    import shap  # slow: it brings a compiler

    explainer = shap.TreeExplainer(
        model, data=background, model_output="probability", feature_perturbation="interventional"
    )
    effects = np.asarray(explainer.shap_values(tested), dtype=np.float64).reshape(tested.shape)
    return effects, float(np.ravel(explainer.expected_value)[0]), adversary.probabilities(model, tested)


def logistic(fit: tabular.Fit, background: Floats, tested: Floats, seed: int) -> Explained:
    """The protocols' logistic regression, explained by sampled orders of the columns.

    Its log-odds are a sum with a term for each column. The terms are taken apart once, and the values estimated from
    them (permutation SHAP, Strumbelj and Kononenko 2014): these add up exactly, each of them is an estimate.
    """
    import shap

    model = CLASSIFIERS["logistic"].fit(fit.labelled, seed)
    reference = background[0]
    constant = float(model.decision_function(reference[None])[0])

    def terms(points: Floats) -> Floats:
        found = np.zeros(points.shape)
        for column in range(points.shape[1]):
            moved = np.tile(reference, (len(points), 1))
            moved[:, column] = points[:, column]
            found[:, column] = model.decision_function(moved) - constant
        return found

    def probability(terms: Floats) -> Floats:
        return np.asarray(expit(constant + terms.sum(axis=1)), dtype=np.float64)

    masker = shap.maskers.Independent(terms(background), max_samples=len(background))
    explainer = shap.explainers.Permutation(probability, masker, seed=seed)
    found = explainer(terms(tested), max_evals=ORDERS * (2 * tested.shape[1] + 1), silent=True)
    effects = np.asarray(found.values, dtype=np.float64)
    return effects, float(np.ravel(found.base_values)[0]), probability(terms(tested))


EXPLAINED: Final[dict[ClassifierName, Callable[[tabular.Fit, Floats, Floats, int], Explained]]] = {
    "forest": stand_in_for_forest,
    "boosting": boosting,
    "logistic": logistic,
}
"""What is explained for each of the protocols' classifiers, on a background, of tested rows, with a seed."""


def agreement(fit: tabular.Fit, explanation: Explanation, seed: int = 0) -> tuple[Estimate, Estimate]:
    """How far the explained classifier and the protocols' own, trained on the same rows, agree.

    Args:
        fit: What both are trained on.
        explanation: Of the explained one.
        seed: Seed of the protocols' classifier.

    Returns:
        The share of explained rows for which both predict the same outcome, 0 to 1; and Spearman's rank correlation,
        -1 to 1, of the columns' mean absolute SHAP values with how far the predictions of the protocols' classifier
        move on average when the column's values are shuffled among the rows.
    """
    points = explanation.points
    count, columns = points.shape
    order = np.random.default_rng(seed).permutation(count)
    moved = np.tile(points, (columns, 1, 1))
    for column in range(columns):
        moved[column, :, column] = points[order, column]
    rows = np.concatenate([points, moved.reshape(-1, columns)])
    scores = CLASSIFIERS[fit.classifier].probabilities(fit.labelled, rows, seed)[:, 1].reshape(columns + 1, count)
    alike = (scores[0] >= THRESHOLD) == (explanation.predictions >= THRESHOLD)
    low, high = intervals.wilson(alike.sum(), count)
    same = estimate(float(alike.mean()), float(low), float(high), "wilson", count)
    sizes = np.abs(explanation.effects).mean(axis=0), np.abs(scores[1:] - scores[0]).mean(axis=1)
    if columns < 3 or min(np.ptp(size) for size in sizes) == 0:
        return same, undefined("Undefined: there are no three columns that the classifiers rank.", columns)
    return same, Estimate(float(spearmanr(*sizes).statistic), n=columns, note="Over the columns.")


def _importances(effects: NDArray[np.float64]) -> tuple[list[Estimate], list[Estimate]]:
    """Mean absolute value and its share for each column of ``effects``, shape (rows, columns)."""
    sizes = np.abs(effects)
    means = sizes.mean(axis=0)
    drawn = bootstrap.resampled(len(sizes)) @ sizes / len(sizes)
    found = [
        estimate(value, low, high, INTERVAL, len(sizes))
        for value, low, high in zip(means, *bootstrap.percentiles(drawn), strict=True)
    ]
    if means.sum() == 0:
        nothing = undefined("Undefined: the classifier predicts the same for every row.", len(sizes))
        return found, [nothing] * len(found)
    totals = drawn.sum(axis=1, keepdims=True)
    bounds = bootstrap.percentiles(drawn[totals[:, 0] > 0] / totals[totals[:, 0] > 0])
    shares = [
        estimate(value, low, high, INTERVAL, len(sizes))
        for value, low, high in zip(means / means.sum(), *bounds, strict=True)
    ]
    return found, shares


def _records(
    schema: Schema, source: str, seed: int, names: list[str], figures: list[Estimate], shares: list[Estimate]
) -> list[Record]:
    positive = groups.positive_name(schema)
    found = []
    for name, figure, share in zip(names, figures, shares, strict=True):
        tag = Tag(source, PROTOCOL, name if name in schema.sensitive else None, positive, seed)
        found += [tag.record(f"{METRIC}:{name}", figure), tag.record(f"{SHARE}:{name}", share)]
    return found
