"""Predictions of a number: means, errors and distances, in the unit of the outcome."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric

_ANY: Final = (None, None)
_FROM_0: Final = (0.0, None)
_RIGHT: Final = "Right on average can be wrong for single people."

NUMBERS: Final = (
    Metric("mean_outcome", "mean outcome", "Mean of the outcome.", bounds=_ANY, interval="t"),
    Metric("mean_prediction", "mean prediction", "Mean of the model's predictions.", bounds=_ANY, interval="t"),
    Metric(
        "mean_error",
        "mean error",
        "Mean of prediction minus outcome. Below 0, the predictions are too low.",
        _RIGHT,
        ideal="0",
        bounds=_ANY,
        interval="t",
    ),
    Metric(
        "mae",
        "mean absolute error",
        "Mean distance of prediction and outcome (MAE).",
        "It grows with the spread of the outcome in a group.",
        ideal="0",
        bounds=_FROM_0,
        interval="t",
    ),
    Metric(
        "rmse",
        "root mean squared error",
        "Root of the mean squared difference of prediction and outcome (RMSE); large errors count more.",
        "It grows with the spread of the outcome in a group.",
        ideal="0",
        bounds=_FROM_0,
        interval="t, of squares",
    ),
    Metric(
        "outcome_spread",
        "spread of the outcome",
        "Standard deviation of the outcome over all rows; margins of differences are shares of it.",
        bounds=_FROM_0,
    ),
    Metric(
        "mean_error_difference",
        "difference of mean errors",
        "The highest mean error of any group minus the lowest.",
        _RIGHT,
        ideal="0",
        bounds=_FROM_0,
        interval="t, simultaneous over pairs",
    ),
    Metric(
        "mean_prediction_difference",
        "difference of mean predictions",
        "The highest mean prediction of any group minus the lowest.",
        "Groups can differ in the outcome itself.",
        bounds=_FROM_0,
        interval="t, simultaneous over pairs",
    ),
    Metric(
        "prediction_distance",
        "distance of predictions",
        "How far a group's predictions lie from those of all others: their 1-Wasserstein distance.",
        "It is above 0 by chance alone, and more so in small groups.",
        bounds=_FROM_0,
    ),
)
