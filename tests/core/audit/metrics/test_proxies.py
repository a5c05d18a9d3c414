import numpy as np
import pandas as pd
import pytest

from core.audit.metrics.proxies import proxy_records
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.sources.demo import PART_TIME, demo_table
from tests.core.audit.tables import SCHEMA, people


@pytest.fixture(scope="module")
def demo():
    data = demo_table(4000)
    return proxy_records(data.frame, data.schema)


@pytest.mark.parametrize(("sensitive", "planted"), [("sex", "part_time"), ("origin", "postcode_area")])
def test_the_planted_proxy_comes_out_on_top(demo, sensitive, planted):
    first, second, *_ = RecordSet(demo).where(sensitive=sensitive)
    assert first.metric == f"proxy_auc:{planted}"
    assert first.low > second.high


def test_the_figure_is_the_auc_that_the_planted_chances_give(demo):
    found = RecordSet(demo).one(sensitive="sex", metric="proxy_auc:part_time")
    assert found.low < 0.5 + (PART_TIME["female"] - PART_TIME["male"]) / 2 < found.high


def test_crossed_groups_are_measured_too(demo):
    assert RecordSet(demo).one(sensitive="sex × origin", metric="proxy_auc:postcode_area").value > 0.6


def test_independent_columns_tell_nothing_whatever_their_kind():
    found = proxy_records(people(2000), SCHEMA)
    assert {record.metric.partition(":")[2] for record in found} == {"age", "pay", "town", "since", "member"}
    for record in found:
        assert record.low - 0.02 < 0.5 < record.high + 0.02


@pytest.mark.parametrize(
    "copy",
    [
        lambda sex: sex.astype("str"),
        lambda sex: sex.map({"f": 1.5, "m": -2.5}).astype(float),
        # Missing values tell too, and so does a number whose middle is one group.
        lambda sex: pd.Series(np.where(sex == "f", np.nan, 3.0)),
        lambda sex: pd.Series(np.where(sex == "f", 0.0, np.where(np.arange(len(sex)) % 2, -1.0, 1.0))),
    ],
)
def test_a_copy_in_any_form_tells_all(copy):
    frame = people(400)
    frame["pay"] = copy(frame["sex"]).to_numpy()
    schema = SCHEMA if frame["pay"].dtype == float else SCHEMA.edited("pay", kind="categorical")
    assert RecordSet(proxy_records(frame, schema)).one(metric="proxy_auc:pay").value == 1


def test_an_identifier_takes_no_part():
    schema = SCHEMA.edited("id", kind="categorical")
    # Values that occur once say nothing about other rows.
    assert RecordSet(proxy_records(people(300), schema)).one(metric="proxy_auc:id").value == pytest.approx(
        0.5, abs=0.05
    )


def test_one_group_is_undefined_and_no_rows_are_no_records():
    frame = people(100).assign(sex=pd.array(["f"] * 100, dtype="str"))
    assert {record.status for record in proxy_records(frame, SCHEMA)} == {Status.UNDEFINED}
    assert proxy_records(frame.iloc[:0], SCHEMA) == []
