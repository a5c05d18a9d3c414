import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import TargetEncoder

from core.audit import adversary
from core.audit.metrics.file_checks import column_scores, relations
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.benchmarks.made_up_tables import SHAPES, people, schema_of

SHAPE = SHAPES["mixed columns"]
SCHEMA = schema_of(SHAPE)


def draw(n, seed):
    return people(SHAPE, n, np.random.default_rng(seed))


TRAIN, HOLDOUT, FRESH = draw(1500, 1), draw(800, 2), draw(1500, 3)


def found(rows, train=TRAIN):
    return RecordSet(relations.records(SCHEMA, train, HOLDOUT, rows, "f"))


def of(records, kind, **fields):
    return next(one for one in records.where(**fields) if one.metric.partition(":")[0] == kind)


def test_the_auc_of_a_column_is_that_of_scikit_learns_target_encoder():
    codes = pd.factorize(TRAIN["categorical_0"])[0].reshape(-1, 1)
    labels = (TRAIN["hired"] == "yes").to_numpy(dtype=int)
    expected = []
    for inside, outside in adversary.folds(labels):
        encoder = TargetEncoder(target_type="binary", smooth=10.0).fit(codes[inside], labels[inside])
        expected.append(roc_auc_score(labels[outside], encoder.transform(codes[outside])[:, 0]))
    task = column_scores.Task(None, None, ("categorical_0",), (labels,) * 3, (codes,) * 3)
    (column,), both = column_scores.own_aucs(task, 0)
    assert column.value == pytest.approx(np.mean(expected), abs=1e-12)
    assert both == column


def test_a_column_that_tells_the_outcome_of_real_rows_is_named():
    told = TRAIN.assign(categorical_1=TRAIN["hired"].map({"yes": "offer", "no": "regret"}).astype("str"))
    one = of(found(None, told), "leaked_outcome")
    assert one.metric == "leaked_outcome:categorical_1"
    assert one.value == pytest.approx(0.05)
    assert one.low > 0
    assert of(found(None), "leaked_outcome").high < 0


def test_a_column_that_tells_it_in_the_file_alone_is_named():
    told = FRESH.assign(categorical_1=FRESH["hired"].map({"yes": "top", "no": "low"}).astype("str"))
    assert of(found(told), "leaked_outcome").metric == "leaked_outcome:categorical_1"
    assert of(found(told), "leaked_outcome").low > 0.1
    assert of(found(FRESH), "leaked_outcome").low < 0.05


@pytest.mark.parametrize(("name", "attribute"), [("hired", None), ("sex", "sex")])
def test_a_shuffled_column_is_unrelated(name, attribute):
    shuffled = FRESH.assign(**{name: FRESH[name].array[np.random.default_rng(0).permutation(1500)]})
    assert of(found(shuffled), "unrelated_column", sensitive=attribute).low > 0
    assert of(found(FRESH), "unrelated_column", sensitive=None).high < 0


def test_without_any_dependence_the_outcome_is_unrelated_and_no_group_lost_more_than_the_rest():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({name: FRESH[name].array[rng.permutation(1500)] for name in FRESH})
    records = found(rows)
    assert records.one(metric="unrelated_column", sensitive=None).low > 0.05
    assert records.where(metric="unrelated_column").without(sensitive=None)[0].status is Status.UNDEFINED
    assert records.one(metric="reversed_column").status is Status.UNDEFINED


@pytest.mark.parametrize(
    ("name", "swap", "attribute"), [("hired", {"yes": "no", "no": "yes"}, None), ("sex", {"f": "m", "m": "f"}, "sex")]
)
def test_a_swapped_column_is_reversed(name, swap, attribute):
    one = of(found(FRESH.assign(**{name: FRESH[name].map(swap).astype("str")})), "reversed_column")
    assert one.sensitive == attribute
    assert one.low > 0.1
    assert of(found(FRESH), "reversed_column").high < 0


def test_one_outcome_only_leaves_nothing_to_learn():
    assert not found(FRESH[FRESH["hired"] == "no"])
