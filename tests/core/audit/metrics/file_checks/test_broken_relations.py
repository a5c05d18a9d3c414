import pytest

from core.audit.comparison_space import ComparisonSpace
from core.audit.data_kind import Tabular
from core.audit.file_steps import file_steps
from core.audit.inputs import AuditInput
from core.audit.metrics.catalog import column_of, kind_of
from core.audit.metrics.file_checks import broken_relations
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.data.checks.apply import choose
from core.data.checks.edits import RefuseRelation
from core.data.examples import Examples
from core.data.relations import found
from core.data.relations.found import every_relation, find_relations
from core.report.tables.details import broken_relations_table, relations_table
from tests.core.data.relations.tables import ROWS, SCHEMA, related_table, shuffled

TRAIN, HOLDOUT = related_table(0), related_table(1)
RELATIONS = find_relations(TRAIN, SCHEMA)
SUM = "total = base + bonus"


def test_a_file_of_shuffled_columns_breaks_every_relation():
    rows = shuffled(related_table(2), 0)
    records = broken_relations.records(RELATIONS, HOLDOUT, rows, "f")
    by_name = {column_of(one.metric): one for one in records}
    assert len(by_name) == 5
    assert by_name[SUM].value == pytest.approx((rows["total"] != rows["base"] + rows["bonus"]).mean())
    assert by_name["start ≤ end"].value == pytest.approx((rows["start"] > rows["end"]).mean())
    assert all(one.low > 0.02 for one in records)


def test_fresh_rows_break_none():
    for seed in range(2, 6):
        for one in broken_relations.records(RELATIONS, HOLDOUT, related_table(seed), "f"):
            assert one.value == 0
            assert one.low < 0


def test_what_test_rows_break_as_often_is_no_fault_of_the_file():
    holdout, rows = related_table(1), related_table(2)
    for frame in (holdout, rows):
        frame.loc[frame.index % 10 == 0, "total"] += 1
    records = broken_relations.records(RELATIONS, holdout, rows, "f")
    one = next(one for one in records if column_of(one.metric) == SUM)
    assert one.value == pytest.approx(0, abs=1e-9)
    assert one.low < 0 < one.high


def test_it_is_told_in_how_many_rows_a_relation_holds():
    frame = TRAIN.copy()
    frame.loc[frame.index < 30, "bonus"] = None
    records = broken_relations.held_records(SCHEMA, frame, every_relation(frame, SCHEMA))
    held = {column_of(one.metric): (one.value, one.n) for one in records}
    assert held[SUM] == (ROWS - 30, ROWS)
    assert held["if sex is M, pregnant is no"] == ((frame["sex"] == "M").sum(), ROWS)
    assert held["start ≤ end"] == (ROWS, ROWS)


def _audited(schema, sources) -> list[Record]:
    inputs = AuditInput(schema, Examples(TRAIN), Examples(HOLDOUT), sources, kind=Tabular())
    steps = file_steps(inputs, ComparisonSpace(inputs), ("yes", "no"))
    return [one for step in steps for one in step.work() if kind_of(one.metric).endswith("_relation")]


def test_a_relation_that_was_refused_is_listed_and_not_held_against_a_file():
    schema = choose(SCHEMA, RefuseRelation(relation=SUM))
    records = RecordSet(_audited(schema, {"f": Examples(shuffled(related_table(2), 0))}))
    kept = {row[0].text: row[1].text for row in relations_table(records).rows}
    assert kept.pop(SUM) == "may break it"
    assert set(kept.values()) == {"keep it"}
    assert {row[0].text for row in broken_relations_table(records).rows} == set(kept)


def test_relations_are_found_once_for_all_files(monkeypatch):
    calls, whole = [], found._determined
    monkeypatch.setattr(found, "_determined", lambda columns: calls.append(1) or whole(columns))
    files = {"one": Examples(related_table(2)), "other": Examples(shuffled(related_table(2), 0))}
    records = _audited(SCHEMA, files)
    assert {one.source for one in records} == {"original", *files}
    assert len(calls) == 1
