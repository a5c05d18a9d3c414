import pytest

from core.audit.metrics.file_checks import broken_relations
from tests.core.data.relations.tables import SCHEMA, related_table, shuffled

TRAIN, HOLDOUT = related_table(0), related_table(1)


def test_a_file_of_shuffled_columns_breaks_every_relation():
    rows = shuffled(related_table(2), 0)
    records = broken_relations.records(SCHEMA, TRAIN, HOLDOUT, rows, "f")
    by_name = {one.metric.partition(":")[2]: one for one in records}
    assert len(by_name) == 5
    assert by_name["total = base + bonus"].value == pytest.approx(
        (rows["total"] != rows["base"] + rows["bonus"]).mean()
    )
    assert by_name["start ≤ end"].value == pytest.approx((rows["start"] > rows["end"]).mean())
    assert all(one.low > 0.02 for one in records)


def test_fresh_rows_break_none():
    for seed in range(2, 6):
        for one in broken_relations.records(SCHEMA, TRAIN, HOLDOUT, related_table(seed), "f"):
            assert one.value == 0
            assert one.low < 0


def test_what_test_rows_break_as_often_is_no_fault_of_the_file():
    holdout, rows = related_table(1), related_table(2)
    for frame in (holdout, rows):
        frame.loc[frame.index % 10 == 0, "total"] += 1
    records = broken_relations.records(SCHEMA, TRAIN, holdout, rows, "f")
    one = next(one for one in records if one.metric.endswith("total = base + bonus"))
    assert one.value == pytest.approx(0, abs=1e-9)
    assert one.low < 0 < one.high
