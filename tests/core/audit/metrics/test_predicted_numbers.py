"""Predictions of a number by group: against scikit-learn and scipy, coverage, findings."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind, wasserstein_distance
from sklearn import metrics as sklearn

from core.audit.estimate import Tag
from core.audit.glossary import NUMBERS
from core.audit.metrics.predicted_numbers import number_records
from core.audit.record_set import RecordSet
from core.data.column import Column
from core.data.compared_groups import compared_in_rows
from core.data.groups import GroupedFrame
from core.data.schema import Schema
from core.data.weights import Weights
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind

SCHEMA = Schema(
    columns=(
        Column(name="wage", kind="numerical", role="target"),
        Column(name="sex", kind="categorical", role="sensitive"),
    ),
    threshold=30.0,
)


def made(n=1_000, shift=0.0, groups=("f", "m"), seed=0):
    rng = np.random.default_rng(seed)
    sex = rng.choice(groups, n)
    truth = 30 + 10 * rng.normal(size=n)
    predicted = truth + 5 * rng.normal(size=n) - shift * (sex == groups[0])
    return truth, predicted, sex


def measured(truth, predicted, sex, weights=None):
    frame = pd.DataFrame({"wage": truth, "sex": pd.array(sex, "str")})
    rows = GroupedFrame(frame, SCHEMA, weights)
    return RecordSet(number_records(truth, predicted, rows, Tag("pred", NUMBERS, split="all"), compared_in_rows(rows)))


@pytest.mark.parametrize("weights", [None, np.exp(np.random.default_rng(3).normal(0, 0.5, 1_000))])
def test_figures_are_those_of_scikit_learn_and_scipy(weights):
    truth, predicted, sex = made(shift=2)
    records = measured(truth, predicted, sex, None if weights is None else Weights.of(weights))
    for group in ("f", "m"):
        mine = sex == group
        own = None if weights is None else weights[mine]
        other = None if weights is None else weights[~mine]
        y, said = truth[mine], predicted[mine]
        expected = {
            "mean_outcome": np.average(y, weights=own),
            "mean_prediction": np.average(said, weights=own),
            "mean_error": np.average(said - y, weights=own),
            "mae": sklearn.mean_absolute_error(y, said, sample_weight=own),
            "rmse": sklearn.root_mean_squared_error(y, said, sample_weight=own),
            "prediction_distance": wasserstein_distance(said, predicted[~mine], own, other),
        }
        found = {name: records.one(metric=name, group=group).value for name in expected}
        assert found == pytest.approx(expected, abs=1e-9)
    rmse = sklearn.root_mean_squared_error(truth, predicted, sample_weight=weights)
    assert records.one(metric="rmse", sensitive=None).value == pytest.approx(rmse, abs=1e-9)


def test_the_gap_of_two_groups_is_welchs_difference():
    truth, predicted, sex = made(shift=2)
    gap = measured(truth, predicted, sex).one(metric="mean_error_difference")
    errors = predicted - truth
    welch = ttest_ind(errors[sex == "m"], errors[sex == "f"], equal_var=False).confidence_interval(0.95)
    assert (gap.low, gap.high) == pytest.approx((welch.low, welch.high), rel=0.02)
    assert gap.note == "Lowest in 'f', highest in 'm'."


@pytest.mark.parametrize(("groups", "shift"), [(("f", "m"), 1.5), (("a", "b", "c", "d"), 1.5), (("f", "m"), 0.0)])
def test_the_gap_covers_the_truth(groups, shift):
    inside = []
    for seed in range(300):
        gap = measured(*made(400, shift, groups, seed)).one(metric="mean_error_difference")
        inside.append(gap.low <= shift <= gap.high)
    assert np.mean(inside) >= 0.91  # three standard errors below .95


def test_a_group_that_is_predicted_too_low_is_told():
    conclusions = conclude(list(measured(*made(shift=2))), SCHEMA)
    (finding,) = conclusions.of("mean_errors")
    assert finding.verdict is VerdictKind.GAP
    assert "“pred” predicts “wage” too low or too high by different amounts, by sex" in finding.sentence
    assert "on average for f" in finding.sentence


def test_equal_errors_are_no_gap():
    (finding,) = conclude(list(measured(*made(20_000))), SCHEMA).of("mean_errors")
    assert finding.verdict is VerdictKind.NO_GAP
    assert "0.050 standard deviations of the outcome" in finding.sentence


def test_a_single_group_has_no_gap_and_no_distance():
    truth, predicted, sex = made(groups=("f",))
    records = measured(truth, predicted, sex)
    assert records.one(metric="mean_error_difference").value is None
    assert records.one(metric="prediction_distance").value is None
