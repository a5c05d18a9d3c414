import numpy as np
import pandas as pd
import pytest

from core.audit.estimate import Tag
from core.audit.metrics.conditional import Strata, chosen_proxies, conditional_records, favourable
from core.audit.metrics.proxies import proxy_records
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.statistics import intervals
from core.data.compared_groups import compared_in_rows
from core.data.groups import GroupedFrame
from tests.core.audit.conditional_tables import SCHEMA, applicants

TAG = Tag("original", "conditional", positive="yes", split="train")


def measured(frame, schema, proxies=None):
    rows = GroupedFrame(frame, schema)
    return RecordSet(
        conditional_records(
            rows,
            favourable(rows.labels, schema),
            TAG,
            strata=Strata(schema, frame, proxies or {}),
            compared=compared_in_rows(rows, rows),
        )
    )


def test_bias_that_cancels_over_departments_shows_within_them():
    frame = applicants(4000)
    found = measured(frame, SCHEMA.replaced(strata=("department",)))
    pooled = found.one(metric="pooled_difference", group="f")
    assert pooled.low < 0 < pooled.high
    within = found.one(metric="difference_within:department", group="f")
    assert 0.1 < within.low < within.value < within.high < 0.2
    mirrored = found.one(metric="difference_within:department", group="m")
    assert (mirrored.value, mirrored.low) == (pytest.approx(-within.value), pytest.approx(-within.high))
    assert within.n == 4000
    assert "3 of 3 strata" in within.note


def test_the_favourable_outcome_may_be_the_negative_one():
    schema = SCHEMA.replaced(strata=("department",))
    plain, turned = (
        measured(applicants(1000), one).one(metric="difference_within:department", group="f")
        for one in (schema, schema.replaced(favorable="negative"))
    )
    assert turned.value == pytest.approx(-plain.value)


def test_one_stratum_gives_the_pooled_difference_and_numbers_are_binned():
    frame = applicants(1000).assign(department=pd.array(["A"] * 1000, dtype="str"))
    found = measured(frame, SCHEMA.replaced(strata=("department", "noise")))
    pooled = found.one(metric="pooled_difference", group="f")
    assert found.one(metric="difference_within:department", group="f").value == pytest.approx(pooled.value)
    assert "10 of 10 strata" in found.one(metric="difference_within:noise", group="f").note


def test_a_stratum_of_one_group_counts_for_nothing():
    frame = applicants(2000)
    alone = applicants(500, 1).assign(
        department=pd.array(["D"] * 500, dtype="str"), sex=pd.array(["f"] * 500, dtype="str")
    )
    schema = SCHEMA.replaced(strata=("department",))
    before, after = (
        measured(rows, schema).one(metric="difference_within:department", group="f")
        for rows in (frame, pd.concat([frame, alone], ignore_index=True))
    )
    assert (after.value, after.low, after.n) == (pytest.approx(before.value), pytest.approx(before.low), before.n)
    assert "3 of 4 strata" in after.note


def test_intervals_hold_for_all_groups_and_for_all_columns_that_the_audit_chose():
    rng = np.random.default_rng(0)
    frame = applicants(3000).assign(sex=pd.array(rng.choice(["f", "m", "x"], 3000), dtype="str"))
    pooled = measured(frame, SCHEMA, {"sex": ("department",)}).one(metric="pooled_difference", group="x")
    hired, is_x = (frame["hired"] == "yes").to_numpy(), (frame["sex"] == "x").to_numpy()
    low, high = intervals.difference(
        hired[~is_x].sum(), (~is_x).sum(), hired[is_x].sum(), is_x.sum(), level=1 - 0.05 / 3
    )
    assert (pooled.low, pooled.high) == (pytest.approx(float(low)), pytest.approx(float(high)))
    alone, both, named = (
        measured(frame, schema, {"sex": columns}).one(metric="difference_within:department", group="x")
        for schema, columns in (
            (SCHEMA, ("department",)),
            (SCHEMA, ("department", "noise")),
            (SCHEMA.replaced(strata=("department",)), ("department", "noise")),
        )
    )
    assert alone.high - alone.low < both.high - both.low
    assert named.high == alone.high


def test_at_most_three_proxies_that_reveal_more_than_chance():
    frame = applicants(2000)
    assert chosen_proxies(proxy_records(frame, SCHEMA)) == {"sex": ("department",)}
    auc = [
        Record(source="original", protocol="data", metric=f"proxy_auc:{name}", sensitive="sex", value=0.7, low=low)
        for name, low in zip("abcde", (0.66, 0.6, 0.49, 0.6, 0.6), strict=True)
    ]
    assert chosen_proxies(auc) == {"sex": ("a", "b", "d")}
    assert not measured(frame, SCHEMA)
