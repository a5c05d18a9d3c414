import fairlearn.metrics as reference
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit.estimate import Tag
from core.audit.metrics import fairness
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.audit.run import audit_table
from core.audit.statistics.confusion import count, polarities
from core.data.column import Column
from core.data.compared_groups import ComparedGroups
from core.data.groups import Grouping
from core.data.schema import Schema
from tests.core.audit.tables import SCHEMA, counts_by_group, people, with_groups

TAG = Tag("original", "A", "sex", "yes")
PAIRS = {
    "demographic_parity_ratio": reference.demographic_parity_ratio,
    "demographic_parity_difference": reference.demographic_parity_difference,
    "equalized_odds_ratio": reference.equalized_odds_ratio,
    "equalized_odds_difference": reference.equalized_odds_difference,
}
cells = st.tuples(*[st.integers(1, 30)] * 4)


@settings(max_examples=5, deadline=None)
@given(st.lists(cells, min_size=2, max_size=4), st.booleans())
def test_equals_fairlearn_where_every_group_is_defined_and_large(groups, flip):
    labels, predictions, members = with_groups({f"g{i}": counts for i, counts in enumerate(groups)})
    counts = polarities(count(labels, predictions, Grouping.of(members)), ("yes", "no"))[int(flip)][1]
    y, p = (1 - labels, 1 - predictions) if flip else (labels, predictions)
    records = fairness.fairness_records(counts, TAG, compared=ComparedGroups(2))
    for metric, theirs in PAIRS.items():
        ours = RecordSet(records).one(metric=metric)
        assert ours.value == pytest.approx(theirs(y, p, sensitive_features=members), abs=1e-12)
        assert ours.low <= ours.value <= ours.high
    rates = {
        "selection_rate": reference.selection_rate,
        "tpr": reference.true_positive_rate,
        "fpr": reference.false_positive_rate,
    }
    frame = reference.MetricFrame(metrics=rates, y_true=y, y_pred=p, sensitive_features=members).by_group
    for name in frame.index:
        for metric in rates:
            ours = RecordSet(records).one(metric=metric, group=name).value
            assert ours == pytest.approx(frame.loc[name, metric], abs=1e-12)


def test_a_group_without_positives_has_no_true_positive_rate():
    counts = counts_by_group({"a": (20, 10, 10, 20), "b": (0, 10, 0, 40)})
    records = fairness.fairness_records(counts, TAG, compared=ComparedGroups(30))
    missing = RecordSet(records).one(metric="tpr", group="b")
    assert missing.value is None
    assert missing.status is Status.UNDEFINED
    odds = RecordSet(records).one(metric="equalized_odds_ratio")
    assert odds.value is None
    assert "'b'" in odds.note
    assert RecordSet(records).one(metric="demographic_parity_ratio").value == pytest.approx(0.2 / 0.5)


def test_small_groups_are_shown_but_take_no_part():
    counts = counts_by_group({"a": (20, 10, 10, 20), "b": (10, 10, 20, 20), "tiny": (0, 0, 3, 2)})
    records = fairness.fairness_records(counts, TAG, compared=ComparedGroups(30))
    tiny = RecordSet(records).one(metric="selection_rate", group="tiny")
    assert (tiny.value, tiny.n, tiny.status) == (0, 5, Status.SMALL_N)
    ratio = RecordSet(records).one(metric="demographic_parity_ratio")
    assert ratio.value == pytest.approx(20 / 30)
    assert "'tiny'" in ratio.note


def test_missing_values_of_the_attribute_are_a_group():
    frame = people(400)
    frame.loc[:99, "sex"] = None
    records = audit_table(frame, SCHEMA)
    assert RecordSet(records).one(metric="base_rate", positive="yes", group="(missing)").n == 100


def test_nothing_selected_anywhere_is_no_ratio():
    counts = counts_by_group({"a": (0, 0, 20, 20), "b": (0, 0, 10, 30)})
    records = fairness.fairness_records(counts, TAG, compared=ComparedGroups(30))
    assert RecordSet(records).one(metric="demographic_parity_ratio").status is Status.UNDEFINED
    assert RecordSet(records).one(metric="demographic_parity_ratio_null_mean").status is Status.UNDEFINED
    assert RecordSet(records).one(metric="demographic_parity_difference").value == 0
    assert RecordSet(records).one(metric="precision", group="a").value is None


def test_one_group_is_not_a_comparison():
    counts = counts_by_group({"a": (20, 10, 10, 20)})
    records = fairness.fairness_records(counts, TAG, compared=ComparedGroups(30))
    for metric in (*PAIRS, "demographic_parity_ratio_null_p10"):
        assert RecordSet(records).one(metric=metric).value is None


def test_degenerate_predictions_mark_what_is_defined():
    counts = counts_by_group({"a": (30, 10, 0, 0), "b": (20, 30, 0, 0)})
    records = fairness.fairness_records(
        counts, TAG, compared=ComparedGroups(30), degenerate_reason="Degenerate: the same."
    )
    assert RecordSet(records).one(metric="demographic_parity_ratio").status is Status.DEGENERATE
    assert RecordSet(records).one(metric="demographic_parity_ratio").value == 1


def test_base_rates_of_a_large_table_are_sharp():
    frame = people(20_000, gap=1.0)
    records = audit_table(frame, SCHEMA)
    gap = RecordSet(records).one(metric="demographic_parity_difference", positive="yes")
    truth = frame.groupby("sex")["hired"].apply(lambda values: (values == "yes").mean())
    assert gap.value == pytest.approx(truth["m"] - truth["f"], abs=1e-12)
    assert (gap.high - gap.low) / 2 < 0.02
    assert gap.protocol == "data"
    null = RecordSet(records).one(metric="demographic_parity_ratio_null_p10", positive="yes")
    assert RecordSet(records).one(metric="demographic_parity_ratio", positive="yes").value < null.value < 1


def test_crossed_attributes_and_missing_values_by_group():
    schema = SCHEMA.edited("town", role="sensitive")
    records = audit_table(people(600), schema)
    assert {record.sensitive for record in RecordSet(records).where(metric="base_rate")} == {
        "town",
        "sex",
        "town × sex",
    }
    overall = RecordSet(records).one(metric="missing:age", sensitive=None)
    assert 0.02 < overall.value < 0.09
    assert RecordSet(records).one(metric="missing:age", sensitive="sex", group="f").n > 100
    assert not RecordSet(records).where(metric="missing:hired")


def test_a_numeric_attribute_is_compared_by_its_cuts():
    schema = Schema(
        columns=(
            Column(name="age", kind="integer", role="sensitive", bin_edges=(40,)),
            Column(name="y", kind="integer", role="target"),
        ),
        threshold=0.5,
    )
    frame = pd.DataFrame({"age": pd.array([20] * 50 + [50] * 50, "Int64"), "y": pd.array([0, 1] * 50, "Int64")})
    records = audit_table(frame, schema)
    assert RecordSet(records).one(metric="demographic_parity_ratio", positive="≥ 0.5").value == 1
    assert np.isclose(RecordSet(records).one(metric="base_rate", positive="< 0.5", group="age ≥ 40").value, 0.5)
