"""Recorded outcomes of real rows against the reference outcome, beside fairlearn's rates."""

import fairlearn.metrics as fair
import numpy as np
import pandas as pd
import pytest

from core.audit.metrics.reference_outcome import row_records
from core.audit.record_set import RecordSet
from core.audit.run import audit_table
from core.data.column import Column
from core.data.groups import GroupedFrame
from core.data.schema import Schema
from core.data.sources.demo import demo_table
from tests.core.data.sources.demo_truth import demo_truth

OUTCOMES = ("yes", "no")
DEMO = demo_table(4000)


def found(frame, schema=DEMO.schema):
    return RecordSet(row_records(GroupedFrame(frame, schema), "train", OUTCOMES))


def test_shares_and_their_difference_are_those_of_fairlearn():
    records = found(DEMO.frame)
    deserved, recorded = ((DEMO.frame[name] == "yes").astype(int) for name in ("deserved", "approved"))
    for metric, theirs in (("outcome_denied", fair.false_negative_rate), ("outcome_granted", fair.false_positive_rate)):
        frame = fair.MetricFrame(metrics=theirs, y_true=deserved, y_pred=recorded, sensitive_features=DEMO.frame["sex"])
        for group, value in frame.by_group.items():
            one = records.one(metric=metric, sensitive="sex", group=group, positive="yes")
            assert one.value == pytest.approx(value)
            assert one.low <= one.value <= one.high
        gap = records.one(metric=f"{metric}_difference", sensitive="sex", positive="yes")
        assert gap.value == pytest.approx(frame.difference())


def test_the_demo_denies_what_it_was_built_to_deny():
    denied = found(demo_table(40_000, seed=3).frame).where(metric="outcome_denied", positive="yes", sensitive="sex")
    truth = demo_truth()
    for one in denied.of_groups:
        expected = 1 - truth.observed["sex"][one.group] / truth.fair["sex"][one.group]
        assert one.value == pytest.approx(expected, abs=0.02)


def test_either_outcome_can_be_the_positive_one():
    records = found(DEMO.frame)
    for group in ("female", "male"):
        denied_no = records.one(metric="outcome_denied", positive="no", sensitive="sex", group=group)
        granted_yes = records.one(metric="outcome_granted", positive="yes", sensitive="sex", group=group)
        assert (denied_no.value, denied_no.n) == (granted_yes.value, granted_yes.n)


def test_rows_without_it_are_left_out_and_counted():
    lacking = DEMO.frame.assign(deserved=DEMO.frame["deserved"].where(np.arange(4000) % 4 > 0))
    records, known = found(lacking), found(lacking[lacking["deserved"].notna()].reset_index(drop=True))
    assert [(one.value, one.n) for one in records] == [(one.value, one.n) for one in known]
    assert all("1,000 of 4,000 rows have no reference outcome" in one.note for one in records)
    assert not found(lacking.assign(deserved=pd.array([None] * 4000, dtype="str")))


def test_there_is_nothing_without_a_reference_outcome():
    assert not found(DEMO.frame, DEMO.schema.replaced(reference=None))
    assert {one.protocol for one in audit_table(DEMO.frame, DEMO.schema)} == {"data", "data reference"}


def test_small_groups_are_not_compared():
    schema = Schema(
        columns=(
            Column(name="sex", kind="categorical", role="sensitive"),
            Column(name="second", kind="categorical", role="ignored"),
            Column(name="hired", kind="categorical", role="target"),
        ),
        positive="yes",
        reference="second",
    )
    parts = {
        "sex": ["f"] * 100 + ["m"] * 100 + ["x"] * 5,
        "second": ["yes", "no"] * 102 + ["yes"],
        "hired": ["no"] * 205,
    }
    frame = pd.DataFrame({name: pd.array(values, dtype="str") for name, values in parts.items()})
    frame.loc[:20, "hired"] = "yes"
    gap = found(frame, schema).one(metric="outcome_denied_difference", positive="yes")
    assert gap.n == 200
    assert "'x'" in gap.note
