"""How well a gradient-boosted classifier tells two or more kinds of rows apart, as AUC. .5 means not at all.

The two-sample test (synthetic or real?) and the independence figures (which group?) both use it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold

from core.audit.estimate import Estimate, estimate, undefined
from core.audit.statistics import intervals
from core.audit.statistics.confidence import rounded_quantile
from core.downstream_classifiers.threads import one_openmp_thread

Fold = tuple[NDArray[np.intp], NDArray[np.intp]]

FOLDS = 3
ROUNDS = 100


def booster(seed: int = 0) -> HistGradientBoostingClassifier:
    """Return the adversary: gradient boosting, 100 rounds, 64 bins, no early stopping (it depends on n)."""
    return HistGradientBoostingClassifier(max_iter=ROUNDS, max_bins=64, early_stopping=False, random_state=seed)


def fit_booster(points: NDArray[np.floating], labels: NDArray[np.integer], seed: int) -> HistGradientBoostingClassifier:
    """Return the booster, trained on points of shape (n, d) and labels of shape (n,)."""
    # One thread: on samples this small its threads wait for one another, and on busy cores they wait a hundredfold.
    with one_openmp_thread():
        return booster(seed).fit(points, labels)


def probabilities(model: HistGradientBoostingClassifier, points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the model's probability of label 1 for points of shape (n, d), shape (n,)."""
    with one_openmp_thread():
        return np.asarray(model.predict_proba(points)[:, 1], dtype=np.float64)


def folds(labels: NDArray[np.integer], seed: int = 0) -> list[Fold]:
    """Return three pairs of train and test rows. Every row is tested once; each fold keeps the share of each label."""
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return list(splitter.split(np.zeros((len(labels), 1)), labels))


def auc_over_folds(parts: Iterable[tuple[NDArray[np.integer], NDArray[np.floating]]], n: int) -> Estimate:
    """Return the mean AUC of the folds' labels and scores; DeLong's errors of the folds combined."""
    values, errors = zip(*(intervals.auc_error(labels, scores)[:2] for labels, scores in parts), strict=True)
    half = rounded_quantile() * float(np.sqrt(np.sum(np.square(errors)))) / len(values)
    value = float(np.mean(values))
    return estimate(value, max(value - half, 0.0), min(value + half, 1.0), f"delong over {len(values)} folds", n)


def cross_validated_auc(points: NDArray[np.floating], labels: NDArray[np.integer], seed: int = 0) -> Estimate:
    """Return the AUC of telling label 1 from 0, averaged over 3 folds; DeLong's errors of the folds combined.

    Args:
        points: Features, shape (n, d).
        labels: 0 or 1, shape (n,).
        seed: Seed of the folds and the classifier.
    """
    if (problem := too_few_rows(points, labels)) is not None:
        return problem

    def tested(fold: Fold) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
        inside, outside = fold
        return labels[outside], probabilities(fit_booster(points[inside], labels[inside], seed), points[outside])

    # One after the other: fits at once lose Python's warning filters to one another, and gain little on small samples.
    return auc_over_folds(map(tested, folds(labels, seed)), len(labels))


class AdversaryScores(NamedTuple):
    """The tested rows' labels, an adversary's scores of them, shape (m,) (None if it was not trained), and its AUC."""

    labels: NDArray[np.integer]
    scores: NDArray[np.float64] | None
    auc: Estimate


def auc_on_holdout(
    train: tuple[NDArray[np.floating], NDArray[np.integer]],
    test: tuple[NDArray[np.floating], NDArray[np.integer]],
    seed: int = 0,
) -> AdversaryScores:
    """Return the AUC of telling label 1 from 0, trained on one set of points and labels, tested on another."""
    if (problem := too_few_rows(*train)) is not None:
        return AdversaryScores(test[1], None, problem)
    scores = probabilities(fit_booster(*train, seed), test[0])
    value, low, high = intervals.auc(test[1], scores)
    why = "the tested rows are all of one kind"
    return AdversaryScores(test[1], scores, estimate(value, low, high, "delong", len(test[1]), why=why))


def too_few_rows(points: NDArray[np.floating] | NDArray[np.integer], labels: NDArray[np.integer]) -> Estimate | None:
    """Return an undefined estimate if there are too few rows or columns to train on, else ``None``."""
    if points.shape[1] == 0:
        return undefined("Undefined: no feature column is left.", len(labels))
    if len(labels) == 0 or min(np.sum(labels == 0), np.sum(labels == 1)) < 2 * FOLDS:
        return undefined("Undefined: too few rows of one kind to train on.", len(labels))
    return None


def macro(parts: dict[str, Estimate], n: int) -> Estimate:
    """Return the plain mean of one-vs-rest AUCs, with the mean of their bounds."""
    defined = [part for part in parts.values() if part.value is not None]
    if not defined:
        return undefined("Undefined: too few rows of any group to train on.", n)
    left_out = [name for name, part in parts.items() if part.value is None]
    nan = float("nan")
    value, low, high = (
        float(np.mean([nan if getattr(part, name) is None else getattr(part, name) for part in defined]))
        for name in ("value", "low", "high")
    )
    kind = defined[0].interval or ""
    result = estimate(value, low, high, kind if len(defined) == 1 else f"mean over groups of {kind}", n)
    if not left_out:
        return result
    note = f"Left out for too few rows: {', '.join(map(repr, left_out))}."
    return Estimate(result.value, result.low, result.high, result.interval, n, note=note)
