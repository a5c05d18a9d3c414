"""The audit of weighted decisions: against scikit-learn and fairlearn, and against rows written out."""

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fairlearn
from sklearn import metrics as sklearn

from core.audit.metrics.calibration import CALIBRATION_ERRORS
from core.audit.model_decisions import DecisionsInput, audit_decisions
from core.audit.record_set import RecordSet
from core.data.model_decisions import Decisions
from core.data.weights import Weights
from tests.core.audit.test_model_decisions import FRAME, SCHEMA, SCORE

RNG = np.random.default_rng(4)
SURVEY = np.exp(RNG.normal(0, 0.8, len(FRAME)))
COUNTS = RNG.integers(1, 5, len(FRAME))
Y = (FRAME["y"].to_numpy(float) == 1).astype(int)
SELECTED = (SCORE >= 0.5).astype(np.int8)


def audited(weights=None, frame=FRAME, score=SCORE):
    model = Decisions("risk", np.arange(len(frame)), score, (score >= 0.5).astype(np.int8))
    return audit_decisions(DecisionsInput(SCHEMA, frame, [model], weights=weights))


@pytest.fixture(scope="module")
def weighted():
    return RecordSet(audited(Weights.of(SURVEY))).where(source="risk", protocol="model", positive="1")


def assert_equal(found, expected):
    found, expected = ([one for one in part if one.metric not in CALIBRATION_ERRORS] for part in (found, expected))
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.model_copy(update=dict.fromkeys(("value", "low", "high", "note"))) == other.model_copy(
            update=dict.fromkeys(("value", "low", "high", "note"))
        )
        for name in ("value", "low", "high"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-12, nan_ok=True), one


def test_the_calibration_error_does_not_use_weights(weighted):
    (one,) = weighted.where(metric=CALIBRATION_ERRORS[0], group=None)
    assert one.value is None
    assert "does not use weights" in one.note


def test_weights_of_1_give_the_same_records():
    assert_equal(audited(Weights.of(np.ones(len(FRAME)))), audited())


def test_frequencies_are_rows_written_out():
    again = np.repeat(np.arange(len(FRAME)), COUNTS)
    written_out = audited(frame=FRAME.iloc[again].reset_index(drop=True), score=SCORE[again])
    assert_equal(audited(Weights.of(COUNTS.astype(float), "frequency")), written_out)


def test_the_scale_of_survey_weights_does_not_matter():
    assert_equal(audited(Weights.of(1_000 * SURVEY)), audited(Weights.of(SURVEY)))


@pytest.mark.parametrize("sex", ["f", "m"])
def test_figures_of_a_group_are_those_of_scikit_learn(weighted, sex):
    mine = (FRAME["sex"] == sex).to_numpy()
    given = {"sample_weight": SURVEY[mine]}
    y, said, score = Y[mine], SELECTED[mine], SCORE[mine]
    expected = {
        "selection_rate": np.average(said, weights=SURVEY[mine]),
        "tpr": sklearn.recall_score(y, said, **given),
        "tnr": sklearn.recall_score(y, said, pos_label=0, **given),
        "precision": sklearn.precision_score(y, said, **given),
        "accuracy": sklearn.accuracy_score(y, said, **given),
        "auc": sklearn.roc_auc_score(y, score, **given),
        "brier": sklearn.brier_score_loss(y, score, **given),
        "calibration_in_the_large": np.average(y - score, weights=SURVEY[mine]),
    }
    found = {name: weighted.one(metric=name, group=sex).value for name in expected}
    assert found == pytest.approx(expected, abs=1e-12)


def test_gaps_are_those_of_fairlearn(weighted):
    given = {"sensitive_features": FRAME["sex"].to_numpy(), "sample_weight": SURVEY}
    expected = {
        "demographic_parity_difference": fairlearn.demographic_parity_difference(Y, SELECTED, **given),
        "demographic_parity_ratio": fairlearn.demographic_parity_ratio(Y, SELECTED, **given),
        "equalized_odds_difference": fairlearn.equalized_odds_difference(Y, SELECTED, **given),
    }
    found = {name: weighted.one(metric=name, sensitive="sex").value for name in expected}
    assert found == pytest.approx(expected, abs=1e-12)


def test_figures_of_all_rows_are_weighted(weighted):
    expected = {
        "accuracy": sklearn.accuracy_score(Y, SELECTED, sample_weight=SURVEY),
        "balanced_accuracy": sklearn.balanced_accuracy_score(Y, SELECTED, sample_weight=SURVEY),
        "f1": sklearn.f1_score(Y, SELECTED, sample_weight=SURVEY),
        "auc": sklearn.roc_auc_score(Y, SCORE, sample_weight=SURVEY),
    }
    found = {name: weighted.one(metric=name, sensitive=None).value for name in expected}
    assert found == pytest.approx(expected, abs=1e-12)


def test_n_is_the_effective_number_of_rows(weighted):
    women = SURVEY[(FRAME["sex"] == "f").to_numpy()]
    accuracy = weighted.one(metric="auc", group="f")
    assert accuracy.n == round(women.sum() ** 2 / (women**2).sum())
    assert accuracy.n < 0.7 * len(women)


def test_a_group_of_few_effective_rows_is_not_compared():
    weights = np.ones(len(FRAME))
    weights[np.flatnonzero((FRAME["sex"] == "f").to_numpy())[:3]] = 1e4
    records = RecordSet(audited(Weights.of(weights))).where(source="risk", protocol="model", positive="1")
    assert records.one(metric="selection_rate", group="f").status == "small_n"


def test_differences_within_strata_are_weighted():
    frame = FRAME.assign(town=pd.array(["a"] * len(FRAME), "str"))
    records = RecordSet(audited(Weights.of(SURVEY), frame=frame)).where(source="risk", protocol="conditional model")
    rate = {
        sex: np.average(SELECTED[mine], weights=SURVEY[mine])
        for sex in ("f", "m")
        for mine in [(FRAME["sex"] == sex).to_numpy()]
    }
    for metric in ("pooled_difference", "difference_within:town"):
        assert records.one(metric=metric, group="f").value == pytest.approx(rate["m"] - rate["f"], abs=1e-12)
