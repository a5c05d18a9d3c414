import pytest

from core.audit.criterion import DIFFERENCES, aimed_at, criterion_record
from core.audit.metrics.catalog import METRICS, describe
from core.audit.record_set import RecordSet


@pytest.mark.parametrize("criterion", DIFFERENCES)
def test_the_aim_is_a_difference_that_the_audit_measures(criterion):
    record = criterion_record(criterion, 1.0)
    assert aimed_at(RecordSet([record])) == DIFFERENCES[criterion]
    assert DIFFERENCES[criterion] in METRICS
    assert describe(record.metric).label.startswith("outcome repair towards: ")


def test_repair_in_part_and_no_repair_aim_at_no_equality():
    assert aimed_at(RecordSet([criterion_record("demographic_parity", 0.5)])) is None
    assert aimed_at(RecordSet([])) is None
