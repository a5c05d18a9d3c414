import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from core.audit.metrics.file_checks import shares
from core.audit.record_set import RecordSet
from tests.core.audit.tables import SCHEMA, people

REAL = people(1000)
OUTCOMES = ("yes", "no")


def found(rows):
    return RecordSet(shares.records(SCHEMA, REAL, rows, "f", OUTCOMES))


def test_the_shortfall_is_half_the_real_share_minus_the_share():
    rows = REAL[REAL["sex"] == "m"]
    one = found(rows).one(metric="group_shortfall", group="f")
    real = (REAL["sex"] == "f").mean()
    assert one.value == pytest.approx(real / 2)
    level = 0.05 / 2  # two groups
    low, _ = proportion_confint((REAL["sex"] == "f").sum(), 1000, level, "wilson")
    _, high = proportion_confint(0, len(rows), level, "wilson")
    assert one.low == pytest.approx(one.value - np.hypot((real - low) / 2, high))
    assert found(REAL).one(metric="group_shortfall", group="f").high < 0


def test_shares_of_real_rows_and_of_the_file_stand_beside():
    records = found(REAL.iloc[:500])
    for split, frame in (("all", REAL), ("source", REAL.iloc[:500])):
        share = records.one(metric="share_of_rows", sensitive="sex", group="f", positive=None, split=split)
        assert share.value == pytest.approx((frame["sex"] == "f").mean())
        assert share.n == len(frame)


def test_a_lost_outcome_is_named_over_all_rows_and_within_a_group():
    without = REAL[~((REAL["sex"] == "f") & (REAL["hired"] == "yes"))]
    records = found(without).where(metric="outcome_shortfall")
    assert records.one(sensitive="sex", group="f", positive="yes").low > 0
    assert all(one.low <= 0 for one in records if (one.group, one.positive) != ("f", "yes"))
    assert found(REAL[REAL["hired"] == "no"]).one(metric="outcome_shortfall", sensitive=None, positive="yes").low > 0.05


def test_rows_without_a_target_count_for_groups_alone():
    gaps = REAL.assign(hired=REAL["hired"].where(np.arange(1000) >= 500))
    assert found(gaps).one(metric="share_of_rows", group="f", positive=None, split="source").n == 1000
    assert pd.notna(found(gaps).one(metric="outcome_shortfall", sensitive=None, positive="yes").value)
