"""How good the scores of a model are in each group: ranking, squared error, and whether probabilities come true.

* ``auc`` by group: the ranking within the group, with DeLong's interval on the logit scale.
* ``brier``: mean squared difference of score and outcome (Brier 1950), for scores that are probabilities.
* ``expected_calibration_error``: mean distance of shares and scores in bins, beside what right probabilities would
  show; see `core.audit.metrics.calibration`.
* ``calibration_in_the_large``: share with the outcome minus mean score; 0 if the scores come true on average. Above 0,
  the model gives the group lower chances than it has.

Brier score and calibration in the large are means of one number a row; their intervals use the t distribution.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate, sentence, undefined
from core.audit.metrics.calibration import CALIBRATION_ERRORS, error_figures
from core.audit.records import Record, Status
from core.audit.statistics import intervals, means
from core.audit.statistics.design import named_interval
from core.data.compared_groups import ComparedGroups
from core.data.groups import Grouping
from core.data.weights import Weights

BRIER, CALIBRATION = "brier", "calibration_in_the_large"
_UNWEIGHTED = undefined("Undefined: the calibration error does not use weights.", 0)
_ONE_OUTCOME = "the rows have only one outcome"


def group_records(
    labels: NDArray[np.int8], scores: NDArray[np.float64], grouping: Grouping, tag: Tag, compared: ComparedGroups
) -> list[Record]:
    """Return the figures of every group of one attribute, for the outcome that the scores are of.

    Args:
        labels: 0 or 1, shape (n,).
        scores: Higher means 1, shape (n,).
        grouping: The groups.
        tag: Source, protocol, attribute, positive outcome and split.
        compared: The compared groups; the others are marked ``small_n``.
    """
    records = []
    belongs = compared.belongs(grouping.names)
    for group, size, is_compared in zip(grouping.names, grouping.sizes, belongs, strict=True):
        mask = grouping.mask(group)
        is_small = not is_compared or size < compared.minimum
        weights = None if grouping.weights is None else grouping.weights[mask]
        for metric, one in figures(labels[mask], scores[mask], weights).items():
            shown = _small(one, compared) if is_small else one
            records.append(tag.record(metric, shown, group=group))
    return records


def overall_records(
    labels: NDArray[np.int8], scores: NDArray[np.float64], tag: Tag, weights: Weights | None = None
) -> list[Record]:
    """Return the figures over all rows that `core.audit.metrics.utility` does not have."""
    return [tag.record(metric, one) for metric, one in figures(labels, scores, weights).items() if metric != "auc"]


def figures(
    labels: NDArray[np.int8], scores: NDArray[np.float64], weights: Weights | None = None
) -> dict[str, Estimate]:
    """Return the figures of some rows by name; Brier score and calibration only of probabilities.

    >>> found = figures(np.array([0, 0, 1, 1], np.int8), np.array([0.1, 0.4, 0.35, 0.8]))
    >>> round(found["auc"].value, 3), round(found["brier"].value, 4), round(found["calibration_in_the_large"].value, 4)
    (0.75, 0.1581, 0.0875)
    """
    n = len(labels) if weights is None else round(weights.effective)
    kind = named_interval("delong", weights)
    result = {"auc": estimate(*intervals.auc(labels, scores, weights=weights), kind, n, why=_ONE_OUTCOME)}
    if are_probabilities(scores):
        result |= error_figures(labels, scores) if weights is None else dict.fromkeys(CALIBRATION_ERRORS, _UNWEIGHTED)
        result[BRIER] = _mean((scores - labels) ** 2, 0.0, n, weights)
        result[CALIBRATION] = _mean(labels - scores, -1.0, n, weights)
    return result


def are_probabilities(scores: NDArray[np.float64]) -> bool:
    """Return whether all scores lie in [0, 1]."""
    return bool(scores.size and scores.min() >= 0 and scores.max() <= 1)


def _mean(values: NDArray[np.float64], least: float, n: int, weights: Weights | None) -> Estimate:
    if not len(values):
        return undefined("Undefined: there are no rows.", 0)
    value, low, high = means.mean_t(values, weights=weights)
    return estimate(value, max(low, least), min(high, 1.0), "t", n)


def _small(one: Estimate, compared: ComparedGroups) -> Estimate:
    if one.status is not Status.OK:
        return one
    note = f"The group has fewer than {compared.minimum} {compared.among}."
    return Estimate(one.value, one.low, one.high, one.interval, one.n, Status.SMALL_N, sentence(one.note, note))
