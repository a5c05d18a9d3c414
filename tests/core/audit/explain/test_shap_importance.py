import numpy as np
import pandas as pd
import pytest

from core.audit.explain.shap_importance import MAX_ROWS, agreement, explain, importance_records
from core.audit.protocols import tabular
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.classifiers.catalog import CLASSIFIERS
from core.data.encoding.values import predictors
from core.data.sampling import sample_positions
from core.errors import DataError
from tests.core.audit.tables import SCHEMA, people

TRAIN, HOLDOUT = people(600, gap=1.5), people(80, 1, gap=1.5)


@pytest.fixture(scope="module")
def found():
    return importance_records(SCHEMA, "original", TRAIN, TRAIN, HOLDOUT)


def explained(classifier="forest"):
    fit = tabular.on_rows(SCHEMA, "original", TRAIN, TRAIN, HOLDOUT, with_sensitive=True, classifier=classifier)
    return explain(fit, predictors(SCHEMA, with_sensitive=True))


@pytest.mark.parametrize("classifier", list(CLASSIFIERS))
def test_values_add_up_to_the_prediction_minus_the_base(classifier):
    made = explained(classifier)
    assert made.effects.shape == (80, len(made.names))
    assert made.effects.sum(axis=1) + made.base == pytest.approx(made.predictions, abs=1e-5)
    assert np.ptp(made.predictions) > 0.5


def test_what_the_outcome_depends_on_counts_and_the_rest_does_not(found):
    size = {record.metric.removeprefix("shap:"): record for record in found if record.metric.startswith("shap:")}
    assert {"age", "pay", "sex"} == set(sorted(size, key=lambda name: -size[name].value)[:3])
    assert size["age"].low > size["town"].high
    assert all(record.low <= record.value <= record.high for record in size.values())
    assert {record.n for record in size.values()} == {80}


@pytest.mark.parametrize("classifier", ["boosting", "logistic"])
def test_the_protocols_own_classifier_is_explained_where_that_is_quick(classifier):
    made = importance_records(SCHEMA, "original", TRAIN, TRAIN, HOLDOUT, classifier=classifier)
    size = {record.metric.removeprefix("shap:"): record.value for record in made if record.metric.startswith("shap:")}
    assert {"age", "pay", "sex"} == set(sorted(size, key=lambda name: -size[name])[:3])
    assert not RecordSet(made).where(metric="shap_agreement")
    fit = tabular.on_rows(SCHEMA, "original", TRAIN, TRAIN, HOLDOUT, with_sensitive=True, classifier=classifier)
    scores = fit.predict(0, direct=False).scores
    assert explained(classifier).predictions == pytest.approx(scores[sample_positions(len(scores), MAX_ROWS, 0)])


def test_how_far_the_forest_agrees_is_said(found):
    same, ranks = RecordSet(found).one(metric="shap_agreement"), RecordSet(found).one(metric="shap_agreement_ranks")
    assert same.n == 80
    assert same.low > 0.7
    assert 0.5 < ranks.value <= 1


def test_agreement_falls_where_the_classifiers_learn_from_different_rows():
    made = explained()
    turned = TRAIN.assign(hired=TRAIN["hired"].map({"yes": "no", "no": "yes"}).astype("str"))
    fit = tabular.on_rows(SCHEMA, "turned", turned, TRAIN, HOLDOUT, with_sensitive=True)
    assert agreement(fit, made)[0].value < 0.3


def test_shares_sum_to_one(found):
    shares = [record.value for record in found if record.metric.startswith("shap_share:")]
    assert sum(shares) == pytest.approx(1)


def test_the_sensitive_column_is_among_the_features_and_marked(found):
    assert RecordSet(found).one(metric="shap:sex").sensitive == "sex"
    assert RecordSet(found).one(metric="shap:age").sensitive is None
    assert not RecordSet(found).where(metric="shap:hired")


def test_an_outcome_without_the_sensitive_column_gives_it_little():
    blind = people(600)
    one = RecordSet(importance_records(SCHEMA, "synthetic", blind, TRAIN, HOLDOUT)).one(metric="shap:sex")
    other = RecordSet(importance_records(SCHEMA, "original", TRAIN, TRAIN, HOLDOUT)).one(metric="shap:sex")
    assert one.high < other.low


def test_rows_without_an_outcome_take_no_part(found):
    gaps = TRAIN.iloc[:40].assign(hired=pd.array([None] * 40, dtype="str"))
    rows = pd.concat([TRAIN, gaps], ignore_index=True)
    assert importance_records(SCHEMA, "original", rows, TRAIN, HOLDOUT) == found


def test_one_outcome_is_undefined():
    rows = TRAIN[TRAIN["hired"] == "yes"]
    made = importance_records(SCHEMA, "synthetic", rows, TRAIN, HOLDOUT)
    assert {record.status for record in made} == {Status.UNDEFINED}


def test_few_rows_give_a_constant_classifier_and_no_shares():
    made = importance_records(SCHEMA, "synthetic", TRAIN.iloc[:8], TRAIN, HOLDOUT)
    assert RecordSet(made).one(metric="shap:age").value == 0
    assert RecordSet(made).one(metric="shap_share:age").status is Status.UNDEFINED
    assert RecordSet(made).one(metric="shap_agreement_ranks").status is Status.UNDEFINED


def test_an_empty_holdout_is_refused():
    with pytest.raises(DataError, match="hold-out"):
        importance_records(SCHEMA, "original", TRAIN, TRAIN, HOLDOUT.iloc[:0])
