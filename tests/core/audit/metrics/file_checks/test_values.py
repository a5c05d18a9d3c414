import numpy as np
import pandas as pd
import pytest

from core.audit.metrics.file_checks import values
from core.audit.record_set import RecordSet
from tests.core.audit.tables import SCHEMA, people

TRAIN, HOLDOUT = people(700), people(400, 1)


def found(rows):
    records = RecordSet(values.records(SCHEMA, TRAIN, HOLDOUT, rows, "f"))
    return {one.metric.partition(":")[0]: one for one in records}


def test_a_constant_column_lost_the_share_of_all_other_values():
    rows = people(700, 2).assign(town=pd.array(["A"] * 700, dtype="str"))
    one = found(rows)["lost_values"]
    assert one.metric == "lost_values:town"
    assert one.value == pytest.approx((HOLDOUT["town"] != "A").mean())


def test_a_number_cut_off_lost_its_upper_tenths():
    rows = people(700, 2).assign(pay=lambda frame: frame["pay"].clip(upper=TRAIN["pay"].median()))
    one = found(rows)["lost_values"]
    assert one.metric == "lost_values:pay"
    assert one.value == pytest.approx(0.4, abs=0.06)  # the fifth tenth from below holds the cut


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("town", lambda frame: frame["town"].mask(np.arange(700) < 140, "Z")),
        ("age", lambda frame: frame["age"] + (np.arange(700) < 140) * 100),
    ],
)
def test_values_that_no_real_row_has_are_counted(name, change):
    rows = people(700, 2)
    one = found(rows.assign(**{name: change(rows)}))["unseen_values"]
    assert one.metric == f"unseen_values:{name}"
    assert one.value == pytest.approx(0.2, abs=0.02)
    assert one.low > 0.1


def test_fresh_rows_lose_nothing_and_bring_nothing_new():
    for seed in range(5):
        for one in found(people(700, 20 + seed)).values():
            assert one.low <= 0


def test_a_column_with_ever_new_values_is_left_out():
    def named(n, seed):
        return people(n, seed).assign(town=pd.array([f"t{seed}{i}" for i in range(n)], dtype="str"))

    records = values.records(SCHEMA, named(700, 0), named(400, 1), named(700, 2), "f")
    assert not [one for one in records if one.metric.endswith(":town")]


def test_the_shift_of_a_column_is_close_to_the_total_variation_distance():
    rows = people(700, 2)
    one = found(rows.assign(town=np.where(np.arange(700) % 10 < 5, "A", rows["town"])))["shifted_values"]
    assert one.metric == "shifted_values:town"
    assert one.value == pytest.approx(1 / 3, abs=0.08)
    assert one.low > 0.2
    one = found(rows.assign(pay=rows["pay"] + 8))["shifted_values"]  # by one standard deviation
    assert one.metric == "shifted_values:pay"
    assert one.value == pytest.approx(2 * 0.6915 - 1, abs=0.08)
