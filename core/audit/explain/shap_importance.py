"""Which columns a classifier trained on a source's rows decides by: SHAP values on real held-out rows.

The classifier is gradient boosting (`adversary.booster`: 100 rounds), trained as in protocol A: the sensitive columns
are among the features. It is not the protocols' random forest, which takes many times as long to explain; how far the
two agree is a figure of its own. Values are in points of probability of the positive outcome (Lundberg et al. 2020,
interventional TreeSHAP): for every row they add up to its predicted probability minus the mean prediction over a
background of 100 real held-out rows. Explained rows and background are the same for every source, so that only the
classifiers differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr

from core.audit.classifiers import adversary, random_forest
from core.audit.classifiers.features import predictors, sample
from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.protocols import tabular
from core.audit.records import Record
from core.audit.statistics import intervals
from core.data import groups
from core.data.schema import Schema
from core.errors import DataError

PROTOCOL = "explanation"
METRIC, SHARE = "shap", "shap_share"
AGREEMENT, RANKS = "shap_agreement", "shap_agreement_ranks"
MAX_ROWS, BACKGROUND = 1_000, 100
INTERVAL = "bootstrap over rows"


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
    schema: Schema, source: str, rows: pd.DataFrame, train: pd.DataFrame, holdout: pd.DataFrame, seed: int = 0
) -> list[Record]:
    """How much each column moves the predictions of a classifier trained on a source's rows.

    Two records a column, protocol ``explanation``: ``shap:COLUMN``, the mean absolute SHAP value over at most 1,000
    real hold-out rows, in points of probability (0 to 1); ``shap_share:COLUMN``, its share of the sum over all columns.
    Intervals are of the explained rows and not of the classifier. ``sensitive`` names the column if it is sensitive.
    Two more say how far the protocols' random forest agrees; see `agreement`.

    Args:
        schema: Columns and roles.
        source: Whose rows.
        rows: Typed rows to train on; those without a target take no part.
        train: Real train rows; their categories are known to the classifier.
        holdout: Real hold-out rows, of which some are explained.
        seed: Classifier seed.

    Raises:
        DataError: The hold-out has no rows.
    """
    names = predictors(schema, with_sensitive=True)
    known = rows[rows[schema.target].notna()]
    if known.empty or groups.target_labels(known, schema).min() == groups.target_labels(known, schema).max():
        figures = [undefined(tabular.ONE_CLASS)] * len(names)
        return _records(schema, source, seed, names, figures, figures)
    explanation = explain(schema, source, known, train, holdout, seed)
    fit = tabular.on_rows(schema, source, known, train, holdout, with_sensitive=True)
    same, ranks = agreement(fit, explanation, seed)
    tag = Tag(source, PROTOCOL, None, groups.positive_name(schema), seed)
    return [
        *_records(schema, source, seed, names, *_importances(explanation.effects)),
        tag.record(AGREEMENT, same),
        tag.record(RANKS, ranks),
    ]


def explain(
    schema: Schema, source: str, rows: pd.DataFrame, train: pd.DataFrame, holdout: pd.DataFrame, seed: int = 0
) -> Explanation:
    """SHAP values of the classifier trained on ``rows``, which have both outcomes; arguments as above."""
    import shap  # slow: it brings a compiler

    if holdout.empty:
        raise DataError("The hold-out has no rows, so there is nothing to explain a classifier on; hold some rows out.")
    fit = tabular.on_rows(schema, source, rows, train, holdout, with_sensitive=True)
    names = tuple(predictors(schema, with_sensitive=True))
    tested = np.asarray(fit.test[sample(len(holdout), MAX_ROWS, 0)], dtype=np.float64)
    background = np.asarray(fit.test[sample(len(holdout), BACKGROUND, 1)], dtype=np.float64)
    model = adversary.fitted(fit.train, fit.train_labels, seed)
    explainer = shap.TreeExplainer(
        model, data=background, model_output="probability", feature_perturbation="interventional"
    )
    effects = np.asarray(explainer.shap_values(tested), dtype=np.float64).reshape(len(tested), len(names))
    base = float(np.ravel(explainer.expected_value)[0])
    return Explanation(names, effects, base, adversary.probabilities(model, tested), tested)


def agreement(fit: tabular.Fit, explanation: Explanation, seed: int = 0) -> tuple[Estimate, Estimate]:
    """How far the explained classifier and the protocols' random forest, trained on the same rows, agree.

    Args:
        fit: What both are trained on.
        explanation: Of the gradient-boosted one.
        seed: The forest's seed.

    Returns:
        The share of explained rows for which both predict the same outcome, 0 to 1; and Spearman's rank correlation,
        -1 to 1, of the columns' mean absolute SHAP values with how far the forest's predictions move on average when
        the column's values are shuffled among the rows.
    """
    points = explanation.points
    count, columns = points.shape
    order = np.random.default_rng(seed).permutation(count)
    moved = np.tile(points, (columns, 1, 1))
    for column in range(columns):
        moved[column, :, column] = points[order, column]
    rows = np.concatenate([points, moved.reshape(-1, columns)])
    scores = random_forest.probabilities(fit.train, fit.train_labels, rows, seed)[:, 1].reshape(columns + 1, count)
    alike = (scores[0] >= random_forest.THRESHOLD) == (explanation.predictions >= random_forest.THRESHOLD)
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
    drawn = intervals.resampled(len(sizes)) @ sizes / len(sizes)
    found = [
        estimate(value, low, high, INTERVAL, len(sizes))
        for value, low, high in zip(means, *intervals.percentiles(drawn), strict=True)
    ]
    if means.sum() == 0:
        nothing = undefined("Undefined: the classifier predicts the same for every row.", len(sizes))
        return found, [nothing] * len(found)
    totals = drawn.sum(axis=1, keepdims=True)
    bounds = intervals.percentiles(drawn[totals[:, 0] > 0] / totals[totals[:, 0] > 0])
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
