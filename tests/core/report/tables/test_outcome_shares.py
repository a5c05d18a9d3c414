"""The table of every value of an outcome by group."""

from core.audit.metrics.outcome_distribution import DISTANCE, LIMIT, SHARE
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.tables.outcome_shares import outcome_share_table


def _record(metric: str, value: float, group: str | None = None, source: str = "original") -> Record:
    return Record(
        source=source, protocol="data", metric=metric, sensitive="sex", group=group, value=value, split="all", n=50
    )


def test_a_row_for_each_source_and_value_with_the_distance_once() -> None:
    records = [
        _record(f"{SHARE}:{name}", value, group, source)
        for source in ("original", "synthetic")
        for name, value in (("low", 0.6), ("high", 0.4))
        for group in ("men", "women")
    ]
    records += [_record(DISTANCE, 0.11), _record(LIMIT, 0.04), _record(DISTANCE, 0.02, source="synthetic")]
    table = outcome_share_table(RecordSet(records), "sex")
    assert table.header == ("source", "rows", "outcome", "men", "women", "distance", "chance limit")
    assert [[cell.text for cell in row[2:]] for row in table.rows[:2]] == [
        ["low", "0.600", "0.600", "0.110", "0.040"],
        ["high", "0.400", "0.400", "", ""],
    ]
    assert len(table.rows) == 4


def test_two_outcomes_have_no_such_table() -> None:
    assert outcome_share_table(RecordSet([_record("base_rate", 0.5, "men")]), "sex").rows == ()
