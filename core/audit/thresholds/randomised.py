"""Thresholds of fairlearn's ``ThresholdOptimizer`` (Hardt, Price and Srebro 2016) for scores that are given.

Within a group it may select by one threshold for some people and by another for the rest, drawn by lot. That reaches
equal rates where thresholds alone cannot, as with a score of ten values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from core.audit.thresholds.goals import Goal
from core.audit.thresholds.rules import Step, ThresholdRule


class GivenScores(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """An estimator whose scores are its only feature."""

    classes_ = (0, 1)

    def fit(self, _scores: object, _labels: object = None) -> GivenScores:
        """Return itself: there is nothing to learn."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Return true: there is nothing to learn."""
        return True

    def predict(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scores."""
        return np.asarray(scores, dtype=np.float64)[:, 0]


def optimised(
    labels: NDArray[np.int8],
    scores: NDArray[np.float64],
    groups: NDArray[np.object_],
    goal: Goal,
    *,
    favours_positive: bool,
    otherwise: float,
) -> ThresholdRule:
    """Return fairlearn's most accurate rule for a goal.

    Args:
        labels: 0 or 1, both in every group, shape (n,).
        scores: Higher means 1, shape (n,).
        groups: The group of each row, shape (n,).
        goal: Rates to be alike.
        favours_positive: Whether 1 is good for the person.
        otherwise: The threshold of groups that have no rows here.
    """
    from fairlearn.postprocessing import ThresholdOptimizer

    found = ThresholdOptimizer(
        estimator=GivenScores(),
        constraints=goal.constraint[0 if favours_positive else 1],
        prefit=True,
        predict_method="predict",
    ).fit(scores[:, None], labels, sensitive_features=groups.astype(str))
    by_group = found.interpolated_thresholder_.interpolation_dict
    steps = {str(group): _steps(rule) for group, rule in by_group.items()}
    return ThresholdRule(f"{goal.name}, by lot", steps, otherwise)


def _steps(rule: Mapping[str, Any]) -> tuple[Step, ...]:
    """Return fairlearn's interpolation of one group as steps, those with the same threshold joined."""
    ignored = float(rule.get("p_ignore", 0.0))
    constant = float(rule.get("prediction_constant", 0.0))
    parts = [(ignored * constant, -np.inf), (ignored * (1 - constant), np.inf)]
    for share, operation in ((rule["p0"], rule["operation0"]), (rule["p1"], rule["operation1"])):
        parts.append(((1 - ignored) * float(share), float(operation.threshold)))
    shares: dict[float, float] = {}
    for share, threshold in parts:
        if share > 0:
            shares[threshold] = shares.get(threshold, 0.0) + share
    return tuple(Step(share, threshold) for threshold, share in sorted(shares.items()))
