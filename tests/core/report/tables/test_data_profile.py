from core.audit.record_set import RecordSet
from core.report.tables.data_profile import column_table


def test_the_reference_outcome_is_named_among_the_ignored_columns():
    columns = [{"name": name, "kind": "categorical", "role": "ignored"} for name in ("id", "second")]
    shown = column_table(RecordSet(), {"columns": columns, "reference_outcome": "second"})
    assert [row[2].plain() for row in shown.rows] == ["ignored", "reference outcome"]
    assert [row[2].plain() for row in column_table(RecordSet(), {"columns": columns}).rows] == ["ignored", "ignored"]
