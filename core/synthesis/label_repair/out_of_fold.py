"""Out-of-fold predictions for label repair: cross-fitted gradient boosting on coded rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.model_selection import KFold, StratifiedKFold

from core.errors import ConfigError, give
from core.events import tell_nobody

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.events import Tell

FOLDS = 5
_FOLD = "Predicting outcomes of rows that were left out, part {} of {}."
BOOSTING: dict[str, Any] = {"learning_rate": 0.05, "max_depth": 6, "l2_regularization": 1.0, "early_stopping": True}


def cross_fitted_probabilities(
    matrix: NDArray[Any], outcome: NDArray[np.int64], *, iterations: int, seed: int, tell: Tell = tell_nobody
) -> NDArray[np.float64]:
    """Return P(outcome | features) of each row by a classifier that was not fitted on the row.

    The rows of a fold only say when the boosting of their classifier stops.

    Args:
        matrix: Feature codes, and the group if the classifier may see it; shape (n, features).
        outcome: Outcome of each row, shape (n,).
        iterations: Boosting rounds.
        seed: Seed of the folds and of the boosting.
        tell: Told of each fold.

    Returns:
        Shape (n, classes), classes in ascending order.

    Raises:
        ConfigError: An outcome value has fewer rows than there are folds.
    """
    classes, counts = np.unique(outcome, return_counts=True)
    if counts.min() < FOLDS:
        raise too_few_rows(f"but one has {counts.min()}; add rows of it.")
    probabilities, points = np.zeros((len(matrix), len(classes))), _points(matrix)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for fold, (fit_rows, scored_rows) in enumerate(folds.split(points, outcome)):
        tell(_FOLD.format(fold + 1, FOLDS))
        model = HistGradientBoostingClassifier(max_iter=iterations, random_state=seed + fold, **BOOSTING).fit(
            points[fit_rows], outcome[fit_rows], X_val=points[scored_rows], y_val=outcome[scored_rows]
        )
        probabilities[scored_rows] = model.predict_proba(points[scored_rows])
    return probabilities


def too_few_rows(found: str) -> ConfigError:
    """Return the error for outcomes that are too rare to be predicted from other rows; ``found`` ends its sentence."""
    return ConfigError(
        f"The label channel needs at least {FOLDS} rows of each outcome, {found}",
        field="label_channel",
        remedies=[give("label_channel", "off")],
    )


def cross_fitted_means(
    matrix: NDArray[Any], outcome: NDArray[np.float64], *, iterations: int, seed: int, tell: Tell = tell_nobody
) -> NDArray[np.float64]:
    """Return E(outcome | features) of each row by a regression that was not fitted on the row, shape (n,).

    Arguments as in :func:`cross_fitted_probabilities`; the outcome is a number.

    Raises:
        ConfigError: There are fewer rows than folds.
    """
    if len(outcome) < FOLDS:
        raise ConfigError(
            f"The label channel needs at least {FOLDS} rows, but there are {len(outcome)}; add rows.",
            field="label_channel",
            remedies=[give("label_channel", "off")],
        )
    means, points = np.zeros(len(matrix)), _points(matrix)
    folds = KFold(FOLDS, shuffle=True, random_state=seed)
    for fold, (fit_rows, scored_rows) in enumerate(folds.split(points)):
        tell(_FOLD.format(fold + 1, FOLDS))
        model = HistGradientBoostingRegressor(max_iter=iterations, random_state=seed + fold, **BOOSTING).fit(
            points[fit_rows], outcome[fit_rows], X_val=points[scored_rows], y_val=outcome[scored_rows]
        )
        means[scored_rows] = model.predict(points[scored_rows])
    return means


def _points(matrix: NDArray[Any]) -> NDArray[np.float64]:
    """Return the codes as numbers; without features, a constant, from which the share of each class follows."""
    return matrix.astype(float) if matrix.shape[1] else np.zeros((len(matrix), 1))
