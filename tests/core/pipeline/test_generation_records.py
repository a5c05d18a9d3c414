import numpy as np
import pandas as pd
import pytest

from core.audit.record_set import RecordSet
from core.data.column import Column
from core.data.schema import Schema
from core.pipeline.generation_records import repair_records
from core.synthesis.base import Sample

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="town", kind="categorical", role="sensitive"),
        Column(name="pay", kind="categorical", role="target"),
    ),
    positive="high",
    min_group_size=2,
)
SEX = ["m"] * 6 + ["f"] * 4
BEFORE = ["high"] * 3 + ["low"] * 3 + ["high"] + ["low"] * 3
AFTER = ["high"] + ["low"] * 5 + ["high"] * 2 + ["low"] * 2


def sample(after=AFTER, before=BEFORE):
    frame = pd.DataFrame({"sex": SEX, "town": ["x", "y"] * 5, "pay": after}).astype("str")
    changed = np.array(after) != np.array(before)
    flipped = (np.array(after) == "high") != (np.array(before) == "high")
    return Sample(frame, changed=changed, corrected=changed & (np.arange(len(changed)) < 2), flipped=flipped)


FOUND = RecordSet(repair_records(sample(), SCHEMA))


@pytest.mark.parametrize(
    ("group", "lowered", "raised"),
    [(None, (2 / 4, 4), (1 / 6, 6)), ("m", (2 / 3, 3), (0.0, 3)), ("f", (0.0, 1), (1 / 3, 3))],
)
def test_shares_are_of_those_who_had_the_outcome(group, lowered, raised):
    where = {"sensitive": "sex" if group else None, "group": group}
    for metric, (share, n) in (("outcomes_lowered", lowered), ("outcomes_raised", raised)):
        one = FOUND.one(metric=metric, positive="high", **where)
        assert (one.value, one.n) == (pytest.approx(share), n)
        assert one.low <= one.value <= one.high
    other = FOUND.one(metric="outcomes_lowered", positive="low", **where)
    assert (other.value, other.n) == (pytest.approx(raised[0]), raised[1])


def test_every_attribute_has_them_single_and_combined():
    assert {one.sensitive for one in FOUND.where(metric="outcomes_lowered")} == {None, "sex", "town", "sex × town"}


def test_the_share_of_changed_labels_stays_as_it_was():
    changed = FOUND.where(metric="labels_changed")
    assert changed.one(group=None).value == pytest.approx(3 / 10)
    assert {one.sensitive for one in changed} == {None, "sex × town"}


def test_the_labels_that_calibration_changed_are_told_apart():
    corrected = FOUND.where(metric="labels_corrected")
    assert corrected.one(group=None).value == pytest.approx(1 / 10)
    assert {one.group for one in corrected} == {one.group for one in FOUND.where(metric="labels_changed")}


def test_a_target_of_several_values_counts_the_positive_one_against_the_rest():
    found = RecordSet(repair_records(sample([*AFTER[:-1], "mid"]), SCHEMA))
    assert found.one(metric="labels_changed", group=None).value == pytest.approx(4 / 10)
    lowered, before = (
        records.one(metric="outcomes_lowered", positive="high", sensitive=None) for records in (found, FOUND)
    )
    assert lowered.value == before.value


def test_no_repair_has_nothing():
    assert repair_records(Sample(sample().frame), SCHEMA) == []
