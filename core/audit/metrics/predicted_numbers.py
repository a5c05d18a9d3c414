"""How far a model's predictions of a number are from it, in each group: mean, error, and how predictions are spread.

All figures are in the unit of the outcome. An error is prediction minus outcome: below 0, the group gets lower numbers
than it has. Means have t intervals; the root mean squared error has that of the mean square. The gap between groups is
the largest difference of two compared groups. Its lower bound is the highest of all pairs with Bonferroni's correction,
as the pair is chosen by the data; its upper bound is the highest of all pairs at the plain level, which can only miss
above if that of the pair with the largest true difference does.

The distance of predictions is the 1-Wasserstein distance between a group's predictions and those of all others: the
mean distance by which one of the distributions must be moved to become the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t
from scipy.stats import wasserstein_distance

from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.metrics.fairness import over_compared
from core.audit.metrics.formulas import TOO_FEW_GROUPS
from core.audit.records import Record, Status
from core.audit.statistics import means
from core.audit.statistics.confidence import error_rate
from core.audit.statistics.confusion import count
from core.data.compared_groups import ComparedGroups
from core.data.groups import GroupedFrame, Grouping
from core.data.weights import Weights

Floats = NDArray[np.float64]
ERROR, PREDICTION, OUTCOME = "mean_error", "mean_prediction", "mean_outcome"
SPREAD = "outcome_spread"
GAPS = {ERROR: "mean_error_difference", PREDICTION: "mean_prediction_difference"}


def number_records(
    truth: Floats, predicted: Floats, rows: GroupedFrame, tag: Tag, compared: Mapping[str, ComparedGroups]
) -> list[Record]:
    """Return the figures over all rows and by group, and the gaps between groups.

    Args:
        truth: The outcome, shape (n,), n at least 1.
        predicted: Predictions of it, shape (n,).
        rows: The rows, with groups and weights.
        tag: Source, protocol and split.
        compared: The compared groups of each attribute.
    """
    middle = means.mean_error(truth, rows.weights)[0]
    variance = means.mean_error((truth - middle) ** 2, rows.weights)[0]
    records = [tag.record(SPREAD, Estimate(float(np.sqrt(variance)), n=len(truth)))]
    records += [tag.record(name, one) for name, one in _figures(truth, predicted, rows.weights).items()]
    for name, grouping in rows.groupings.items():
        one = replace(tag, sensitive=name)
        records += _by_group(truth, predicted, grouping, one, compared[name])
        values = {ERROR: predicted - truth, PREDICTION: predicted}
        records += [one.record(GAPS[kind], _gap(values[kind], grouping, compared[name])) for kind in GAPS]
    return records


def _figures(truth: Floats, predicted: Floats, weights: Weights | None) -> dict[str, Estimate]:
    errors = predicted - truth
    n = len(errors) if weights is None else round(weights.effective)
    found = {
        name: estimate(*means.mean_t(values, weights=weights), "t", n)
        for name, values in ((OUTCOME, truth), (PREDICTION, predicted), (ERROR, errors), ("mae", np.abs(errors)))
    }
    value, least, most = (float(np.sqrt(max(one, 0.0))) for one in means.mean_t(errors**2, weights=weights))
    found["rmse"] = estimate(value, least, most, "t, of squares", n)
    low = found["mae"].low
    found["mae"] = replace(found["mae"], low=None if low is None else max(low, 0.0))
    return found


def _by_group(truth: Floats, predicted: Floats, grouping: Grouping, tag: Tag, compared: ComparedGroups) -> list[Record]:
    records = []
    belongs = compared.belongs(grouping.names)
    for group, size, is_compared in zip(grouping.names, grouping.sizes, belongs, strict=True):
        mine = grouping.mask(group)
        weights = None if grouping.weights is None else grouping.weights[mine]
        figures = _figures(truth[mine], predicted[mine], weights)
        figures["prediction_distance"] = _distance(predicted, mine, grouping.weights)
        for name, one in figures.items():
            is_small = (not is_compared or size < compared.minimum) and one.status is Status.OK
            records.append(tag.record(name, replace(one, status=Status.SMALL_N) if is_small else one, group=group))
    return records


def _distance(predicted: Floats, mine: NDArray[np.bool_], weights: Weights | None) -> Estimate:
    if mine.all():
        return undefined("Undefined: there is only one group.", len(mine))
    mass = [None, None] if weights is None else [weights.per_row[mine], weights.per_row[~mine]]
    value = float(wasserstein_distance(predicted[mine], predicted[~mine], *mass))
    return Estimate(value, n=int(mine.sum()))


def _gap(values: Floats, grouping: Grouping, compared: ComparedGroups) -> Estimate:
    everyone = np.zeros(len(values), dtype=np.int8)
    counts = count(everyone, everyone, grouping)
    names = [
        name for name, is_in in zip(grouping.names, compared.mask(grouping.names, grouping.sizes), strict=True) if is_in
    ]
    rows = int(grouping.sizes.sum())
    if len(names) < 2:
        return over_compared(undefined(TOO_FEW_GROUPS, rows), counts, compared)
    found = {name: _mean(values, grouping, name) for name in names}
    lowest, highest = min(found, key=lambda name: found[name][0]), max(found, key=lambda name: found[name][0])
    pairs = [(abs(a - b), float(np.hypot(s, t)), min(n, m)) for (a, s, n), (b, t, m) in combinations(found.values(), 2)]
    low = max(_bound(pair, error_rate() / 2 / len(pairs), -1) for pair in pairs)
    high = max(_bound(pair, error_rate() / 2, 1) for pair in pairs)
    value = found[highest][0] - found[lowest][0]
    one = estimate(value, max(low, 0.0), high, "t, simultaneous over pairs", rows)
    note = f"Lowest in {lowest!r}, highest in {highest!r}."
    return over_compared(replace(one, note=note), counts, compared)


def _bound(pair: tuple[float, float, float], tail: float, sign: int) -> float:
    """Return a bound of the difference of two means: its value, standard error, and the rows of the smaller group."""
    value, error, rows = pair
    return value + sign * float(student_t.ppf(1 - tail, max(rows - 1, 1))) * error


def _mean(values: Floats, grouping: Grouping, name: str) -> tuple[float, float, float]:
    mine = grouping.mask(name)
    return means.mean_error(values[mine], None if grouping.weights is None else grouping.weights[mine])
